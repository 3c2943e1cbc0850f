"""Tags of one item, grouped: what is there, what is missing, what cannot be."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.tagdata.content import TagContent, TagFormat
from drivers.rfid.tagdata.sets import TagSet, sets_of


def tag(part: int, parts: int, item_id: str = "2050000001", library: str = "HP01") -> TagContent:
    return TagContent(TagFormat.ISO_28560_3, item_id, part, parts, "VN", library)


def one_set(*parts: tuple[int, int]) -> TagSet:
    [found] = sets_of((f"E{number}", tag(part, total)) for number, (part, total) in enumerate(parts))
    return found


@given(st.integers(1, 12).flatmap(lambda total: st.permutations([(part, total) for part in range(1, total + 1)])))
def test_a_whole_set_is_complete_in_any_order(parts: list[tuple[int, int]]) -> None:
    found = one_set(*parts)

    assert found.complete
    assert (found.parts, found.missing, found.doubled) == (len(parts), (), ())


def test_the_part_that_is_missing_is_named() -> None:
    found = one_set((1, 4), (4, 4))

    assert not found.complete
    assert (found.missing, found.doubled, found.contradictory) == ((2, 3), (), False)


def test_a_part_that_is_there_twice_is_named() -> None:
    found = one_set((1, 2), (2, 2), (2, 2))

    assert not found.complete
    assert (found.missing, found.doubled, found.contradictory) == ((), (2,), False)


def test_tags_that_disagree_how_many_they_are_make_no_set() -> None:
    found = one_set((1, 2), (2, 3))

    assert not found.complete
    assert (found.parts, found.missing, found.contradictory) == (3, (3,), True)


def test_a_part_beyond_the_number_of_parts_makes_no_set() -> None:
    found = one_set((1, 2), (2, 2), (3, 2))

    assert (found.complete, found.contradictory) == (False, True)


def test_a_zero_is_one_tag_for_the_whole_item() -> None:
    assert all(one_set(parts).complete for parts in [(0, 0), (0, 3), (1, 0), (1, 1)])


def test_a_uid_that_the_reader_names_twice_counts_once() -> None:
    [found] = sets_of([("E1", tag(1, 1)), ("E1", tag(1, 1))])

    assert (found.complete, found.uids) == (True, ("E1",))


def test_the_same_number_of_two_libraries_is_two_items() -> None:
    found = sets_of([("E1", tag(1, 1)), ("E2", tag(1, 1, library="HP02")), ("E3", tag(1, 1, item_id=""))])

    assert [(each.owner, each.uids, each.complete) for each in found] == [
        ("VN-HP01", ("E1",), True),
        ("VN-HP02", ("E2",), True),
    ]


def test_a_set_does_not_show_its_number() -> None:
    assert "2050000001" not in repr(one_set((1, 1)))
