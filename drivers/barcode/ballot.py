"""Counts in how many views of a label each text was seen, and says which one is to be believed. Pure."""

from dataclasses import dataclass, field
from typing import Final

from drivers.barcode.symbology import Symbology

FEW_VOTES: Final = 2
"""Views in which a Code 128 must be seen: its check over 103 values lets hardly a misread through."""
VOTES: Final = 3
"""The same for the others: every tenth misread EAN-13 fits its check digit, Codabar, Code 39 and ITF have none."""


@dataclass(frozen=True, slots=True)
class Elected:
    """The text that is believed."""

    symbology: Symbology
    text: str = field(repr=False)
    aim: str
    votes: int


@dataclass(slots=True)
class Ballot:
    """The votes on one label."""

    _views: dict[tuple[Symbology, str], set[str]] = field(default_factory=dict, repr=False)
    _aims: dict[tuple[Symbology, str], str] = field(default_factory=dict, repr=False)

    def cast(self, view: str, symbology: Symbology, text: str, aim: str) -> None:
        """Note that a text was seen in a view; the same view counts once."""
        self.mention(symbology, text)
        self._views[symbology, text].add(view)
        self._aims.setdefault((symbology, text), aim)

    def mention(self, symbology: Symbology, text: str) -> None:
        """Note a text without a vote: it is not believed for that, but no part of it is believed either."""
        self._views.setdefault((symbology, text), set())

    def elected(self) -> Elected | None:
        """Give the text that has votes enough and twice as many as any other."""
        if not self._views:
            return None
        key = max(self._views, key=lambda each: len(self._views[each]))
        votes = len(self._views[key])
        others = max((len(views) for each, views in self._views.items() if each != key), default=0)
        if votes < needed(key[0]) or votes < 2 * others or self._part_of_another(key):
            return None
        return Elected(key[0], key[1], self._aims[key], votes)

    def _part_of_another(self, key: tuple[Symbology, str]) -> bool:
        """Say whether a longer text holds this one: a line that leaves the bars at their edge reads only a part."""
        return any(key[0] is each[0] and key[1] != each[1] and key[1] in each[1] for each in self._views)


def needed(symbology: Symbology) -> int:
    """Say in how many views a text of this code must be seen."""
    if symbology is Symbology.QRCODE:
        return 1
    return FEW_VOTES if symbology is Symbology.CODE128 else VOTES
