"""The queries mean what they say: known records in, known queries out."""

from pathlib import Path

from library.catalogue.record import CatalogueEntry, CatalogueRecord, Name
from tests.quality import rules
from tests.quality.asked import Asked
from tests.quality.corpus import Fits
from tests.quality.measure import letters, measure

ENTRIES = [
    CatalogueEntry(
        key=key,
        record=CatalogueRecord(
            source="a", source_id=str(key), title=title, names=(Name(text=name),), isbns=isbns, languages=("vie",)
        ),
    )
    for key, (title, name, isbns) in enumerate(
        (
            ("Đất rừng phương Nam", "Đoàn Giỏi", ("9780306406157",)),
            ("Đất rừng phương Nam", "Đoàn Giỏi", ()),
            ("Dế mèn phiêu lưu ký", "Tô Hoài", ()),
        ),
        start=1,
    )
]


class Remembering:
    """An engine that finds the records it was told, for texts that are long enough."""

    name = "remembering"

    def __init__(self, keys: list[int], fewest: int) -> None:
        self._keys = keys
        self._fewest = fewest

    def find(self, text: str, *, typing: bool = False, limit: int = 10) -> list[int]:
        del typing
        return self._keys[:limit] if len(text) >= self._fewest else []

    def close(self) -> None:
        pass


def test_two_records_of_one_title_are_both_wanted_by_its_words() -> None:
    made = rules.make(Fits(ENTRIES), {"unaccented": rules.RULES["unaccented"]}, "seed", lambda entry: entry.key == 2)

    assert made == [Asked("unaccented", "dat rung phuong nam", frozenset({1, 2}))]


def test_the_same_seed_makes_the_same_queries_and_another_seed_others() -> None:
    once, again, other = (
        rules.make(Fits(ENTRIES), rules.RULES, seed, lambda _: True) for seed in ("seed", "seed", "other")
    )

    assert once == again
    assert once != other


def test_an_isbn_of_ten_digits_has_its_own_check_digit() -> None:
    assert rules.isbn_of_ten("9780306406157") == "0306406152"


def test_a_slip_is_made_in_the_query_and_not_in_what_is_wanted() -> None:
    made = rules.make(Fits(ENTRIES), {"slip": rules.RULES["slip, plain"]}, "seed", lambda entry: entry.key == 3)

    assert [asked.wanted for asked in made] == [frozenset({3})]
    assert made[0].text not in {"de men phieu luu", "men phieu luu ky"}


def test_the_rank_of_the_first_wanted_record_counts_and_letters_are_counted_until_it_is_seen() -> None:
    asked = Asked("a", "rung phuong", frozenset({9}))
    engine = Remembering([4, 9, 2], fewest=3)
    (found,) = measure(engine, [asked], typed=1)

    assert (found.mrr, found.first, found.in_ten, found.letters) == (0.5, 0.0, 1.0, 3)


def test_a_record_that_is_never_seen_is_a_miss_and_takes_more_letters_than_any() -> None:
    asked = Asked("a", "rung", frozenset({9}))
    engine = Remembering([1, 2, 3], fewest=1)
    (found,) = measure(engine, [asked], typed=1)

    assert found.missed == (asked,)
    assert found.letters is None
    assert letters(engine, asked) == float("inf")


def test_queries_by_hand_are_sixty_and_more_and_each_names_what_it_wants() -> None:
    lines = (Path(__file__).parents[1] / "data" / "catalogue" / "asked_by_hand.jsonl").read_text(encoding="utf-8")

    assert len(lines.splitlines()) >= 60
    assert all('"wanted": [{"source"' in line for line in lines.splitlines())
