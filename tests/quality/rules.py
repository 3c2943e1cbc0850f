"""The queries that rules make from real records, with the same ones each time.

Each rule takes a record by chance and makes a query from it. All records that hold the words meant (before a slip
was made in them) count as what should be found; a query that many titles fit would tell nothing and is not made.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final

from library.catalogue.record import CatalogueEntry
from library.text.syllables import is_syllable
from tests.quality.asked import Asked, with_slip
from tests.quality.corpus import Fits, marked_words, plain_words

MOST_TITLES: Final = 3
"""A query that more different titles fit is not made."""
MOST_WITH_SUBJECT: Final = 60
LONGEST_TITLE: Final = 14
"""Words; nobody types parts of a title that is a paragraph, such as those of sets of books in a shop."""
_ISBN_TEN: Final = "978"

Rule = Callable[[CatalogueEntry, Fits, Random], Asked | None]


def make(
    fits: Fits, rules: dict[str, tuple[int, Rule]], seed: str, of: Callable[[CatalogueEntry], bool]
) -> list[Asked]:
    """Return the queries of all rules, so many of each, from the records ``of`` which they may be made."""
    entries = [entry for entry in fits.entries.values() if of(entry)]
    made: list[Asked] = []
    for name, (number, rule) in rules.items():
        dice = Random(f"{seed} {name}")  # noqa: S311 - chance that can be had again, no secret
        made += _some(number, rule, fits, dice, dice.sample(entries, len(entries)))
    return made


def _some(number: int, rule: Rule, fits: Fits, dice: Random, entries: Sequence[CatalogueEntry]) -> Iterator[Asked]:
    texts: set[str] = set()
    for entry in entries:
        if len(texts) == number:
            return
        asked = rule(entry, fits, dice)
        if asked is not None and asked.wanted and asked.text not in texts:
            texts.add(asked.text)
            yield asked


def title_words(entry: CatalogueEntry, fewest: int) -> list[str] | None:
    """Return the words of a title that is long enough and no paragraph, with their marks."""
    words = marked_words(entry.record.title)
    latin = all(char < "\u0300" or "\u1e00" <= char < "\u1f00" for char in "".join(words))
    return words if latin and fewest <= len(words) <= LONGEST_TITLE else None


def told_apart(keys: frozenset[int], fits: Fits) -> frozenset[int]:
    """Return the records, or none where too many titles fit."""
    return keys if fits.titles(keys) <= MOST_TITLES else frozenset()


def _in_a_row(entry: CatalogueEntry, dice: Random, number: int = 4) -> list[str] | None:
    words = title_words(entry, number)
    if words is None:
        return None
    at = dice.randrange(len(words) - number + 1)
    return words[at : at + number]


def _unaccented(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    words = _in_a_row(entry, dice)
    if words is None or " ".join(words).isascii():
        return None
    plain = plain_words(" ".join(words))
    return Asked("unaccented", " ".join(plain), told_apart(fits.in_title_or_names(plain), fits))


def _slip(group: str, *, marked: bool) -> Rule:
    def rule(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
        words = _in_a_row(entry, dice)
        if words is None or (marked and " ".join(words).isascii()):
            return None
        plain = plain_words(" ".join(words))
        slipped = with_slip(words if marked else plain, dice)
        if slipped is None:
            return None
        return Asked(group, " ".join(slipped), told_apart(fits.in_title_or_names(plain), fits))

    return rule


def _reversed(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    if not entry.record.names:
        return None
    words = marked_words(dice.choice(entry.record.names).text)
    if not 2 <= len(words) <= 4:
        return None
    turned = [words[-1], *words[:-1]]
    return Asked("name turned round", " ".join(turned), fits.in_names(plain_words(" ".join(words))))


def _name_and_title(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    title = title_words(entry, 2)
    if title is None or not entry.record.names:
        return None
    name = marked_words(entry.record.names[0].text)
    if not name:
        return None
    words = plain_words(f"{name[-1]} {' '.join(dice.sample(title, 2))}")
    return Asked("name and title", " ".join(words), told_apart(fits.in_title_or_names(words), fits))


def _any_three(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    title = title_words(entry, 5)
    if title is None:
        return None
    words = dice.sample(title, 3)
    plain = plain_words(" ".join(words))
    return Asked("any three words", " ".join(words), told_apart(fits.in_title_or_names(plain), fits))


def _four(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    words = _in_a_row(entry, dice)
    if words is None:
        return None
    plain = plain_words(" ".join(words))
    return Asked("four in a row", " ".join(words), told_apart(fits.in_title_or_names(plain), fits))


def _subject(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    if not entry.record.subjects:
        return None
    words = plain_words(dice.choice(entry.record.subjects))
    wanted = fits.in_title_or_subjects(words)
    if not 1 <= len(words) <= 5 or len(wanted) > MOST_WITH_SUBJECT:
        return None
    return Asked("subject", " ".join(words), wanted)


def _mixed(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    title = title_words(entry, 3)
    if title is None or not entry.record.names or "vie" not in entry.record.languages:
        return None
    here = [word for word in title if is_syllable(word) and not word.isascii()]
    elsewhere = [word for word in (*title, *marked_words(entry.record.names[0].text)) if not is_syllable(word)]
    elsewhere = [word for word in elsewhere if word.isalpha() and len(word) > 3]
    if len(here) < 2 or not elsewhere:
        return None
    words = [dice.choice(elsewhere), *dice.sample(here, 2)]
    plain = plain_words(" ".join(words))
    return Asked("mixed languages", " ".join(plain), told_apart(fits.in_title_or_names(plain), fits))


def _isbn(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    if not entry.record.isbns:
        return None
    isbn = entry.record.isbns[0]
    forms = [isbn, f"{isbn[:3]}-{isbn[3]}-{isbn[4:8]}-{isbn[8:12]}-{isbn[12]}", f"{isbn[:3]} {isbn[3:12]} {isbn[12]}"]
    if isbn.startswith(_ISBN_TEN):
        ten = isbn_of_ten(isbn)
        forms += [ten, f"{ten[0]}-{ten[1:5]}-{ten[5:9]}-{ten[9]}"]
    same = frozenset(key for key, other in fits.entries.items() if isbn in other.record.isbns)
    return Asked("ISBN", dice.choice(forms), same)


def isbn_of_ten(isbn: str) -> str:
    """Return the ISBN of ten digits that stands in one of thirteen."""
    digits = isbn[3:12]
    check = -sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
    return f"{digits}{'X' if check == 10 else check}"


def _beginning(entry: CatalogueEntry, fits: Fits, dice: Random) -> Asked | None:
    title = title_words(entry, 3)
    if title is None:
        return None
    typed = plain_words(" ".join(title[:3]))
    typed[2] = typed[2][: dice.randrange(1, 3)]
    full = fits.in_title(typed[:2])
    begun = " ".join(typed)
    wanted = frozenset(key for key in full if " ".join(plain_words(fits.entries[key].record.title)).startswith(begun))
    return Asked("first letters", begun, told_apart(wanted, fits), typing=True)


RULES: Final[dict[str, tuple[int, Rule]]] = {
    "unaccented": (40, _unaccented),
    "slip, marked": (30, _slip("slip, marked", marked=True)),
    "slip, plain": (40, _slip("slip, plain", marked=False)),
    "name turned round": (30, _reversed),
    "name and title": (40, _name_and_title),
    "any three words": (40, _any_three),
    "four in a row": (40, _four),
    "subject": (30, _subject),
    "mixed languages": (25, _mixed),
    "ISBN": (20, _isbn),
    "first letters": (40, _beginning),
}
"""How many queries of each class, and the rule that makes them."""
