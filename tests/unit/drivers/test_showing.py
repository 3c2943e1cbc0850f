"""When a card counts as shown."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.card.showing import GONE_MISSES, GONE_SECONDS, Repeats, Showing

looks = st.lists(st.tuples(st.floats(0, 0.5), st.sets(st.sampled_from("ABC"), max_size=2)), max_size=40)


def told(*seen: str, every: float = 0.25) -> list[str]:
    showing: Showing[str] = Showing()
    return [card for turn, cards in enumerate(seen) if (card := showing.saw(cards, turn * every))]


def test_a_card_is_told_once_while_it_lies_there() -> None:
    assert told("A", "A", "A", "A") == ["A"]


def test_a_card_is_told_again_after_it_was_away() -> None:
    assert told("A", "", "", "", "A") == ["A", "A"]


def test_a_card_that_is_missed_now_and_then_lies_there_still() -> None:
    assert told("A", "", "", "A", "", "A") == ["A"]
    assert told("A", *[""] * 10, "A", every=0.05) == ["A"]


def test_another_card_is_told_once_the_first_is_away() -> None:
    assert told("A", "B", "B", "B") == ["A", "B"]
    assert told("A", "B", "A") == ["A"]


def test_two_cards_at_once_are_passed_over_and_the_one_left_alone_counts() -> None:
    assert told("AB", "AB", "B", "B") == []
    assert told("AB", "AB", "B", "B", "B") == ["B"]


def test_a_second_card_beside_one_that_lies_there_counts_when_it_is_alone() -> None:
    assert told("A", "AB", "AB", "A") == ["A"]
    assert told("A", "AB", "B", "B", "B") == ["A", "B"]


def test_a_card_that_is_missed_now_and_then_does_not_make_another_beside_it_a_card_alone() -> None:
    assert told("A", "AB", "B", "AB", "B", "AB") == ["A"]
    assert told("AB", "A", "B", "AB", "A", "AB") == []


@given(looks)
def test_no_card_is_told_twice_unless_it_was_away_for_long_enough(seen: list[tuple[float, set[str]]]) -> None:
    showing: Showing[str] = Showing()
    now, told_once, was_away = 0.0, set[str](), set[str]()
    last_seen, misses = dict[str, float](), dict[str, int]()
    for pause, cards in seen:
        now += pause
        for each in last_seen.keys() - cards:
            misses[each] += 1
            if misses[each] >= GONE_MISSES and now - last_seen[each] >= GONE_SECONDS:
                was_away.add(each)
        for each in cards:
            last_seen[each], misses[each] = now, 0
        card = showing.saw(cards, now)

        assert card is None or cards == {card}
        assert card not in told_once or card in was_away
        told_once |= {card} if card else set()
        was_away -= {card} if card else set()


def test_a_card_that_is_said_again_and_again_is_new_once() -> None:
    repeats: Repeats[str] = Repeats(0.5)
    said = [("A", 0.0), ("A", 0.4), ("A", 0.8), ("A", 1.3), ("B", 1.4), ("A", 1.5)]

    assert [repeats.new(card, int(at * 1e9)) for card, at in said] == [True, False, False, True, True, True]
