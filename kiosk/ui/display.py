"""The kiosk's window: shows one ``Screen`` after another and tells what was touched."""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, assert_never

from kivy.app import App
from kivy.base import EventLoop, ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget

from drivers.barcode.preview import Preview
from kiosk.session.events import Event
from kiosk.session.search_events import LetterTouched
from kiosk.session.touches import EraseTouched, KeyTouched, ScreenTouched
from kiosk.session.values import VisitId
from kiosk.ui import fonts
from kiosk.ui.camera import Camera, targets_of, texts_of
from kiosk.ui.faults import PassFaults
from kiosk.ui.kivy_setup import keep_one_input_provider, repair_clock
from kiosk.ui.layouts import load_layouts
from kiosk.ui.panel import Panel
from kiosk.ui.recorder import Recorder, Shown
from kiosk.ui.screens.account import AccountPage
from kiosk.ui.screens.book import BookPage
from kiosk.ui.screens.borrow import BorrowPage
from kiosk.ui.screens.choices import ChoicesPage
from kiosk.ui.screens.consent import ConsentPage
from kiosk.ui.screens.finished import FinishedPage
from kiosk.ui.screens.hold import HoldPage
from kiosk.ui.screens.home import HomePage
from kiosk.ui.screens.identify import IdentifyPage
from kiosk.ui.screens.new_reader import NewReaderPage
from kiosk.ui.screens.out_of_order import OutOfOrderPage
from kiosk.ui.screens.page import KioskPage, OnAsk, OnWish
from kiosk.ui.screens.paying import PayingPage
from kiosk.ui.screens.pin import PinPage
from kiosk.ui.screens.question import QuestionOverlay
from kiosk.ui.screens.results import ResultsPage
from kiosk.ui.screens.returning import ReturningPage
from kiosk.ui.screens.search import SearchPage
from kiosk.ui.screens.services import ServicesPage
from kiosk.ui.screens.settling import SettlingPage
from kiosk.ui.screens.staff import StaffPage
from kiosk.ui.screens.still_there import StillThereOverlay
from kiosk.ui.screens.which import WhichOverlay
from kiosk.ui.stage import Stage
from kiosk.ui.theme import PAPER, Sizes
from kiosk.ui.touches import TouchGate
from kiosk.ui.view_citizen_types import ConsentView, NewReaderView
from kiosk.ui.view_hold_types import HoldView
from kiosk.ui.view_paying_types import PayingView
from kiosk.ui.view_search_types import BookView, ChoicesView, ResultsView, SearchView
from kiosk.ui.view_types import (
    AccountView,
    BorrowView,
    FinishedView,
    HomeView,
    IdentifyView,
    OutOfOrderView,
    Overlay,
    Page,
    PinView,
    QuestionView,
    ReturnView,
    Screen,
    ServicesView,
    SettlingView,
    StaffView,
    StillThereView,
    WhichView,
)

_log = logging.getLogger(__name__)


class Display:
    """One window in this process, made when this is made; ``kivy_setup.prepare`` was called before.

    ``on_session_event`` is called on the loop's own thread, at once when a finger does something; ``preview`` gives
    what the camera sees, as often as that is on the screen; ``new_visit`` names a visit that begins without a card.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that the window cannot know by itself
        self,
        panel: Panel,
        on_session_event: Callable[[Event], None],
        *,
        title: str,
        recorder: Recorder | None = None,
        preview: Callable[[], Preview | None] = lambda: None,
        new_visit: Callable[[], VisitId] = lambda: VisitId(uuid.uuid4().hex),
    ) -> None:
        fonts.register()
        self._panel = panel
        self._send = on_session_event
        self._gate = TouchGate()
        self._told: Screen | None = None
        self._asked: QuestionView | WhichView | None = None
        self._screen: Screen | None = None
        self._recorder = recorder
        self._camera: Camera | None = None
        self._wake = Clock.create_trigger(lambda _seconds: None)
        Window.clearcolor = PAPER
        self._app = _KioskApp(Sizes.of(panel), title, preview)
        load_layouts()
        self._pages = _Pages(self._wished, self._ask_first, self._may_turn, new_visit)
        self._overlays = _Overlays(self._wished, self._may_turn, self._ask_no_more)
        self._shown_page: KioskPage | None = None
        self._stage = Stage(lambda: self._send(ScreenTouched()))
        self._app.root = self._stage

    def show(self, screen: Screen) -> None:
        """Show `screen`, from the loop's own thread; at once, or when ``run`` begins. Showing it again does nothing."""
        if screen == self._told:
            return
        self._told = screen
        if self._asked is not None and not _may_ask(self._asked, screen):
            self._asked = None
        self._put(screen if self._asked is None else replace(screen, overlay=self._asked))

    def _put(self, screen: Screen) -> None:
        before = self._screen
        self._screen = screen
        page = self._pages.show(screen.page)
        self._stage.put(page, self._overlays.show(screen.overlay))
        if self._shown_page is not page:
            if self._shown_page is not None:
                self._shown_page.clear()
            self._shown_page = page
        if before is None or _look(before) != _look(screen):
            self._gate.page_appeared(time.monotonic())
        if self._camera is not None:
            self._camera.after_next_frame(self._record)
        self._wake()

    def darken(self, *, dark: bool) -> None:
        """Let the screen go dark while nobody is there, or light again; whatever is shown stays behind it."""
        if self._stage.dark is not dark:
            self._stage.darken(dark=dark)
            self._wake()

    async def run(self) -> None:
        """Keep the window alive on the running loop until cancelled, or until a person closes the window."""
        faults = PassFaults()
        ExceptionManager.add_handler(faults)
        repair_clock(Clock)
        keep_one_input_provider(EventLoop)
        self._say_if_the_screen_is_another()
        if self._recorder is not None:
            self._camera = Camera(Window)
            self._camera.after_next_frame(self._record)
        try:
            await self._app.async_run()  # with a library's name, it would undo repair_clock
        finally:
            ExceptionManager.remove_handler(faults)
            self._app.stop()
            if self._camera is not None:
                self._camera.release()
            Window.close()
            if self._recorder is not None:
                await self._recorder.close()

    def _say_if_the_screen_is_another(self) -> None:
        found, told = tuple(Window.size), self._panel.shown_size
        if found != told:
            _log.warning("the screen has %s x %s pixels, its profile %s x %s: lengths are wrong", *found, *told)

    def _wished(self, name: str, event: Event) -> None:
        key = isinstance(event, KeyTouched | LetterTouched | EraseTouched)
        if self._gate.accepts(name, time.monotonic(), key=key):
            self._forget_question()
            self._send(event)

    def _ask_first(self, name: str, question: QuestionView | WhichView) -> None:
        """Ask the patron before anything is told to the session."""
        if self._told is not None and self._gate.accepts(name, time.monotonic()):
            self._asked = question
            self._put(replace(self._told, overlay=question))

    def _ask_no_more(self) -> None:
        if self._gate.accepts("no", time.monotonic()):
            self._forget_question()

    def _forget_question(self) -> None:
        if self._asked is not None and self._told is not None:
            self._asked = None
            self._put(self._told)

    def _may_turn(self, name: str) -> bool:
        """Say whether a touch on a button counts that shows other buttons; these then rest as those of a new page."""
        now = time.monotonic()
        accepted = self._gate.accepts(name, now)
        if accepted:
            self._gate.page_appeared(now)
        return accepted

    def _record(self, shown_ns: int) -> None:
        screen, camera = self._screen, self._camera
        if screen is None or camera is None or self._recorder is None:
            return
        top = self._stage.children[0]
        self._recorder.note(
            Shown(
                page=top.page_name,
                language=screen.language.value,
                targets=targets_of(top, Window),
                texts=texts_of(top),
                rows=tuple((row.key, row.mark.value, row.where) for row in getattr(screen.page, "rows", ())),
                busy=isinstance(screen.page, SettlingView) or getattr(screen.page, "busy", False),
                refused=getattr(screen.page, "refused", False),
                shown_monotonic_ns=shown_ns,
                touchable_monotonic_ns=int(self._gate.ready_at * 1e9),
                pixels=camera.pixels,
            )
        )


class _KioskApp(App):
    """Kivy's idea of a program; the layouts reach the sizes through it, and a picture what the camera sees."""

    def __init__(self, sizes: Sizes, title: str, preview: Callable[[], Preview | None]) -> None:
        super().__init__(title=title)
        self.sizes = sizes
        self.preview = preview

    def load_kv(self, filename: str | None = None) -> bool:  # noqa: ARG002 - Kivy's own parameter
        """Load nothing: the layouts are loaded by us."""
        return False

    def build(self) -> Any:
        """Give the root widget."""
        return self.root

    def open_settings(self, *_: Any) -> bool:
        """Never open Kivy's settings, which it offers on F1."""
        return False


class _Pages:
    """Every page, made once."""

    def __init__(
        self, on_wish: OnWish, on_ask: OnAsk, may_turn: Callable[[str], bool], new_visit: Callable[[], VisitId]
    ) -> None:
        self._home = HomePage(on_wish, new_visit)
        self._services = ServicesPage(on_wish, new_visit)
        self._pin = PinPage(on_wish, may_turn)
        self._account = AccountPage(on_wish, on_ask, may_turn)
        self._paying = PayingPage(on_wish)
        self._identify = IdentifyPage(on_wish, new_visit)
        self._borrow = BorrowPage(on_wish, on_ask)
        self._returning = ReturningPage(on_wish)
        self._settling = SettlingPage(on_wish)
        self._finished = FinishedPage(on_wish)
        self._out_of_order = OutOfOrderPage(on_wish)
        self._staff = StaffPage(on_wish, on_ask, may_turn, new_visit)
        self._search = SearchPage(on_wish, may_turn)
        self._results = ResultsPage(on_wish)
        self._book = BookPage(on_wish)
        self._choices = ChoicesPage(on_wish)
        self._hold = HoldPage(on_wish)
        self._new_reader = NewReaderPage(on_wish)
        self._consent = ConsentPage(on_wish)

    def show(self, view: Page) -> KioskPage:  # noqa: C901, PLR0912, PLR0915 - one flat table of all pages
        """Show `view` on its page and give the page."""
        page: KioskPage
        match view:
            case HomeView():
                self._home.show(view)
                page = self._home
            case ServicesView():
                self._services.show(view)
                page = self._services
            case PinView():
                self._pin.show(view)
                page = self._pin
            case AccountView():
                self._account.show(view)
                page = self._account
            case PayingView():
                self._paying.show(view)
                page = self._paying
            case IdentifyView():
                self._identify.show(view)
                page = self._identify
            case BorrowView():
                self._borrow.show(view)
                page = self._borrow
            case ReturnView():
                self._returning.show(view)
                page = self._returning
            case SettlingView():
                self._settling.show(view)
                page = self._settling
            case FinishedView():
                self._finished.show(view)
                page = self._finished
            case OutOfOrderView():
                self._out_of_order.show(view)
                page = self._out_of_order
            case StaffView():
                self._staff.show(view)
                page = self._staff
            case SearchView():
                self._search.show(view)
                page = self._search
            case ResultsView():
                self._results.show(view)
                page = self._results
            case BookView():
                self._book.show(view)
                page = self._book
            case ChoicesView():
                self._choices.show(view)
                page = self._choices
            case HoldView():
                self._hold.show(view)
                page = self._hold
            case NewReaderView():
                self._new_reader.show(view)
                page = self._new_reader
            case ConsentView():
                self._consent.show(view)
                page = self._consent
            case _:
                assert_never(view)
        return page


class _Overlays:
    """Everything that lies over a page, made once."""

    def __init__(self, on_wish: OnWish, may_turn: Callable[[str], bool], on_no: Callable[[], None]) -> None:
        self._still_there = StillThereOverlay()
        self._which = WhichOverlay(on_wish, may_turn, on_no)
        self._question = QuestionOverlay(on_wish, on_no)

    def show(self, view: Overlay | None) -> Widget | None:
        """Show `view` and give its widget; what is not shown forgets its words."""
        if not isinstance(view, WhichView):
            self._which.clear()
        if not isinstance(view, QuestionView):
            self._question.clear()
        match view:
            case WhichView():
                self._which.show(view)
                return self._which
            case QuestionView():
                self._question.show(view)
                return self._question
            case StillThereView():
                self._still_there.show(view)
                return self._still_there
            case None:
                return None
            case _:
                assert_never(view)


def _look(screen: Screen) -> tuple[object, ...]:
    """Give what makes a screen another one, on which a touch that was meant for the one before does not count."""
    overlay = screen.overlay
    asked: object = overlay.options if isinstance(overlay, WhichView) else overlay
    about = None if isinstance(overlay, StillThereView) else asked
    typed = screen.page.title if isinstance(screen.page, PinView) else ""
    return type(screen.page), typed, screen.language, type(overlay), about


def _may_ask(question: QuestionView | WhichView, screen: Screen) -> bool:
    """Say whether what the question is about is still on the screen, and nothing more urgent."""
    rows = screen.page.rows if isinstance(screen.page, AccountView | StaffView | BorrowView) else ()
    return screen.overlay is None and any(row.action and row.action.question == question for row in rows)
