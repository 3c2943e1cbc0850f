"""Recordings: read back, played again, and never a reason to fall over."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.device import Answer, OrderError
from drivers.emulators.playback_device import PlaybackDevice
from drivers.emulators.recording_frames import Exchange, RecordingError, read_recording
from drivers.spy import FIRST_LINE, Recording

PIECES = st.lists(st.tuples(st.sampled_from("><"), st.binary(min_size=1, max_size=8)), max_size=30)


def recorded(*lines: str) -> tuple[Exchange, ...]:
    return read_recording("\n".join((FIRST_LINE, *lines)))


def played(device: PlaybackDevice, *pieces: bytes) -> list[bytes]:
    return [b"".join(answer.data for answer in device.received(piece)) for piece in pieces]


def test_requests_and_answers_are_told_with_their_pauses() -> None:
    exchanges = recorded(
        "# device /dev/pad",
        "+0.000000 open",
        "+0.100000 < 55",
        "+0.500000 > d5",
        "+0.515625 > 00",
        "+0.765625 < aa",
        "+1.015625 < bb",
        "+2.000000 > d5",
        "+3.000000 > d6",
        "+4.000000 ! lost: unplugged",
        "+4.100000 close",
        "+0.000000 open",
        "+0.250000 > d7",
    )

    assert exchanges == (
        Exchange(b"", (Answer(b"\x55", 0.1),)),
        Exchange(b"\xd5\x00", (Answer(b"\xaa", 0.25), Answer(b"\xbb", 0.25))),
        Exchange(b"\xd5", ()),
        Exchange(b"\xd6", ()),
        Exchange(b"\xd7", ()),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("something else", 1),
        (f"{FIRST_LINE}\n+0.0 > d5\n+x > d5", 3),
        (f"{FIRST_LINE}\n+0.0 > d", 2),
        (f"{FIRST_LINE}\n+0.0 >", 2),
        (f"{FIRST_LINE}\n+0.0 = d5", 2),
        (FIRST_LINE + "\n" * (17 * 1024 * 1024), 0),
    ],
    ids=["empty", "another file", "no time", "half a byte", "no bytes", "no arrow", "too long"],
)
def test_what_is_no_recording_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(RecordingError) as caught:
        read_recording(text)

    assert caught.value.line == line
    assert str(caught.value)


@given(st.text() | st.text(alphabet="+.0159 ><!opencls\nabf").map(lambda text: f"{FIRST_LINE}\n{text}"))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(RecordingError):
        exchanges = read_recording(text)

        assert all(each.request or each.answers for each in exchanges)


@given(PIECES)
def test_what_was_recorded_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, bytes]]
) -> None:
    path = tmp_path_factory.mktemp("spy") / "wire.txt"
    recording = Recording(path, "/dev/pad")
    for arrow, data in pieces:
        (recording.sent if arrow == ">" else recording.came)(data)
    recording.close()
    exchanges = read_recording(path.read_text(encoding="ascii"))

    assert b"".join(each.request for each in exchanges) == b"".join(data for arrow, data in pieces if arrow == ">")
    assert [answer.data for each in exchanges for answer in each.answers] == [
        data for arrow, data in pieces if arrow == "<"
    ]


def test_the_same_request_gets_its_answers_in_turn_and_then_the_last_again() -> None:
    device = PlaybackDevice([Exchange(b"ask", (Answer(b"one"),)), Exchange(b"ask", (Answer(b"t"), Answer(b"wo")))])

    assert played(device, b"ask", b"ask", b"ask") == [b"one", b"two", b"two"]


def test_requests_may_come_cut_and_joined() -> None:
    device = PlaybackDevice([Exchange(b"ask", (Answer(b"1"),)), Exchange(b"tell", (Answer(b"2"),))])

    assert played(device, b"as", b"kte", b"llask") == [b"", b"1", b"21"]


def test_of_two_requests_the_longer_that_fits_is_meant() -> None:
    device = PlaybackDevice([Exchange(b"ab", (Answer(b"1"),)), Exchange(b"abc", (Answer(b"2"),))])

    assert played(device, b"abc", b"ab", b"abx") == [b"2", b"1", b"1"]


def test_a_request_that_was_never_recorded_is_told_and_gets_no_answer() -> None:
    device = PlaybackDevice([Exchange(b"ask", (Answer(b"1"),))])
    silent = played(device, b"what?", b"ask")
    told, _ = device.do({"do": "state"})

    assert silent == [b"", b"1"]
    assert told == {"requests": 1, "unknown_requests": [b"what?".hex()], "unknown_count": 1}


def test_what_came_unasked_comes_when_it_is_played() -> None:
    label = Answer(b"TVX.000123\r", 2.5)
    device = PlaybackDevice([Exchange(b"", (label,))])
    _, slow = device.do({"do": "play"})
    device.do({"do": "quick"})
    _, quick = device.do({"do": "play"})

    assert list(slow) == [label]
    assert list(quick) == [Answer(label.data)]


def test_an_order_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(OrderError):
        PlaybackDevice([]).do({"do": "dance"})


def test_a_recording_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "wire.txt"
    Recording(path, "/dev/pad").close()

    assert path.stat().st_mode & 0o777 == 0o600
