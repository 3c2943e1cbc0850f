"""Vietnamese typed by Telex and VNI keys, key by key and whole words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.text.syllables import is_syllable, tone_in_old_style
from library.text.telex import Keys, Typed, press, read_keys, rub_out, typed_word

TELEX = {
    "ddaay": "đây",
    "ddaats": "đất",
    "rungwf": "rừng",
    "phuwowng": "phương",
    "phuongw": "phương",
    "nam": "nam",
    "nguyeenx": "nguyễn",
    "Nguyeenx": "Nguyễn",
    "DDAATS": "ĐẤT",
    "Ddooif": "Đồi",
    "vieetj": "việt",
    "vietej": "việt",
    "truowngf": "trường",
    "nguowif": "người",
    "dduwowcj": "được",
    "muwowif": "mười",
    "ruouwj": "rượu",
    "huouw": "hươu",
    "luwu": "lưu",
    "thuowr": "thuở",
    "khuyeens": "khuyến",
    "quocos": "quốc",
    "quyr": "quỷ",
    "gif": "gì",
    "giaf": "già",
    "cuar": "của",
    "ngheof": "nghèo",
    "awn": "ăn",
    "w": "ư",
    "chuw": "chư",
    "dayd": "đay",
    "ngoaif": "ngoài",
    "huow": "huơ",
    "muw": "mư",
    "low": "lơ",
    "luowng": "lương",
    "luwow": "lươ",
    "kew": "kew",
    "bw": "bư",
    "BW": "BƯ",
    "ngw": "ngư",
    "muar": "mủa",
    "quaw": "quă",
    "ddi": "đi",
    "strd": "strd",
    "dstr": "dstr",
    "dstrd": "dstrd",
    "oaw": "oă",
}
VNI = {
    "d9a6t1": "đất",
    "ru7ng2": "rừng",
    "phu7o7ng": "phương",
    "phuong7": "phương",
    "Nguye6n4": "Nguyễn",
    "tru7o7ng2": "trường",
    "a8n": "ăn",
    "D9o6i2": "Đồi",
    "vie6t5": "việt",
    "hu7u4": "hữu",
}


@pytest.mark.parametrize(("keys", "word"), TELEX.items())
def test_telex_keys_make_the_word(keys: str, word: str) -> None:
    assert typed_word(keys) == word


@pytest.mark.parametrize(("keys", "word"), VNI.items())
def test_vni_keys_make_the_word(keys: str, word: str) -> None:
    assert typed_word(keys, Keys.VNI) == word


@pytest.mark.parametrize(
    ("keys", "old", "new"),
    [("hoaf", "hòa", "hoà"), ("thuyr", "thủy", "thuỷ"), ("khoer", "khỏe", "khoẻ"), ("toans", "toán", "toán")],
)
def test_a_tone_is_written_in_the_old_or_the_new_style(keys: str, old: str, new: str) -> None:
    assert typed_word(keys) == old
    assert typed_word(keys, new_style=True) == new
    assert tone_in_old_style(new) == old


def test_a_tone_moves_to_where_it_belongs_when_letters_follow() -> None:
    assert typed_word("hofan") == "hoàn"
    assert typed_word("tuafn") == "tuàn"


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("ass", "as"),
        ("asss", "ass"),
        ("aaa", "aa"),
        ("ddd", "dd"),
        ("uww", "uw"),
        ("MUWW", "MUW"),
        ("luowww", "luoww"),
        ("eee", "ee"),
        ("class", "class"),
        ("coffee", "cofee"),
    ],
)
def test_a_doubled_key_undoes_and_the_rest_is_taken_as_typed(keys: str, word: str) -> None:
    assert typed_word(keys) == word


def test_vni_digits_are_undone_too_and_numbers_stay_numbers() -> None:
    assert typed_word("a11", Keys.VNI) == "a1"
    assert typed_word("d99", Keys.VNI) == "d9"
    assert typed_word("2026", Keys.VNI) == "2026"
    assert typed_word("str7", Keys.VNI) == "str7"
    assert typed_word("ki7", Keys.VNI) == "ki7"


def test_z_and_0_take_a_tone_off() -> None:
    assert typed_word("masz") == "ma"
    assert typed_word("ma10", Keys.VNI) == "ma"


def test_keys_that_make_no_syllable_are_letters() -> None:
    assert typed_word("python") == "python"
    assert typed_word("xyz", Keys.TELEX) == "xyz"


def test_another_tone_takes_the_place_of_the_first() -> None:
    assert typed_word("masf") == "mà"


def test_a_letter_is_rubbed_out_with_its_tone_and_typing_goes_on() -> None:
    word = rub_out(press(press(Typed("ma"), "s"), "i"))

    assert word == Typed("má")
    assert press(rub_out(word), "e") == Typed("me")


def test_what_was_undone_is_forgotten_when_the_word_is_rubbed_out() -> None:
    assert press(rub_out(Typed("a", as_it_is=True)), "w") == Typed("ư")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("dday", "đay"),
        ("rungwf", "rừng"),
        ("d9a6t1", "đất"),
        ("window", None),
        ("nam", None),
        ("2001", None),
        ("x", None),
    ],
)
def test_a_word_in_a_plain_field_is_read_as_keys_when_a_syllable_comes_out(word: str, meant: str | None) -> None:
    assert read_keys(word) == meant


def test_a_tone_in_the_old_style_is_for_syllables() -> None:
    assert [tone_in_old_style(word) for word in ("hoà", "été", "ñandú", "ba", "đa")] == [
        "hòa",
        "été",
        "ñandú",
        "ba",
        "đa",
    ]


def test_an_unfinished_word_is_read_as_keys_when_it_may_become_a_syllable() -> None:
    assert read_keys("ddaat") == "đât"
    assert read_keys("thaat") is None
    assert read_keys("thaat", unfinished=True) == "thât"


@pytest.mark.parametrize("word", ["quyển", "giếng", "nghiêng", "khuỷu", "yêu", "ươm", "oanh", "gìn", "hòa", "hoà"])
def test_syllables_are_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["đat", "bet", "strong", "a\u0301\u0300", "t\u0301", "nguoi\u0302\u0301ng\u0300", "ch", ""]
)
def test_what_is_no_whole_syllable_is_known(word: str) -> None:
    assert not is_syllable(word)


@given(st.text(max_size=20), st.sampled_from(Keys), st.booleans())
def test_any_keys_give_a_text_and_capitals_stay_capitals(keys: str, way: Keys, new_style: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    made = typed_word(keys, way, new_style=new_style)

    assert len(made) <= len(keys) * 3
    assert bool(made) == bool(keys)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=12))
def test_capital_keys_make_the_capitals_of_what_small_keys_make(keys: str) -> None:
    assert typed_word(keys.upper()) == typed_word(keys).upper()
