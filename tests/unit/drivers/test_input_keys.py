"""Keys that go down and up, as the kernel tells them, to the text that a scanner or card reader typed."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.label_codec import Label, LabelSettings, Suffix
from drivers.errors import ProfileError
from drivers.input_keys.event_codec import (
    BUFFER_CAP,
    EV_KEY,
    EV_MSC,
    EV_SYN,
    MSC_SCAN,
    SIZE,
    SYN_DROPPED,
    SYN_REPORT,
    EventCodec,
    InputEvent,
)
from drivers.input_keys.keys_codec import DOWN, UP, KeysCodec
from drivers.input_keys.layout import LayoutProfile, load_layout
from drivers.input_keys.layout_codec import Key, Level
from drivers.input_keys.typed_codec import TypedCodec

LAYOUTS = {name: load_layout(name) for name in ("us", "gb", "de", "fr")}
REPEATED = 2
SHIFT, CTRL, ALT, ALTGR, CAPS, NUM, META = 42, 29, 56, 100, 58, 69, 125
A, B, E_KEY, Q, Z, ONE, SPACE, ENTER, TAB, CIRCUMFLEX_DE, CIRCUMFLEX_FR = 30, 48, 18, 16, 44, 2, 57, 28, 15, 41, 26
KEYPAD = {"0": 82, "1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71, "8": 72, "9": 73}

layouts = st.sampled_from(sorted(LAYOUTS))
texts = st.text(st.characters(codec="utf-8", exclude_characters=[chr(code) for code in range(0x80, 0xA0)]), max_size=30)
events = st.builds(InputEvent, st.integers(0, 5), st.integers(0, 140), st.integers(0, 2))


def key(code: int, value: int) -> InputEvent:
    return InputEvent(EV_KEY, code, value)


def struck(*codes: int) -> list[InputEvent]:
    return [key(code, DOWN) for code in codes] + [key(code, UP) for code in reversed(codes)]


def typed(layout: str, *received: InputEvent) -> str:
    codec = KeysCodec(LAYOUTS[layout])
    return "".join(map(codec.receive, received))


def by_number(digits: str, alt: int = ALT) -> list[InputEvent]:
    return [key(alt, DOWN), *(each for digit in digits for each in struck(KEYPAD[digit])), key(alt, UP)]


# the kernel's bytes


def test_an_event_is_the_kernels_own_structure() -> None:
    raw = struct.pack("@llHHi", 1_700_000_000, 250_000, 1, 30, 1)

    assert list(EventCodec().receive_data(raw)) == [InputEvent(EV_KEY, 30, 1)]
    assert EventCodec.send([InputEvent(EV_KEY, 30, 1)], 1_700_000_000_250_000) == raw


@given(st.lists(events, max_size=8), st.data())
def test_events_come_out_whole_however_the_bytes_are_cut(sent: list[InputEvent], data: st.DataObject) -> None:
    raw = EventCodec.send(sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    codec = EventCodec()
    found = [
        event
        for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)
        for event in codec.receive_data(raw[start:end])
    ]

    assert found == sent


def test_bytes_that_are_no_event_are_dropped_until_there_is_one() -> None:
    codec = EventCodec()
    noise = b"\xff" * 5
    sent = [key(A, DOWN)] * 3

    assert list(codec.receive_data(noise + EventCodec.send(sent, 1_700_000_000_250_000))) == sent
    assert codec.damaged == 5


@given(st.lists(st.binary(max_size=600), max_size=6))
def test_any_bytes_at_all_are_taken_without_an_error_and_within_the_cap(pieces: list[bytes]) -> None:
    codec = TypedCodec(LabelSettings(longest=8), LAYOUTS["us"])
    raw = EventCodec()
    for piece in pieces:
        list(raw.receive_data(piece))

        assert all(len(label.text) <= 8 for label in codec.receive_data(piece, 1.0))
        assert codec.waiting <= 8 * 4 + 5 + SIZE
        assert raw.waiting < SIZE < BUFFER_CAP


def test_an_event_does_not_show_which_key_it_was() -> None:
    assert "30" not in repr(key(30, DOWN))


# keys to characters


@given(layouts, texts)
def test_what_is_typed_is_read_whatever_the_characters_and_the_country(layout: str, text: str) -> None:
    assert typed(layout, *KeysCodec(LAYOUTS[layout]).send(text)) == text


@given(layouts, st.characters(min_codepoint=0x80, max_codepoint=0x9F))
def test_a_character_that_cannot_be_typed_is_typed_as_unreadable(layout: str, character: str) -> None:
    assert typed(layout, *KeysCodec(LAYOUTS[layout]).send(character)) == "\N{REPLACEMENT CHARACTER}"


def test_a_lone_surrogate_is_typed_as_unreadable() -> None:
    assert typed("us", *KeysCodec(LAYOUTS["us"]).send("\ud800")) == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("layout", "codes", "text"),
    [
        ("us", (Z,), "z"),
        ("de", (Z,), "y"),
        ("fr", (Z,), "w"),
        ("fr", (ONE,), "&"),
        ("fr", (SHIFT, ONE), "1"),
        ("us", (SHIFT, ONE), "!"),
        ("us", (54, ONE), "!"),
        ("de", (ALTGR, Q), "@"),
        ("de", (CTRL, ALT, Q), "@"),
        ("gb", (SHIFT, 4), "£"),
        ("us", (CTRL, A), "\x01"),
        ("us", (97, 27), "\x1d"),
        ("us", (CTRL, SHIFT, 12), "\x1f"),
        ("us", (CTRL, ONE), ""),
        ("us", (ALT, A), ""),
        ("us", (META, A), ""),
        ("us", (ALTGR, A), ""),
        ("us", (59,), ""),
        ("us", (ENTER,), "\r"),
        ("us", (96,), "\r"),
        ("us", (TAB,), "\t"),
        ("us", (1,), "\x1b"),
        ("us", (83,), "."),
        ("us", (SHIFT, SPACE), " "),
        ("us", (NUM,), ""),
        ("us", (KEYPAD["7"],), "7"),
    ],
)
def test_a_key_means_what_it_means_in_its_country(layout: str, codes: tuple[int, ...], text: str) -> None:
    assert typed(layout, *struck(*codes)) == text


@pytest.mark.parametrize(
    ("digits", "character"),
    [
        ("065", "A"),
        ("65", "A"),
        ("029", "\x1d"),
        ("13", "\r"),
        ("0128", "€"),
        ("128", "Ç"),
        ("0233", "é"),
        ("0129", "\N{REPLACEMENT CHARACTER}"),
        ("7871", "ế"),
        ("55296", "\N{REPLACEMENT CHARACTER}"),
        ("99999999", "\N{REPLACEMENT CHARACTER}"),
        ("1" * 500, "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_digits_of_the_keypad_with_alt_are_a_characters_number(digits: str, character: str) -> None:
    assert typed("us", *by_number(digits)) == character
    assert typed("us", *by_number(digits, ALTGR)) == character


def test_alt_alone_types_nothing() -> None:
    assert typed("us", *struck(ALT), *struck(A)) == "a"


def test_caps_lock_changes_letters_and_nothing_else() -> None:
    on = struck(CAPS)

    assert typed("us", *on, *struck(A), *struck(SHIFT, A), *struck(ONE), *on, *struck(A)) == "Aa1a"
    assert typed("de", *on, *struck(12), *struck(SHIFT, 12), *struck(26), *struck(ALTGR, Q)) == "ß?Ü@"


@pytest.mark.parametrize(
    ("then", "text"),
    [((E_KEY,), "ê"), ((SHIFT, E_KEY), "Ê"), ((SPACE,), "^"), ((B,), "^b"), ((CIRCUMFLEX_DE,), "^^")],
)
def test_a_dead_key_waits_for_the_next(then: tuple[int, ...], text: str) -> None:
    assert typed("de", *struck(CIRCUMFLEX_DE)) == ""
    assert typed("de", *struck(CIRCUMFLEX_DE), *struck(*then)) == text


def test_the_same_character_with_altgr_does_not_wait() -> None:
    assert typed("fr", *struck(CIRCUMFLEX_FR), *struck(E_KEY)) == "ê"
    assert typed("fr", *struck(ALTGR, 10), *struck(E_KEY)) == "^e"


def test_a_dead_key_before_a_character_by_number_stands_alone_or_on_it() -> None:
    assert typed("de", *struck(CIRCUMFLEX_DE), *by_number("0101")) == "ê"
    assert typed("de", *struck(CIRCUMFLEX_DE), *struck(KEYPAD["1"])) == "^1"


def test_a_key_that_the_kernel_repeats_types_once() -> None:
    assert typed("us", key(A, DOWN), key(A, REPEATED), key(A, REPEATED), key(A, UP)) == "a"


def test_the_scan_codes_between_the_keys_are_no_keys() -> None:
    assert typed("us", InputEvent(EV_MSC, MSC_SCAN, 0x70004), *struck(A)) == "a"


def test_keys_that_were_down_at_the_beginning_count_when_they_have_been_up() -> None:
    codec = KeysCodec(LAYOUTS["us"])
    codec.hold([SHIFT, A])
    received = [key(A, REPEATED), *struck(B), key(A, UP), *struck(A), key(SHIFT, UP), *struck(SHIFT, A)]

    assert "".join(map(codec.receive, received)) == "baA"


@given(layouts, st.lists(events, max_size=60))
def test_any_keys_at_all_are_taken_without_an_error(layout: str, received: list[InputEvent]) -> None:
    codec = KeysCodec(LAYOUTS[layout])

    assert all(len(codec.receive(event)) <= 2 for event in received)


# countries


def test_every_keyboard_has_the_digits_the_letters_and_the_signs_of_a_label() -> None:
    needed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._ /+%$*:;,()"

    lacking = {name: [each for each in needed if not layout.keys(each)] for name, layout in LAYOUTS.items()}

    assert lacking == {name: [] for name in LAYOUTS}


def test_a_keyboard_that_nobody_described_is_refused_with_those_there_are() -> None:
    with pytest.raises(ProfileError, match=r"keyboards/xx.*de, fr, gb, us"):
        load_layout("xx")


@pytest.mark.parametrize(
    "rows",
    [
        [{"first": 2, "plain": "12", "shifted": "!"}],
        [{"first": 2, "plain": "12", "shifted": "!@", "altgr": "x"}],
        [{"first": 2, "plain": "12", "shifted": "!@"}, {"first": 3, "plain": "2", "shifted": "@"}],
        [{"first": 1, "plain": "12", "shifted": "!@"}],
    ],
)
def test_a_keyboard_that_contradicts_itself_is_refused(rows: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="rows"):
        LayoutProfile.model_validate({"name": "wrong", "rows": rows})


def test_a_keyboard_says_which_key_has_a_character() -> None:
    assert LAYOUTS["de"].keys("@") == (Key(Q, Level.ALTGR),)
    assert LAYOUTS["de"].keys("^") == (Key(CIRCUMFLEX_DE), Key(SPACE))
    assert LAYOUTS["us"].keys("é") == ()


# labels

US_ENTER = LabelSettings(suffix=Suffix.ANY, aim=True, gap=0.5)


def labels(codec: TypedCodec, raw: bytes, now: float = 1.0) -> list[Label]:
    return list(codec.receive_data(raw, now))


@given(layouts, st.sampled_from([Suffix.ANY, Suffix.TAB]), st.lists(st.text("0123456789AZaz-\x1d", max_size=20)))
def test_labels_are_typed_and_read(layout: str, suffix: Suffix, sent: list[str]) -> None:
    codec = TypedCodec(LabelSettings(suffix=suffix), LAYOUTS[layout])
    raw = b"".join(codec.send(Label(text)) for text in sent)

    assert labels(codec, raw) == [Label(text) for text in sent]
    assert codec.damaged == 0


def test_a_label_with_its_mark_and_a_wrong_key_in_it() -> None:
    codec = TypedCodec(US_ENTER, LAYOUTS["us"])
    raw = EventCodec.send([*KeysCodec(LAYOUTS["us"]).send("]C020"), *struck(59), *struck(ONE), *struck(ENTER)])

    assert labels(codec, raw) == [Label("201", "]C0")]
    assert codec.damaged == 1


def test_without_a_suffix_a_typed_label_ends_with_silence() -> None:
    codec = TypedCodec(LabelSettings(suffix=Suffix.NONE, gap=0.1), LAYOUTS["us"])

    assert labels(codec, codec.send(Label("2050"))) == []
    assert codec.silence_matters < 0.2
    assert labels(codec, b"", 1.2) == [Label("2050")]


@pytest.mark.parametrize("suffix", [Suffix.ANY, Suffix.NONE])
def test_a_busy_computer_that_comes_late_cuts_no_label(suffix: Suffix) -> None:
    codec = TypedCodec(LabelSettings(suffix=suffix, gap=0.1), LAYOUTS["us"])
    typed = codec.send(Label("2050000001"))
    half = len(typed) // 2

    assert labels(codec, typed[:half], 1.0) == []
    assert (labels(codec, typed[half:], 1.4) or labels(codec, b"", 1.6)) == [Label("2050000001")]


def test_what_comes_after_a_silence_is_another_label() -> None:
    codec = TypedCodec(US_ENTER, LAYOUTS["us"])
    typed = codec.send(Label("2050"))

    assert labels(codec, typed[: len(typed) // 2], 1.0) == []
    assert labels(codec, b"", 1.6) == []
    assert labels(codec, typed, 1.7) == [Label("2050")]


def test_a_label_during_which_the_kernel_lost_events_is_delivered_empty() -> None:
    codec = TypedCodec(US_ENTER, LAYOUTS["us"])
    dropped = [InputEvent(EV_SYN, SYN_DROPPED, 0), *struck(A), InputEvent(EV_SYN, SYN_REPORT, 0)]
    keys = KeysCodec(LAYOUTS["us"])

    assert labels(codec, EventCodec.send([*keys.send("20"), *dropped])) == []
    assert codec.lost_track

    codec.hold([SHIFT])

    assert labels(codec, EventCodec.send(keys.send("50\r2051\r"))) == [Label(""), Label("2051")]
    assert not codec.lost_track
