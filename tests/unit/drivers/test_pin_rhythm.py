"""Lamps and tones in time, by a clock that a test turns; and the lines between pins and an emulated header."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drivers.gpio.base import Lamp, Tone
from drivers.gpio.bridge_codec import LONGEST, LineCodec, line_of, number
from drivers.gpio.rhythm import REST, TONES, LampRhythm, ToneRhythm

RED, BLUE = Lamp.RED, Lamp.BLUE
words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)


def test_a_lamp_that_is_not_wired_is_passed_over() -> None:
    rhythm = LampRhythm(frozenset({RED}))
    rhythm.show(frozenset({BLUE}), frozenset({Lamp.GREEN}), 0.0)

    assert rhythm.changes(0.0) == {}
    assert rhythm.due(0.0) == float("inf")


def test_a_lamp_that_is_to_stand_and_to_blink_blinks() -> None:
    rhythm = LampRhythm(frozenset({RED}))
    rhythm.show(frozenset({RED}), frozenset({RED}), 0.0)

    assert [rhythm.changes(half / 2) for half in range(4)] == [{RED: True}, {RED: False}, {RED: True}, {RED: False}]
    assert 0 < rhythm.due(1.6) <= 0.5


def test_a_second_lamp_joins_the_blinking_of_the_first() -> None:
    rhythm = LampRhythm(frozenset({RED, BLUE}))
    rhythm.show(frozenset(), frozenset({RED}), 0.0)
    rhythm.changes(0.0)
    rhythm.show(frozenset(), frozenset({RED, BLUE}), 0.3)

    assert rhythm.changes(0.3) == {BLUE: True}
    assert rhythm.changes(0.5) == {RED: False, BLUE: False}


@given(st.lists(st.tuples(st.floats(0, 0.3), st.sampled_from(["lit", "dark", "blinking"])), max_size=60))
def test_a_lamp_never_changes_before_it_has_rested(acts: list[tuple[float, str]]) -> None:
    rhythm, now, changed = LampRhythm(frozenset({RED})), 0.0, []
    for pause, wanted in acts:
        now += pause
        both = frozenset({RED})
        rhythm.show(both if wanted == "lit" else frozenset(), both if wanted == "blinking" else frozenset(), now)
        if rhythm.changes(now):
            changed.append(now)

    assert all(after - before >= REST - 1e-9 for before, after in pairwise(changed))


@given(st.sampled_from(Tone))
def test_a_tone_sounds_its_notes_and_then_no_more(tone: Tone) -> None:
    rhythm, now, heard = ToneRhythm(), 10.0, []
    rhythm.start(tone, now)
    while (hertz := rhythm.change(now)) is not None:
        heard.append(hertz)
        now += min(rhythm.due(now), 100.0)

    assert heard == [*(note.hertz for note in TONES[tone]), 0]
    assert rhythm.due(now) == float("inf")


def test_the_tones_differ_in_length_as_well_as_in_height() -> None:
    lengths = [sum(note.seconds for note in notes) for notes in TONES.values()]

    assert len({round(length, 1) for length in lengths}) == len(Tone)


@given(st.lists(st.lists(words, min_size=1, max_size=4), max_size=8), st.data())
def test_lines_arrive_however_they_are_cut(lines: list[list[str]], data: st.DataObject) -> None:
    whole = b"".join(line_of(*line) for line in lines)
    codec, got = LineCodec(), []
    while whole:
        size = data.draw(st.integers(1, len(whole)))
        got += codec.receive_data(whole[:size])
        whole = whole[size:]

    assert got == [tuple(line) for line in lines]


@given(st.binary(max_size=400))
def test_any_bytes_are_lines_or_nothing_and_are_not_kept(data: bytes) -> None:
    codec = LineCodec()
    codec.receive_data(data)
    codec.receive_data(b"x" * 10_000)

    assert len(codec._kept) <= LONGEST
    assert codec.receive_data(b"\nok 5\n") == [("ok", "5")]


def test_a_number_is_read_only_where_it_is_one() -> None:
    assert [number(word, 27) for word in ("0", "27", "28", "-1", "x", "", "9999999", "¹")] == [
        *(0, 27),
        *(None,) * 6,
    ]
