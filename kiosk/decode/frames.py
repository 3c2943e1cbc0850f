"""``kiosk decode frames``: explains the frames of readers, whole ones and bad ones, from their hexadecimal digits.

One line of JSON a frame, and one for each stretch of bytes that is none: ``bytes``; ``good``; ``problem`` (null;
``noise``: no frame begins here; ``length``: the length cannot be; ``cut_off``: the frame says that it is longer;
``checksum``; ``end``: the end mark is missing; ``digits``: no hexadecimal) with ``expected`` and ``found``;
``direction`` (request, reply, notice, unknown); ``command``, ``status``, ``data`` and what is known of their meaning.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kiosk.decode import card_frames, reader_frames
from kiosk.decode.dissect import Dissector, Problem

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
        yield _said(protocol, digits[:80], Problem("digits"))
        return
    dissector = PROTOCOLS[protocol]
    rest = data
    while rest:
        begin = dissector.begin(rest)
        if begin:
            yield _said(protocol, rest[:begin].hex(), Problem("noise"))
            rest = rest[begin:]
            continue
        size, problem = dissector.measure(rest)
        frame = rest[:size]
        problem = problem or dissector.check(frame)
        meaning = {} if problem is not None and problem.hides_meaning else dissector.explain(frame)
        yield _said(protocol, frame.hex(), problem) | meaning
        rest = rest[size:]


def _said(protocol: str, shown: str, problem: Problem | None) -> dict[str, Any]:
    told: dict[str, Any] = {"protocol": protocol, "bytes": shown, "good": problem is None, "problem": None}
    if problem is not None:
        told |= {"problem": problem.what}
        if problem.expected or problem.found:
            told |= {"expected": problem.expected, "found": problem.found}
    return told
