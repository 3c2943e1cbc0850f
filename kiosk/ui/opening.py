"""Opens the window: settles Kivy's surroundings first, and only then loads anything that imports Kivy."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.session.events import Event
from kiosk.ui.kivy_setup import prepare
from kiosk.ui.panel import Panel
from kiosk.ui.recorder import Recorder

if TYPE_CHECKING:
    from kiosk.ui.display import Display


def open_display(  # noqa: PLR0913 - each is a setting of its own, named at the call
    panel: Panel,
    on_session_event: Callable[[Event], None],
    *,
    state_folder: Path,
    title: str,
    fullscreen: bool,
    show_cursor: bool = False,
    record_to: Path | None = None,
) -> "Display":
    """Make the one window of this process; ``record_to`` is the folder for pictures of all that is shown.

    Raises:
        KivyAlreadyImportedError: Kivy was imported before, or this was called before.

    """
    prepare(panel, state_folder, fullscreen=fullscreen, show_cursor=show_cursor)
    from kiosk.ui.display import Display  # noqa: PLC0415 - imports Kivy, which reads its surroundings when imported

    return Display(panel, on_session_event, title=title, recorder=None if record_to is None else Recorder(record_to))
