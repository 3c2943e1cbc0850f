"""The queries written by hand: what children, keyboards and memory make of famous titles."""

import json
from typing import Final

from tests.quality.asked import Asked
from tests.quality.corpus import DATA, Fits, plain_words

QUERIES: Final = {"by hand": DATA / "asked_by_hand.jsonl", "by hand, later": DATA / "asked_by_hand_later.jsonl"}
"""The later ones were written by somebody else over records drawn by chance; what they showed was mended afterwards."""


def by_hand(fits: Fits, *, of_these: bool = False) -> list[Asked]:
    """Return them with all records of a wanted source whose title begins as wanted: editions count alike.

    A title that is nowhere among the records is an error, as its query would measure nothing; ``of_these`` leaves
    such queries out, for a part of the records.
    """
    titles = {
        key: (entry.record.source, " ".join(plain_words(entry.record.title))) for key, entry in fits.entries.items()
    }
    asked: list[Asked] = []
    for group, file in QUERIES.items():
        for line in file.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            wanted = [(each["source"], _words(each["title"])) for each in told["wanted"]]
            keys = frozenset(
                key
                for key, (source, title) in titles.items()
                if any(source == where and f"{title} ".startswith(f"{begun} ") for where, begun in wanted)
            )
            if keys:
                asked.append(Asked(group, told["query"], keys))
            elif not of_these:
                raise LookupError(told)
    return asked


def _words(text: str) -> str:
    return " ".join(plain_words(text))
