"""Which texts a library takes: symbologies, lengths, check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.label_rules import LabelRuleError, label_rules
from drivers.barcode.symbology import CheckDigit, LabelRules, Symbology, fits

ANY = LabelRules()


@pytest.mark.parametrize(
    ("symbology", "said", "told"),
    [
        (Symbology.CODABAR, "A31117013206375B", "31117013206375"),
        (Symbology.CODABAR, "a294/586b", "294/586"),
        (Symbology.CODABAR, "31117013206375", "31117013206375"),
        (Symbology.EAN13, "9780804816632", "9780804816632"),
        (Symbology.EAN13, "036000291452", "0036000291452"),
        (Symbology.CODE39, " WWW.CITRONSOFT.COM ", " WWW.CITRONSOFT.COM "),
        (Symbology.CODE128, "Code 128", "Code 128"),
        (Symbology.ITF, "30712345000010", "30712345000010"),
        (Symbology.QRCODE, "two\r\nlines", "two\r\nlines"),
    ],
)
def test_a_text_is_told_as_the_library_knows_it(symbology: Symbology, said: str, told: str) -> None:
    assert ANY.told(symbology, said) == told


@pytest.mark.parametrize(
    ("symbology", "said"),
    [
        (Symbology.EAN13, "9780204816632"),
        (Symbology.EAN13, "978080481663"),
        (Symbology.CODABAR, "A12B"),
        (Symbology.CODABAR, "A12X45B"),
        (Symbology.CODE39, "T"),
        (Symbology.CODE39, "lower"),
        (Symbology.ITF, "1234"),
        (Symbology.ITF, "1234567"),
        (Symbology.CODE128, "\u4e66"),
        (Symbology.CODE128, ""),
        (Symbology.QRCODE, ""),
    ],
)
def test_what_cannot_be_a_label_is_refused(symbology: Symbology, said: str) -> None:
    assert ANY.told(symbology, said) is None


def test_only_the_named_symbologies_are_taken() -> None:
    rules = label_rules("codabar, Code128")

    assert rules.symbologies == {Symbology.CODABAR, Symbology.CODE128}
    assert rules.told(Symbology.CODE39, "LIB-0042") is None


def test_start_and_stop_stay_where_they_are_wanted() -> None:
    assert label_rules(keep_start_stop=True).told(Symbology.CODABAR, "A12345B") == "A12345B"


@pytest.mark.parametrize(
    ("length", "text", "taken"),
    [("14", "31117013206375", True), ("14", "3111701320637", False), ("6-8", "123456", True), ("6-8", "12345", False)],
)
def test_a_text_has_the_length_that_was_asked_for(length: str, text: str, taken: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert (label_rules(length=length).told(Symbology.CODE128, text) is not None) == taken


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (CheckDigit.LIBRARY14, "31117013206375", "31117013206376"),
        (CheckDigit.LIBRARY14, "A31117013206375B", "A3111701320637B"),
        (CheckDigit.MOD43, "CODE 39R", "CODE 39X"),
        (CheckDigit.MOD16, "A37859+B", "A37858+B"),
        (CheckDigit.MOD10, "30712345000010", "30712345000011"),
        (CheckDigit.MOD10, "9780804816632", "978080481663X"),
    ],
)
def test_a_check_digit_must_fit(check: CheckDigit, right: str, wrong: str) -> None:
    assert (fits(check, right), fits(check, wrong)) == (True, False)


def test_a_symbology_may_have_its_own_check_digit() -> None:
    rules = label_rules(check_digit="codabar:library14,code39:mod43")

    assert rules.told(Symbology.CODABAR, "A31117013206375B") == "31117013206375"
    assert rules.told(Symbology.CODABAR, "A31117013206374B") is None
    assert rules.told(Symbology.CODE128, "anything") == "anything"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ({"symbologies": "codabar,aztec"}, "symbologies"),
        ({"length": "0"}, "length"),
        ({"length": "8-6"}, "length"),
        ({"length": "many"}, "length"),
        ({"check_digit": "codabar"}, "check_digit"),
        ({"check_digit": "codabar:mod11"}, "check_digit"),
        ({"check_digit": "aztec:mod10"}, "check_digit"),
    ],
)
def test_words_that_make_no_rule_say_what_could_stand_there(words: dict[str, str], part: str) -> None:
    with pytest.raises(LabelRuleError) as caught:
        label_rules(**words)  # type: ignore[arg-type]  # each is a word for one of the rules

    assert caught.value.part == part
    assert part in str(caught.value)
    assert caught.value.known


@given(st.text(max_size=40), st.sampled_from(Symbology))
def test_no_text_of_a_decoder_can_break_the_rules(text: str, symbology: Symbology) -> None:
    told = ANY.told(symbology, text)

    assert told is None or told in {text, f"0{text}", text.upper().strip("ABCD")}


@given(st.text("0123456789", min_size=12, max_size=12))
def test_one_digit_of_ten_completes_an_ean(digits: str) -> None:
    fitting = [digit for digit in "0123456789" if ANY.told(Symbology.EAN13, digits + digit)]

    assert len(fitting) == 1
