"""Which touches on buttons count."""

from kiosk.ui.touches import TouchGate


def _gate_with_a_page_at(now: float) -> TouchGate:
    gate = TouchGate()
    gate.page_appeared(now)
    return gate


def test_a_touch_on_a_page_that_one_can_have_read_counts() -> None:
    gate = _gate_with_a_page_at(100.0)

    assert gate.accepts("start", 101.0)


def test_the_second_half_of_a_double_tap_does_not_count() -> None:
    gate = _gate_with_a_page_at(100.0)
    gate.accepts("start", 101.0)

    assert not gate.accepts("start", 101.4)


def test_the_second_half_of_a_double_tap_does_not_touch_the_next_page() -> None:
    gate = _gate_with_a_page_at(100.0)
    gate.accepts("start", 101.0)
    gate.page_appeared(101.0)

    assert not gate.accepts("cancel", 101.2)


def test_a_key_can_be_meant_twice_sooner_than_another_button_but_not_by_a_tremble() -> None:
    gate = _gate_with_a_page_at(100.0)
    gate.accepts("key-1", 101.0, key=True)

    assert not gate.accepts("key-1", 101.1, key=True)
    assert gate.accepts("key-1", 101.25, key=True)


def test_another_button_counts_while_the_first_rests() -> None:
    gate = _gate_with_a_page_at(100.0)
    gate.accepts("lang-en", 101.0)

    assert gate.accepts("lang-vi", 101.4)


def test_a_wish_that_came_to_nothing_can_be_repeated() -> None:
    gate = _gate_with_a_page_at(100.0)
    gate.accepts("start", 101.0)

    assert gate.accepts("start", 105.0)


def test_on_another_page_a_button_of_the_same_name_does_not_rest() -> None:
    gate = _gate_with_a_page_at(100.0)
    gate.accepts("cancel", 101.0)
    gate.page_appeared(101.1)

    assert gate.accepts("cancel", 101.1 + 1.0)


def test_it_says_from_when_on_a_page_counts() -> None:
    gate = _gate_with_a_page_at(100.0)

    assert gate.accepts("start", gate.ready_at)
