"""Records of several libraries that describe one thing, found and shown as one. Pure.

Nothing is joined where the records are kept: a group is what the records say at the moment, whatever the order in
which they came, and falls apart when one of them says something else. No group holds two records that anything tells
apart (:class:`~library.catalogue.likeness.Difference`), two of one source among them. Where several records hang
together and two of them differ, what brought them together counts less and less: first a record without an ISBN no
longer joins one that has it, then only records stay together that say the same in everything.

The one record that readers see has its description from the record that says most, its own library's first among
equals; what that one lacks comes from the next. Subjects, class numbers, ISBNs, other titles, links, people and series
are those of all. Its identity is that of the record with the lowest key, so it stays when another joins.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from library.catalogue.likeness import Likeness, difference
from library.catalogue.record import MOST_PARTS, CatalogueRecord, Name
from library.catalogue.tidying.persons import same_person
from library.text import fold

MOST_OF_ONE_KEY: Final = 100
"""Records that share a key; one that more have is nobody's own number, and brings nothing together."""
Same = Callable[[int, int], bool]

_FIRST_THAT_SAYS: Final = ("publisher", "published_at", "year", "edition", "extent", "summary", "audience", "cover")
_OF_ALL: Final = ("isbns", "issns", "other_numbers", "subjects", "class_numbers", "links", "series")
_WHOLE: Final = ("languages", "notes")
"""Lists that are taken whole from the first record that has any: a second one says the same in other words."""


def groups(records: Mapping[int, CatalogueRecord]) -> list[frozenset[int]]:
    """Give the keys of records in groups that each describe one thing; a record like no other is a group of its own."""
    return _Grouping(records).groups()


def joined(one: CatalogueRecord, other: CatalogueRecord) -> bool:
    """Say whether two records by themselves would be shown as one."""
    return len(groups({1: one, 2: other})) == 1


class _Grouping:
    def __init__(self, records: Mapping[int, CatalogueRecord]) -> None:
        self._sources = {key: record.source for key, record in records.items()}
        self._likeness = {key: Likeness.of(record) for key, record in records.items()}
        sharing: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for key in sorted(records):
            for shared in self._likeness[key].keys_shared():
                sharing[shared].append(key)
        self._pairs = {
            pair for keys in sharing.values() if len(keys) <= MOST_OF_ONE_KEY for pair in combinations(keys, 2)
        }

    def groups(self) -> list[frozenset[int]]:
        alike = [pair for pair in sorted(self._pairs) if self._difference(*pair) is None]
        found: list[frozenset[int]] = []
        for part in _connected(self._likeness, alike):
            found += self._settled(part, alike, [self._equally_numbered, self._equal])
        return sorted(found, key=min)

    def _settled(
        self, part: frozenset[int], alike: Sequence[tuple[int, int]], stricter: Sequence[Same]
    ) -> list[frozenset[int]]:
        """Give a part whole where nothing in it differs, else what is left of it by a stricter measure."""
        if all(self._difference(one, other) is None for one, other in combinations(sorted(part), 2)):
            return [part]
        if not stricter:
            return [frozenset({key}) for key in part]
        kept = [(one, other) for one, other in alike if one in part and other in part and stricter[0](one, other)]
        return [each for piece in _connected(part, kept) for each in self._settled(piece, kept, stricter[1:])]

    def _difference(self, one: int, other: int) -> object:
        one_source = self._sources[one] == self._sources[other]
        return difference(self._likeness[one], self._likeness[other], one_source=one_source)

    def _equally_numbered(self, one: int, other: int) -> bool:
        first, second = self._likeness[one], self._likeness[other]
        return first.has_number_of(second) or not (first.isbns or second.isbns)

    def _equal(self, one: int, other: int) -> bool:
        return self._likeness[one] == self._likeness[other]


def _connected(keys: Collection[int], pairs: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    leads_to = {key: key for key in keys}

    def first_of(key: int) -> int:
        while leads_to[key] != key:
            leads_to[key] = leads_to[leads_to[key]]
            key = leads_to[key]
        return key

    for one, other in pairs:
        low, high = sorted((first_of(one), first_of(other)))
        leads_to[high] = low
    parts: defaultdict[int, set[int]] = defaultdict(set)
    for key in keys:
        parts[first_of(key)].add(key)
    return [frozenset(part) for part in parts.values()]


def merged(records: Mapping[int, CatalogueRecord], own: Collection[str] = ()) -> CatalogueRecord:
    """Give the one record that readers see of a group; ``own`` are the sources of this library itself."""
    head = records[min(records)]
    if len(records) == 1:
        return head
    ranked = [records[key] for key in sorted(records, key=lambda key: _rank(key, records[key], own))]
    best = ranked[0]
    said: dict[str, Any] = {"source": head.source, "source_id": head.source_id}
    for name in (*_FIRST_THAT_SAYS, *_WHOLE):
        said[name] = next((value for record in ranked if (value := getattr(record, name))), getattr(best, name))
    for name in _OF_ALL:
        said[name] = _once(value for record in ranked for value in getattr(record, name))
    said["other_titles"] = _other_titles(best, ranked)
    said["names"] = _people(ranked)
    return best.model_copy(update=said)


def _rank(key: int, record: CatalogueRecord, own: Collection[str]) -> tuple[int, bool, int]:
    """Put the record that says most before the others: one for each field that is not empty."""
    says = sum(bool(getattr(record, name)) for name in CatalogueRecord.model_fields)
    return -says, record.source not in own, key


def _once(values: Iterable[Any]) -> tuple[Any, ...]:
    kept: dict[str, Any] = {}
    for value in values:
        text = value if isinstance(value, str) else "\n".join(str(part) for part in value.model_dump().values())
        kept.setdefault(fold(text) or text, value)
    return tuple(kept.values())[:MOST_PARTS]


def _other_titles(best: CatalogueRecord, ranked: Sequence[CatalogueRecord]) -> tuple[str, ...]:
    titles = [title for record in ranked for title in (record.title, *record.other_titles)]
    others = [title for title in titles if fold(title) != fold(best.title)]
    return _once([*best.other_titles, *others])


def _people(ranked: Sequence[CatalogueRecord]) -> tuple[Name, ...]:
    """Give the people of all records; who is there already is not there again by a longer or a turned name."""
    names: list[Name] = []
    for record in ranked:
        names += [name for name in record.names if not any(same_person(name.text, known.text) for known in names)]
    return tuple(names)[:MOST_PARTS]
