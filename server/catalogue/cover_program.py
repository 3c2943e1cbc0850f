"""``library-server covers import FOLDER`` and ``covers remove NAME...``: what they ask and what they say."""

import argparse
import sys
from pathlib import Path

from sqlalchemy import Engine

from server.catalogue.cover_files import CoversReport, import_covers, remove_covers
from server.catalogue.pictures import PictureFault

_WORDS = {
    PictureFault.TOO_LARGE.value: "is larger than 20 million bytes",
    PictureFault.NO_PICTURE.value: "is neither JPEG nor PNG nor WebP, whatever it is called",
    PictureFault.TOO_MANY_DOTS.value: "has more than 30 million dots",
    PictureFault.NO_COVER.value: "is too small or too narrow for a cover",
    PictureFault.BROKEN.value: "is broken: it ends too soon, or cannot be unpacked",
}


def add_covers(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what ``covers`` understands."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    taking = verbs.add_parser("import", parents=[common], help="take in a folder of pictures called by ISBN or id")
    taking.add_argument("folder", type=Path, metavar="FOLDER")
    removing = verbs.add_parser("remove", parents=[common], help="take covers away")
    removing.add_argument("names", nargs="+", metavar="NAME", help="an ISBN, an id, or SOURCE/ID")


def covers(engine: Engine, options: argparse.Namespace) -> bool:
    """Do it and say what was done; whether something was left out."""
    if options.verb == "import":
        report = import_covers(engine, options.folder)
        told = f"{options.folder}: {report.put} new, {report.unchanged} as before"
    else:
        report = remove_covers(engine, options.names)
        told = f"{report.put} covers taken away"
    _complain(report)
    sys.stdout.write(f"{told}, {len(report.left_out)} left out\n")
    return bool(report.left_out)


def _complain(report: CoversReport) -> None:
    for file, word in report.left_out:
        sys.stderr.write(f"{ascii(str(file))[1:-1]}: {_WORDS.get(word, word)}\n")
