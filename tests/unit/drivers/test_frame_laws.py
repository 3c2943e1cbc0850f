"""What every codec of frames promises, whatever its protocol; its own frames are in the tests by its name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.frame_codecs import KINDS, FrameKind, received, until_nothing_comes

each = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
each_marked = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.marked], ids=[name for name in KINDS if KINDS[name].marked]
)


@each
@given(data=st.data())
def test_frames_come_out_whole_however_the_bytes_are_cut(kind: FrameKind, data: st.DataObject) -> None:
    sent: list[Any] = data.draw(st.lists(kind.frames, max_size=6))
    raw = b"".join(map(kind.send, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    codec = kind.codec()
    found = received(codec, *(raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)))

    assert (found, codec.damaged, codec.waiting) == (sent, 0, 0)


@each
@given(data=st.data())
def test_frames_come_out_whole_byte_by_byte(kind: FrameKind, data: st.DataObject) -> None:
    sent: list[Any] = data.draw(st.lists(kind.frames, max_size=4))
    raw = b"".join(map(kind.send, sent))

    assert received(kind.codec(), *(bytes((byte,)) for byte in raw)) == sent


@each_marked
@given(before=st.binary(max_size=60), after=st.binary(max_size=60), data=st.data())
def test_a_frame_within_any_noise_is_found_once_nothing_more_comes(
    kind: FrameKind, before: bytes, after: bytes, data: st.DataObject
) -> None:
    frame = data.draw(kind.frames)
    raw = before + kind.apart + kind.send(frame) + after
    found = until_nothing_comes(kind.codec(), raw)
    another = [] if kind.certain else [other for other in received(kind.codec(), raw) if other != frame]

    assert frame in found or another


@each
@given(pieces=st.lists(st.binary(max_size=6000), max_size=6))
def test_any_bytes_at_all_are_taken_without_an_error_and_within_the_cap(kind: FrameKind, pieces: list[bytes]) -> None:
    codec = kind.codec()
    for piece in pieces:
        codec.receive_data(piece)

        assert codec.waiting <= kind.cap
        list(codec.messages())


@each
@given(data=st.data())
def test_what_came_before_a_question_is_forgotten(kind: FrameKind, data: st.DataObject) -> None:
    frame = data.draw(kind.frames)
    codec = kind.codec()
    begun = bytes.fromhex(kind.begun)
    codec.receive_data(begun)
    waited = [*codec.messages()], codec.waiting
    codec.clear()

    assert waited == ([], len(begun))
    assert (codec.waiting, codec.damaged) == (0, len(begun))
    assert received(codec, kind.send(frame)) == [frame]


@pytest.mark.parametrize(
    "frame",
    [kind.telling for kind in KINDS.values() if kind.telling],
    ids=[name for name in KINDS if KINDS[name].telling],
)
def test_a_frame_does_not_show_what_stands_on_a_tag_or_a_card(frame: object) -> None:
    assert "2050" not in repr(frame)
