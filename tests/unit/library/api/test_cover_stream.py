"""Covers travel in parts that are whole or of no use."""

import base64

import pytest

from library.api.catalogue_stream import PartError, PartFault, pack
from library.api.cover_stream import LARGEST_PICTURE, CoversHeading, CoversPart, Pictures, read_covers, write_covers

HEADING = CoversHeading(feed="f1", cursor=9, last=True)
PICTURES = Pictures(b"\xff\xd8\xffwhole", b"\xff\xd8\xffsmall")
HEAD = HEADING.model_dump_json().encode()
GOOD = base64.b64encode(PICTURES.whole)


def fault_of(packed: bytes) -> PartFault:
    with pytest.raises(PartError) as refused:
        read_covers(packed)
    return refused.value.fault


def test_covers_and_those_that_were_taken_away_arrive_as_they_were_sent() -> None:
    covers = ((7, PICTURES), (8, None))

    assert read_covers(write_covers(HEADING, covers)) == CoversPart(HEADING, covers)
    assert read_covers(write_covers(HEADING, ())).covers == ()


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([b"no json"], PartFault.UNREADABLE),
        ([b"[1]"], PartFault.OTHER_FORMAT),
        ([b'{"format": 2}'], PartFault.OTHER_FORMAT),
        ([b'{"format": 1}'], PartFault.UNREADABLE),
        ([HEAD, b"x null"], PartFault.UNREADABLE),
        ([HEAD, b"9" * 20 + b" null"], PartFault.UNREADABLE),
        ([HEAD, b"9" * 19 + b" null"], PartFault.UNREADABLE),
        ([HEAD, b"0 null"], PartFault.UNREADABLE),
        ([HEAD, b"7"], PartFault.UNREADABLE),
        ([HEAD, b"7 " + GOOD], PartFault.UNREADABLE),
        ([HEAD, b"7 %b =%b" % (GOOD, GOOD)], PartFault.UNREADABLE),
        ([HEAD, b"7 %b %b" % (GOOD, base64.b64encode(b"<svg/>"))], PartFault.UNREADABLE),
        (
            [HEAD, b"7 %b %b" % (GOOD, base64.b64encode(b"\xff\xd8\xff" + bytes(LARGEST_PICTURE)))],
            PartFault.UNREADABLE,
        ),
    ],
)
def test_what_is_no_part_of_covers_is_refused(lines: list[bytes], fault: PartFault) -> None:
    assert fault_of(pack(lines)) is fault


def test_a_part_that_was_cut_is_refused() -> None:
    assert fault_of(write_covers(HEADING, [(7, PICTURES)])[:-9]) is PartFault.CUT_SHORT
