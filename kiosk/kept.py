"""``kiosk kept``: what the kiosk did alone, how far the library system has learned of it, and Koha's file of it."""

import argparse
import asyncio
import importlib.metadata
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.alone.koc import NotInKocError, koc_file
from kiosk.alone.machine_time import SystemTime
from kiosk.alone.telling import OPEN
from kiosk.config import KioskConfig, load
from kiosk.errors import JournalUnavailableError
from kiosk.journal.dating import Dated, Now, dated
from kiosk.journal.journal import Journal
from kiosk.journal.rows import KeptState
from settings.errors import FaultyFileError

UNUSABLE: Final = 2
_EPILOG: Final = """\
Koha takes the file at "Offline circulation file (.koc) uploader". Once it is there, say so with --uploaded: what
stands in the file then is done. Without that it stands in the next file again; Koha renews what it knows already.
"""


def main(argv: Sequence[str]) -> int:
    """Show, write or strike off; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="kiosk kept",
        description="What this kiosk did while the library system did not answer.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, default=Path("/etc/library-kiosk/kiosk.toml"))
    wanted = parser.add_mutually_exclusive_group()
    wanted.add_argument(
        "--koc", type=Path, metavar="FILE", help="write what is open as a .koc file; it holds card numbers"
    )
    wanted.add_argument("--uploaded", type=Path, metavar="FILE", help="what stands in this .koc file is done")
    options = parser.parse_args(argv)
    try:
        return asyncio.run(_work(load(options.config), options.koc, options.uploaded))
    except FaultyFileError as error:
        sys.stderr.writelines(f"{error.path}: {problem}\n" for problem in error.problems)
    except JournalUnavailableError as error:
        sys.stderr.write(f"the journal cannot be used: {error}\n")
    except UnicodeDecodeError:
        sys.stderr.write(f"{options.uploaded}: no .koc file\n")
    return UNUSABLE


async def _work(config: KioskConfig, koc: Path | None, uploaded: Path | None) -> int:
    path = config.state_folder / "journal.sqlite3"
    if not path.exists():
        sys.stderr.write(f"{path}: there is no journal\n")
        return UNUSABLE
    async with Journal(path, time.time) as journal:
        clocks = SystemTime(config.zone, has_clock=config.offline.battery_clock)
        now = Now(clocks.wall(), clocks.monotonic(), clocks.boot_id, clock_is_set=clocks.is_set())
        events = dated(await journal.kept(), now)
        still = [each for each in events if each.kept.state in OPEN]
        if koc is not None:
            fit = [each for each in still if _fits(each)]
            _write(koc, koc_file(fit, importlib.metadata.version("library-kiosk")))
            sys.stdout.write(f"{len(fit)} in {koc}\n")
            if len(fit) < len(still):
                sys.stderr.write(f"{len(still) - len(fit)} with a number that this format cannot carry, for staff\n")
                return UNUSABLE
        elif uploaded is not None:
            done = _named_in(uploaded, still)
            for each in done:
                await journal.kept_settled(each.kept.entry.transaction_id, KeptState.APPLIED)
            sys.stdout.write(f"{len(done)} done, {len(still) - len(done)} open\n")
        else:
            _tell(events)
    return 0


def _tell(events: Sequence[Dated]) -> None:
    """Say when what was done, without a card number."""
    for each in events:
        entry = each.kept.entry
        sys.stdout.write(
            f"{each.at:%Y-%m-%d %H:%M:%S} {each.certainty:9} {entry.kind:6} {entry.item_id.text}  {each.kept.state}\n"
        )
    counts = Counter(each.kept.state for each in events)
    sys.stdout.write(
        ", ".join(f"{counts[state]} {state}" for state in KeptState if counts[state]) or "nothing was kept"
    )
    sys.stdout.write("\n")


def _write(path: Path, text: str) -> None:
    """Write for the owner's eyes alone."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8", newline="")


def _named_in(path: Path, still: Sequence[Dated]) -> list[Dated]:
    """Give those that stand in the file: one that was kept after it was written is not done."""
    lines = {_without_time(line) for line in path.read_text(encoding="utf-8").splitlines()}
    return [each for each in still if _fits(each) and _without_time(koc_file([each], "").splitlines()[1]) in lines]


def _fits(event: Dated) -> bool:
    """Say whether the format can carry its numbers: one that it cannot is not in the way of the others."""
    try:
        koc_file([event], "")
    except NotInKocError:
        return False
    return True


def _without_time(line: str) -> str:
    """Give place, kind and numbers: the best time that is known may have become another by some seconds."""
    return line.split(" ", 2)[-1]
