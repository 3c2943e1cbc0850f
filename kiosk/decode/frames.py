"""``kiosk decode frames``: explains the frames of readers, whole ones and bad ones, from their hexadecimal digits.

One line of JSON a frame, and one for each stretch of bytes that is none: ``bytes``; ``good``; ``problem`` (null;
``noise``: no frame begins here; ``length``: the length cannot be; ``cut_off``: the frame says that it is longer;
``checksum``; ``end``: the end mark is missing; ``digits``: no hexadecimal; ``too_long``: not looked at from here on)
with ``expected`` and ``found``; ``direction`` (request, reply, notice, unknown); ``command``, ``status``, ``data`` and
what is known of their meaning.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from kiosk.decode import card_frames, reader_frames
from kiosk.decode.dissect import Dissector, Problem, cut_off

PROTOCOLS: Final[Mapping[str, Dissector]] = {
    "threem": reader_frames.THREEM,
    "feig": reader_frames.FEIG,
    "m100": reader_frames.M100,
    "uhfreader18": reader_frames.UHFREADER18,
    "pn532": card_frames.PN532,
    "rdm6300": card_frames.RDM6300,
}

_BETWEEN: Final = re.compile(r"[\s:,]|0[xX](?=[0-9A-Fa-f]{2})")
MOST_DIGITS: Final = 65_536
"""Of one argument; a shell hands over no more, and no report has more."""

_HEAD: Final = 16
"""Bytes in which a frame shows that it begins."""

EXAMPLES: Final = """\
Each HEX is what one device sent in one go; blanks, colons and 0x do not count:
  kiosk decode frames --protocol threem d500050400118c66
  kiosk decode frames --protocol feig "07 FF B0 01 00 1C 56"
  kiosk decode frames --protocol rdm6300 0236373030334235314336434203
"""


def main(argv: Sequence[str]) -> int:
    """Explain frames; exit status 0 whatever the bytes are, 2 where the arguments are wrong."""
    parser = argparse.ArgumentParser(
        prog="kiosk decode frames",
        description=(__doc__ or "").splitlines()[0],
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--protocol", required=True, choices=sorted(PROTOCOLS))
    parser.add_argument("hex", nargs="+", metavar="HEX")
    wanted = parser.parse_args(argv)
    for digits in wanted.hex:
        for said in explain(wanted.protocol, digits):
            sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    return 0


def explain(protocol: str, digits: str) -> Iterator[dict[str, Any]]:
    """Yield what stands in ``digits``, fit for JSON; see the module."""
    plain = _BETWEEN.sub("", digits)
    try:
        data = bytes.fromhex(plain[:MOST_DIGITS])
    except ValueError:
        data = b""
    if not data:
        yield _said(protocol, digits[:80], Problem("digits"))
        return
    dissector = PROTOCOLS[protocol]
    good = _good_at(dissector, data)
    at = 0
    while at < len(data):
        begin = dissector.begin(data[at:])
        if begin:
            yield _said(protocol, data[at : at + begin].hex(), Problem("noise"))
            at += begin
            continue
        size, problem = dissector.measure(data[at:])
        problem = problem or dissector.check(data[at : at + size])
        inside = next(filter(good, range(at + 1, at + size)), None) if problem else None
        if inside is not None:  # a frame that lost its end, or a byte that looked like the beginning of one
            problem = cut_off(size, inside - at) if dissector.marked else Problem("noise")
            size = inside - at
        frame = data[at : at + size]
        meaning = {} if problem is not None and problem.hides_meaning else dissector.explain(frame)
        yield _said(protocol, frame.hex(), problem) | meaning
        at += size
    if len(plain) > MOST_DIGITS:
        yield _said(
            protocol, plain[MOST_DIGITS : MOST_DIGITS + 80], Problem("too_long", str(MOST_DIGITS), str(len(plain)))
        )


def _good_at(dissector: Dissector, data: bytes) -> Callable[[int], bool]:
    """Return what says whether a good frame begins at a place; each place is looked at once."""

    @cache
    def good(at: int) -> bool:
        if dissector.begin(data[at : at + _HEAD]):
            return False
        size, problem = dissector.measure(data[at:])
        return problem is None and dissector.check(data[at : at + size]) is None

    return good


def _said(protocol: str, shown: str, problem: Problem | None) -> dict[str, Any]:
    told: dict[str, Any] = {"protocol": protocol, "bytes": shown, "good": problem is None, "problem": None}
    if problem is not None:
        told |= {"problem": problem.what}
        if problem.expected or problem.found:
            told |= {"expected": problem.expected, "found": problem.found}
    return told
