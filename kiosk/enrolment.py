"""``kiosk staff``: who may enter staff mode at this kiosk; cards and PINs are typed unseen and shown nowhere."""

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from kiosk.config import load
from kiosk.staff.roll import RollError
from kiosk.staff.roll_file import load_roll, save_roll
from settings.errors import FaultyFileError, SecretFileError

UNUSABLE: Final = 2
_EPILOG: Final = """\
"add" asks for the card (scan it here, or type its number), then for the PIN, twice; nothing of it is shown. Where the
input is no terminal, it takes the card from the first line and the PIN from the second. An id is no name: take a
number or a word that your library knows, for it stands in the kiosk's records.
"""


def main(argv: Sequence[str], ask: Callable[[str], str] = getpass.getpass) -> int:
    """Add, remove or list; give the exit status (2: not done). ``ask`` reads a line that nobody sees."""
    parser = argparse.ArgumentParser(
        prog="kiosk staff",
        description="Who may enter staff mode at this kiosk.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, default=Path("/etc/library-kiosk/kiosk.toml"))
    wanted = parser.add_subparsers(dest="wanted", required=True, metavar="add|remove|list")
    wanted.add_parser("add", help="let somebody in").add_argument("id")
    wanted.add_parser("remove", help="let somebody in no more").add_argument("id")
    wanted.add_parser("list", help="show the ids")
    options = parser.parse_args(argv)
    try:
        path = load(options.config).staff.file
        if path is None:
            sys.stderr.write(f"{options.config}: staff.file is not set: this kiosk has no staff mode\n")
            return UNUSABLE
        return _work(path, options.wanted, getattr(options, "id", ""), ask)
    except FaultyFileError as error:
        sys.stderr.writelines(f"{error.path}: {problem}\n" for problem in error.problems)
    except RollError as error:
        sys.stderr.write(f"{path}: {error.fault}\n")
    except SecretFileError as error:
        sys.stderr.write(f"{error}\n")
    return UNUSABLE


def _work(path: Path, wanted: str, staff_id: str, ask: Callable[[str], str]) -> int:
    roll = load_roll(path)
    match wanted:
        case "add":
            card, pin = _typed(ask)
            save_roll(path, roll.with_member(staff_id, card, pin))
            sys.stdout.write(f"{staff_id} may enter staff mode\n")
        case "remove":
            save_roll(path, roll.without(staff_id))
            sys.stdout.write(f"{staff_id} may enter staff mode no more\n")
        case _:
            sys.stdout.writelines(f"{each.staff_id}\n" for each in roll.members)
            if not roll.members:
                sys.stderr.write("nobody is on the roll\n")
    return 0


def _typed(ask: Callable[[str], str]) -> tuple[str, str]:
    """Give card and PIN."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip(), sys.stdin.readline().strip()
    card, pin = ask("Card: ").strip(), ask("PIN: ").strip()
    if ask("PIN once more: ").strip() != pin:
        raise RollError("the two PINs differ")
    return card, pin
