"""Queries by other rules over other records, by which no ranking was chosen: whether the figures hold elsewhere."""

from random import Random
from typing import Final

from library.catalogue.record import CatalogueEntry
from tests.quality.asked import Asked, with_slip
from tests.quality.corpus import Fits, marked_words, plain_words
from tests.quality.rules import Rule, title_words, told_apart


def is_held_out(entry: CatalogueEntry) -> bool:
    """Whether a record is kept for these queries: each third one, by the id of its source."""
    return entry.record.source_id.isdigit() and int(entry.record.source_id) % 3 == 0


def _without_last_letters(entry: CatalogueEntry, fits: Fits, _: Random) -> Asked | None:
    title = title_words(entry, 4)
    if title is None or len(title[3]) < 3:
        return None
    plain = plain_words(" ".join(title[:4]))
    typed = " ".join([*plain[:3], plain[3][:-1]])
    wanted = frozenset(
        key
        for key in fits.in_title_or_names(plain[:3])
        if any(word.startswith(plain[3][:-1]) for word in plain_words(fits.entries[key].record.title))
    )
    return Asked("unfinished", typed, told_apart(wanted, fits), typing=True)


def _last_words(entry: CatalogueEntry, fits: Fits, _: Random) -> Asked | None:
    title = title_words(entry, 4)
    if title is None:
        return None
    words = plain_words(" ".join(title[-3:]))
    return Asked("last three words", " ".join(words), told_apart(fits.in_title_or_names(words), fits))


def _glued(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    title = title_words(entry, 3)
    if title is None:
        return None
    words = plain_words(" ".join(title[:4]))
    at = dice.randrange(len(words) - 1)
    glued = [*words[:at], words[at] + words[at + 1], *words[at + 2 :]]
    return Asked("a space missing", " ".join(glued), told_apart(fits.in_title_or_names(words), fits))


def _wrong_word(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    title = title_words(entry, 5)
    if title is None:
        return None
    words = plain_words(" ".join(title[:5]))
    at = dice.randrange(len(words))
    stray = dice.choice(("xyzzy", "qwrtk", "zzghp"))
    return Asked(
        "a word too many", " ".join([*words[:at], stray, *words[at:]]), told_apart(fits.in_title_or_names(words), fits)
    )


def _two_slips(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    title = title_words(entry, 4)
    if title is None:
        return None
    words = plain_words(" ".join(title[:5]))
    half = len(words) // 2
    first, second = with_slip(words[:half], dice), with_slip(words[half:], dice)
    if first is None or second is None:
        return None
    return Asked("a slip in two words", " ".join(first + second), told_apart(fits.in_title_or_names(words), fits))


def _name_with_slip(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    title = title_words(entry, 2)
    if title is None or not entry.record.names:
        return None
    name = plain_words(entry.record.names[0].text)
    slipped = with_slip(name, dice)
    if slipped is None or not 2 <= len(name) <= 4:
        return None
    word = max(plain_words(" ".join(title)), key=len)
    wanted = told_apart(fits.in_title_or_names([*name, word]), fits)
    return Asked("name with a slip, title word", " ".join([*slipped, word]), wanted)


def _title_and_year(entry: CatalogueEntry, fits: Fits, _: Random) -> Asked | None:
    title = title_words(entry, 2)
    year = entry.record.year
    if title is None or year is None:
        return None
    words = marked_words(" ".join(title[:4]))
    same = fits.in_title_or_names(plain_words(" ".join(words)))
    wanted = frozenset(key for key in same if fits.entries[key].record.year == year)
    return Asked("title and year", f"{' '.join(words)} {year}", told_apart(wanted, fits))


RULES: Final[dict[str, tuple[int, Rule]]] = {
    "unfinished": (20, _without_last_letters),
    "last three words": (20, _last_words),
    "a space missing": (20, _glued),
    "a word too many": (20, _wrong_word),
    "a slip in two words": (20, _two_slips),
    "name with a slip, title word": (20, _name_with_slip),
    "title and year": (20, _title_and_year),
}
"""How many queries of each class, and the rule that makes them."""
