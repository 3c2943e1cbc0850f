"""A query taken apart: for each of its words, the ways in which a record may hold it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from library.catalogue.asking import LONGEST_QUERY
from library.catalogue.index.fields import isbn_forms
from library.catalogue.index.words import Word, code, words_of
from library.text.syllables import TONES
from library.text.telex import read_keys

MOST_WORDS: Final = 16
"""Words of a query that are looked for; a title of more is found by its first ones."""


_FIRST_KEYS: Final = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """A word of a query."""

    shown: str
    """As it was typed, small."""
    ways: tuple[tuple[str, ...], ...]
    """Each is plain words that a record must hold all of; one way is enough."""
    marked: str = ""
    """With the marks that were typed; empty when none were."""
    beginnings: tuple[str, ...] = ()
    """Plain or marked beginnings of words, any of which is enough, while the word is being typed."""
    code: str = ""
    """The same as a number: an ISBN, an item's id, a call number; empty when it cannot be one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is looked for."""

    slots: tuple[Slot, ...]
    numbers: tuple[str, ...] = ()
    """The whole query as a number, in each of the forms that a number may have."""
    start: str = ""
    """All its letters without marks and spaces, to compare with the beginning of a title."""
    whole: str = ""
    """Its plain words, to compare with a whole title."""
    number_begins: bool = False
    """The number may not be finished."""

    def with_slot(self, place: int, slot: Slot) -> "Plan":
        """Return the plan with one word looked for otherwise."""
        return of_slots([*self.slots[:place], slot, *self.slots[place + 1 :]])

    @property
    def marked(self) -> tuple[Slot, ...]:
        """The words whose marks are typed for good; of an unfinished word those with a tone, or with đ alone."""
        return tuple(slot for slot in self.slots if slot.marked and (not slot.beginnings or _settled(slot.marked)))

    @property
    def first_keys(self) -> bool:
        """Only the first letter or two of one word are there: nearly everything begins so."""
        return (
            len(self.slots) == 1 and bool(self.slots[0].beginnings) and len(self.slots[0].beginnings[0]) <= _FIRST_KEYS
        )

    @property
    def words(self) -> str:
        """The words as they would be typed."""
        return " ".join(slot.shown for slot in self.slots)


def plan_of(text: str, *, typing: bool) -> Plan | None:
    """Return what a query looks for, or None where it has no word."""
    text = text[:LONGEST_QUERY]
    words = words_of(text)[:MOST_WORDS]
    number = code(text)
    if not words:
        return None
    unfinished = typing and not text[-1:].isspace()
    slots = [_slot(word, unfinished=unfinished and place == len(words) - 1) for place, word in enumerate(words)]
    plan = of_slots(slots)
    if any(map(str.isdigit, number)) and len(number) > 1:
        plan = replace(plan, numbers=tuple(sorted(_number_forms(number))), number_begins=unfinished)
    return plan


def of_slots(slots: Sequence[Slot]) -> Plan:
    """Return a plan of these words and no number."""
    first = ["".join(slot.ways[0]) if slot.ways else slot.beginnings[0] for slot in slots]
    return Plan(tuple(slots), start="".join(first), whole=" ".join(first))


def read_as_keys(plan: Plan) -> Plan | None:
    """Return the plan with those words that are keys of a Vietnamese keyboard also read so; None where none are."""
    slots = [_read_as_keys(slot) for slot in plan.slots]
    return of_slots(slots) if tuple(slots) != plan.slots else None


def _slot(word: Word, *, unfinished: bool) -> Slot:
    marked = word.marked if word.marked != word.plain and not word.marked.isascii() else ""
    number = word.plain if any(map(str.isdigit, word.plain)) and len(word.plain) > 1 else ""
    beginnings = (_unfolded(word),) if unfinished else ()
    return Slot(word.marked, ((word.plain,),), marked, beginnings, number)


def _unfolded(word: Word) -> str:
    """Return the plain word, but with the y that was typed: an unfinished word may go on otherwise."""
    if word.plain.endswith("i") and word.marked[-1:] not in ("i", "") and not word.marked.endswith("i"):
        return word.plain[:-1] + "y" if word.marked.isascii() else word.plain
    return word.plain


def _settled(marked: str) -> bool:
    return marked.replace("đ", "d").isascii() or any(tone in unicodedata.normalize("NFD", marked) for tone in TONES)


def _number_forms(number: str) -> set[str]:
    forms = {number}
    if len(number) == 10 and number[:9].isdecimal():  # noqa: PLR2004 - the length of an ISBN-10
        body = "978" + number[:9]
        check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
        forms |= {body + str(check)}
    if len(number) == 13:  # noqa: PLR2004 - the length of an ISBN-13
        forms |= isbn_forms(number)
    return forms


def _read_as_keys(slot: Slot) -> Slot:
    made = read_keys(slot.shown, unfinished=bool(slot.beginnings))
    if made is None:
        return slot
    word = words_of(made)[0]
    beginnings = (word.plain, *slot.beginnings) if slot.beginnings else ()
    marked = word.marked if word.marked != word.plain and not beginnings else ""
    return Slot(made, ((word.plain,), *slot.ways), marked, beginnings, slot.code)
