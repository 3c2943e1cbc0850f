"""The parts of the search pages: frozen values that hold translated words and no rule."""

from dataclasses import dataclass, field

from kiosk.session.citizen_events import PurposeTouched
from kiosk.session.search_events import BrowseTouched, NarrowTouched


@dataclass(frozen=True, slots=True)
class HitView:
    """One book on a list."""

    title: str
    about: str
    """Who made it, when, what it is and for whom."""
    standing: str
    """Whether a copy is here, and on which shelf."""
    here: bool
    """One can be fetched now."""
    cover: bytes = field(default=b"", repr=False)
    """JPEG; empty: none."""


@dataclass(frozen=True, slots=True)
class HitsView:
    """The books that were found, or a list to browse."""

    hits: tuple[HitView, ...]
    told: str
    """How many there are; what to try where there are none."""
    instead: str
    """What was searched for instead of what was typed; empty: just that."""
    as_typed_label: str
    """To search for just what was typed; empty: no button."""
    narrowed: str
    """To what the results are narrowed; empty: these are all."""
    widen_label: str
    """To all of them; empty: no button."""
    more_label: str
    """Empty: no button."""
    less_label: str
    """Empty: no button."""
    busy: bool


@dataclass(frozen=True, slots=True)
class SearchView:
    """Somebody types; what was found so far stands beside the keys where the panel has room."""

    typed: str
    """What stands in the field."""
    prompt: str
    """Stands there while nothing was typed."""
    hits: HitsView
    notice: str
    digits: bool
    """The keys want digits at hand."""
    typing_label: str
    """What the keys mean now."""
    results_label: str
    """To the results, or to the list that can be browsed, alone; empty: no button."""
    space_label: str
    erase_label: str
    leave_label: str


@dataclass(frozen=True, slots=True)
class ResultsView:
    """What was found, without the keys."""

    title: str
    hits: HitsView
    notice: str
    back_label: str
    """To the keys."""
    browse_label: str
    """To another list; empty: no button."""
    browse: BrowseTouched | None
    leave_label: str
    narrow_label: str
    """To what the results can be narrowed by; empty: no button."""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One thing to which the results can be narrowed, or to which somebody agrees."""

    label: str
    chosen: bool
    event: NarrowTouched | PurposeTouched


@dataclass(frozen=True, slots=True)
class ChoicesView:
    """By what the results can be narrowed."""

    title: str
    told: str
    """To what they are, or that it is being counted."""
    choices: tuple[ChoiceView, ...]
    show_label: str
    """To the results."""
    widen_label: str
    """Empty: no button."""
    leave_label: str


@dataclass(frozen=True, slots=True)
class BookView:
    """All about one book."""

    title: str
    about: str
    standing: str
    here: bool
    lines: tuple[str, ...]
    """More about it, a paragraph each."""
    places: tuple[str, ...]
    """Where its copies are, a line a place."""
    told: str
    """From when the word about copies is, that it is being read, or that it cannot be; empty: nothing."""
    notice: str
    cover: bytes = field(repr=False)
    """PNG or JPEG; empty: none."""
    code: str = field(repr=False)
    """What a telephone reads off the screen; empty: nothing."""
    code_words: str
    """What it is for."""
    hold_label: str
    """To have it kept, or brought here; empty: no button."""
    back_label: str
    leave_label: str
    busy: bool
