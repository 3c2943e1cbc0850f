"""``kiosk decode barcode``: says what the kiosk's camera would read in a picture, for a technician with a photograph.

One line of JSON a picture: ``file``, ``symbology`` and ``text`` (null when nothing is read), ``milliseconds`` of the
camera's chain. Of several labels the one that counts is told, and ``others`` holds the rest. A file that cannot be
looked at has an ``error``: absent, unreadable, no_picture, too_large.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from drivers.barcode.label_rules import LabelRuleError, label_rules
from drivers.barcode.stills import StillError, StillReader, still_reader
from drivers.barcode.symbology import Symbology

EXAMPLES: Final = """\
A UPC-A is told as the EAN-13 that begins with 0, a Codabar without its start and stop.
  kiosk decode barcode label.jpg
  kiosk decode barcode *.png --symbologies codabar,code128 --length 14 --check-digit codabar:library14
"""


def main(argv: Sequence[str]) -> int:
    """Read each picture; exit status 0 whatever is in it, 1 without the libraries, 2 where the arguments are wrong."""
    parser = _parser()
    wanted = parser.parse_args(argv)
    try:
        rules = label_rules(
            wanted.symbologies, wanted.length, wanted.check_digit, keep_start_stop=wanted.keep_start_stop
        )
    except LabelRuleError as error:
        parser.error(f"--{str(error).replace('_', '-', 1)}" if error.part == "check_digit" else f"--{error}")
    try:
        reader = still_reader(rules)
    except ImportError as error:
        sys.stderr.write(f"kiosk decode barcode: the camera's libraries are not installed: {error}\n")
        return 1
    for file in wanted.images:
        sys.stdout.write(json.dumps(_said(reader, file)) + "\n")
        sys.stdout.flush()
    return 0


def _said(reader: StillReader, file: str) -> dict[str, Any]:
    try:
        still = reader.read(Path(file))
    except StillError as error:
        return {"file": file, "symbology": None, "text": None, "milliseconds": 0.0, "error": error.word}
    labels = [{"symbology": symbology.value, "text": text} for symbology, text in still.reads]
    first = labels[0] if labels else {"symbology": None, "text": None}
    said: dict[str, Any] = {"file": file, **first, "milliseconds": round(still.milliseconds, 1)}
    return said | ({"others": labels[1:]} if labels[1:] else {})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk decode barcode",
        description="Say what the kiosk's camera would read in pictures, one line of JSON each.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a picture file")
    names = ", ".join(Symbology)
    parser.add_argument("--symbologies", default="", metavar="NAMES", help=f"only these, with commas: {names}")
    parser.add_argument("--length", default="", metavar="N|N-M", help="characters that a text has")
    parser.add_argument(
        "--check-digit", default="", metavar="NAME:KIND", help="mod43, mod16, library14 or mod10 for a symbology"
    )
    parser.add_argument("--keep-start-stop", action="store_true", help="leave a Codabar its letters A to D")
    return parser
