"""``kiosk replay``: shows a kept visit again, says whether this version does the same, and draws its screens."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from kiosk.blackbox.visit_codec import MOST_LINES, RecordedVisit, VisitUnreadableError, read, said
from kiosk.replay.steps import Played, play, words_of
from kiosk.session.events import Ticked
from kiosk.session.state import State
from kiosk.session.values import Language
from kiosk.texts import load_texts
from kiosk.ui.errors import PanelProfileError, UnknownPanelError
from kiosk.ui.view_model import view
from kiosk.ui.view_types import Screen

UNREADABLE: Final = 2
DIFFERENT: Final = 3
_EPILOG: Final = """\
A file that is copied to tests/data/visits is a test from then on: this version must go the same way again.
Exit status: 0 the same came of each event, 3 something else, 2 the file cannot be read, 1 no pictures could be drawn.
"""


def main(argv: Sequence[str]) -> int:
    """Show one visit; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="kiosk replay",
        description="Show a kept visit again: names, numbers and titles are placeholders.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="a file of the folder visits in the kiosk's state folder")
    parser.add_argument("--screens", action="store_true", help="say what stood on the screen after each event")
    parser.add_argument("--language", choices=[each.value for each in Language], help="instead of the patron's own")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw the screens (needs a display, or Xvfb)")
    parser.add_argument("--panel", default="7in-1024x600", help="on which panel they are drawn (%(default)s)")
    options = parser.parse_args(argv)
    try:
        visit = _load(options.file)
    except (OSError, VisitUnreadableError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else error
        sys.stderr.write(f"{options.file}: {problem}\n")
        return UNREADABLE
    played = list(play(visit))
    screens = list(_screens(visit, played, options.language))
    _tell(visit, played, screens if options.screens else [])
    if options.pictures is not None and not _draw(screens, options.panel, options.pictures):
        return 1
    return 0 if all(each.same for each in played) else DIFFERENT


def _load(path: Path) -> RecordedVisit:
    with path.open(encoding="utf-8") as lines:
        return read(islice(lines, MOST_LINES + 1))


def _screens(visit: RecordedVisit, played: Sequence[Played], language: str | None) -> Iterator[Screen]:
    texts = load_texts()
    for state in (visit.began, *(each.state for each in played)):
        yield view(state if language is None else _in(state, Language(language)), texts)


def _in(state: State, language: Language) -> State:
    return replace(state, around=replace(state.around, language=language))


def _tell(visit: RecordedVisit, played: Sequence[Played], screens: Sequence[Screen]) -> None:
    sys.stdout.write(f"visit of {visit.began_at or '?'}, kiosk {visit.kiosk_version or '?'}\n")
    shown = screens[:1]
    for number, each in enumerate(played, start=1):
        effects = f" -> {', '.join(each.effects)}" if each.effects else ""
        if not isinstance(each.event, Ticked) or effects or not each.same:
            sys.stdout.write(
                f"{each.seconds:8.2f} s  {said(each.event)}\n            {type(each.state).__name__}{effects}\n"
            )
        if not each.same:
            was = f" -> {', '.join(each.was.effects)}" if each.was.effects else ""
            sys.stdout.write(f"            DIFFERENT: it was {each.was.state}{was}\n")
        if screens and screens[number] not in shown:
            shown = screens[number : number + 1]
            sys.stdout.writelines(f"            | {words}\n" for words in words_of(screens[number]))


def _draw(screens: Sequence[Screen], panel: str, folder: Path) -> bool:
    from kiosk.replay.pictures import write_pictures  # noqa: PLC0415 - Kivy is loaded only where pictures are wanted

    try:
        number = asyncio.run(write_pictures(screens, panel, folder))
    except (UnknownPanelError, PanelProfileError, TimeoutError, OSError) as error:
        sys.stderr.write(f"{folder}: no pictures: {error or type(error).__name__}\n")
        return False
    sys.stdout.write(f"{number} pictures in {folder}\n")
    return True
