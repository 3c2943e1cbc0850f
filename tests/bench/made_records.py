"""Catalogues of any size, made from the real one by sampling the words of its titles and its names.

A title is a chain: each word follows the two before it as it does in some real title. Names, publishers and subjects
are those of real records. The same number gives the same records, whatever the size of the catalogue.
"""

import bisect
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from library.catalogue.record import CatalogueEntry, CatalogueRecord, Holding, Name, RecordKind

_LONGEST: Final = 16
_END: Final = ""
_PLACES: Final = tuple(f"VN-QN{number:02}" for number in range(1, 13))
_KINDS: Final = (RecordKind.BOOK,) * 8 + (RecordKind.THESIS, RecordKind.SERIAL)
_VIETNAMESE: Final = 0.8


class MadeRecords:
    """Makes entries; keys rise from one and use falls with them, as in a catalogue sorted by loans."""

    def __init__(self, real: Sequence[CatalogueEntry]) -> None:
        records = [entry.record for entry in real]
        here = [record for record in records if "vie" in record.languages]
        elsewhere = [record for record in records if "vie" not in record.languages]
        self._chains = (_Chain(here), _Chain(elsewhere))

    def entries(self, number: int) -> Iterator[CatalogueEntry]:
        """Give so many entries, one at a time; nothing of them is kept."""
        dice = Random("made records")  # noqa: S311 - chance that can be had again, no secret
        for key in range(1, number + 1):
            yield self._entry(key, number, dice)

    def _entry(self, key: int, number: int, dice: Random) -> CatalogueEntry:
        chain = self._chains[dice.random() >= _VIETNAMESE]
        base = dice.choice(chain.records)
        subjects = dice.choice(chain.records).subjects
        record = CatalogueRecord(
            source="made",
            source_id=str(key),
            title=chain.title(dice),
            names=tuple(Name(text=name.text, role=name.role) for name in base.names[:3]),
            publisher=dice.choice(chain.records).publisher,
            year=dice.randrange(1960, 2026),
            languages=base.languages[:1],
            subjects=subjects[:4],
            kind=dice.choice(_KINDS),
        )
        held = tuple(
            Holding(item_id=f"VNM.{key:07}-{copy}", place=dice.choice(_PLACES), available=dice.random() < 0.8)
            for copy in range(dice.choice((1, 1, 1, 2, 3)))
        )
        return CatalogueEntry(key=key, record=record, holdings=held, use=number // key)


class _Chain:
    def __init__(self, records: Sequence[CatalogueRecord]) -> None:
        self.records = records
        follows: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for record in records:
            words = record.title.split()[:_LONGEST]
            for first, second, third in zip((_END, _END, *words), (_END, *words), (*words, _END), strict=False):
                counts = follows[first, second]
                counts[third] = counts.get(third, 0) + 1
        self._follows = {
            before: (list(counts), list(itertools.accumulate(counts.values()))) for before, counts in follows.items()
        }

    def title(self, dice: Random) -> str:
        words: list[str] = []
        before = (_END, _END)
        while len(words) < _LONGEST:
            choices, sums = self._follows[before]
            word = choices[bisect.bisect(sums, dice.randrange(sums[-1]))]
            if word == _END:
                break
            words.append(word)
            before = (before[1], word)
        return " ".join(words)
