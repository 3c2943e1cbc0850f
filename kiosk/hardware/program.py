"""``kiosk hardware show [KIND[/NAME]] | sheet NAME | wiring BOARD``: what is known of the hardware."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from drivers.barcode.sheet_profile import FOLDER as SHEETS
from drivers.barcode.sheet_profile import SheetProfile
from drivers.errors import ProfileError
from drivers.gpio.board_profile import FOLDER as BOARDS
from drivers.gpio.board_profile import BoardProfile
from drivers.profiles import load_profile
from kiosk.hardware.catalogue import KINDS, kind_of, names_of, profile_of, text_of
from kiosk.hardware.sheet import LANGUAGES, sheet_page
from kiosk.hardware.wiring import wiring_text


def main(argv: Sequence[str]) -> int:
    """Carry out one order: status 0, 1 where there is no such profile, 2 where the arguments are wrong."""
    parser = argparse.ArgumentParser(prog="kiosk hardware", description=__doc__)
    orders = parser.add_subparsers(dest="order", required=True)
    show = orders.add_parser("show", help="list kinds and profiles, or print one")
    show.add_argument("what", nargs="?", default="", metavar="KIND[/NAME]")
    sheet = orders.add_parser("sheet", help="a scanner's setup sheet, as a page to print")
    sheet.add_argument("name", metavar="NAME")
    sheet.add_argument("--language", choices=LANGUAGES, help="in one language alone")
    sheet.add_argument("-o", "--output", type=Path, metavar="FILE", help="where the page goes; otherwise to the screen")
    wiring = orders.add_parser("wiring", help="which pin goes where")
    wiring.add_argument("board", metavar="BOARD")
    options = parser.parse_args(argv)
    try:
        text = _text(options)
    except ProfileError as error:
        sys.stderr.write(f"{error.profile}: {error.problem}\n")
        return 1
    if options.order == "sheet" and options.output is not None:
        try:
            options.output.write_text(text, encoding="utf-8")
        except OSError as error:
            sys.stderr.write(f"{options.output}: {error.strerror}\n")
            return 1
    else:
        sys.stdout.write(text)
    return 0


def _text(options: argparse.Namespace) -> str:
    match options.order:
        case "sheet":
            languages = LANGUAGES if options.language is None else (options.language,)
            return sheet_page(load_profile(SHEETS, options.name, SheetProfile), languages)
        case "wiring":
            return wiring_text(load_profile(BOARDS, options.board, BoardProfile))
        case _:
            return _shown(options.what)


def _shown(what: str) -> str:
    kind_name, _, name = what.partition("/")
    if not kind_name:
        return "".join(f"{kind.name:10} {kind.purpose}\n{_listed(kind.name)}" for kind in KINDS)
    kind = kind_of(kind_name)
    if not name:
        return _listed(kind.name)
    if kind.model is None:
        return text_of(kind, name)
    return "".join(_lines(profile_of(kind, name), ""))


def _listed(kind_name: str) -> str:
    return "".join(f"  {kind_name}/{name}\n" for name in names_of(kind_of(kind_name)))


def _lines(value: BaseModel, indent: str) -> Iterator[str]:
    for key in type(value).model_fields:
        yield from _line(key, getattr(value, key), indent)


def _line(key: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield f"{indent}{key}:\n"
        yield from _lines(value, indent + "  ")
    elif isinstance(value, dict):
        yield f"{indent}{key}:\n"
        for name, inner in value.items():
            yield from _line(str(name), inner, indent + "  ")
    elif isinstance(value, tuple | list) and any(isinstance(each, BaseModel) for each in value):
        for number, each in enumerate(value, 1):
            yield from _line(f"{key} {number}", each, indent)
    elif isinstance(value, tuple | list):
        yield f"{indent}{key}: {', '.join(map(str, value)) or '-'}\n"
    else:
        yield f"{indent}{key}: {_plain(value)}\n"


def _plain(value: Any) -> str:
    """Write a value for reading; control characters as escapes, nothing as a dash."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).encode("unicode_escape").decode("ascii") if _has_control(value) else str(value)


def _has_control(value: Any) -> bool:
    return any(ord(letter) < ord(" ") for letter in str(value))
