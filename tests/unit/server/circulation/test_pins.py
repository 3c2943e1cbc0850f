"""Guessing a PIN takes for ever, and remembers only so many who guess."""

from datetime import timedelta

from server.circulation.pins import LOCKED_FOR, PROVEN_FOR, TRIES, PinDesk
from server.circulation.values import PinCheck
from server.store.models import Patron
from server.store.secrets import hash_secret
from tests.support.small_library import NOON

HASH = hash_secret("2580")


def test_a_pin_is_checked_and_an_empty_one_is_no_check() -> None:
    desk, patron = PinDesk(), Patron(id=1, pin_hash=HASH)

    checks = [desk.check(patron, pin, NOON) for pin in ("2580", "0000", "", None)]

    assert checks == [PinCheck.RIGHT, PinCheck.WRONG, PinCheck.NOT_GIVEN, PinCheck.NOT_GIVEN]


def test_who_has_no_pin_has_no_right_one_and_is_locked_like_others() -> None:
    desk, patron = PinDesk(), Patron(id=1, pin_hash=None)

    checks = [desk.check(patron, "2580", NOON) for _ in range(TRIES + 1)]

    assert checks == [PinCheck.WRONG] * TRIES + [PinCheck.LOCKED]


def test_a_guess_while_locked_does_not_make_it_longer() -> None:
    desk, patron = PinDesk(), Patron(id=1, pin_hash=HASH)
    for _ in range(TRIES):
        desk.check(patron, "0000", NOON)

    just_before = desk.check(patron, "2580", NOON + LOCKED_FOR - timedelta(seconds=1))
    then = desk.check(patron, "2580", NOON + LOCKED_FOR)

    assert (just_before, then) == (PinCheck.LOCKED, PinCheck.RIGHT)


def test_who_guessed_long_ago_makes_room_for_thousands_of_others() -> None:
    desk = PinDesk()
    for _ in range(TRIES):
        desk.check(Patron(id=1, pin_hash=None), "0000", NOON)
    for number in range(2, 4098):
        desk.check(Patron(id=number, pin_hash=None), "0000", NOON)

    assert desk.check(Patron(id=1, pin_hash=None), "0000", NOON) is PinCheck.WRONG
    assert desk.check(Patron(id=4097, pin_hash=None), "0000", NOON) is PinCheck.WRONG


def test_a_right_pin_is_hashed_once_in_a_visit_and_a_new_one_ends_the_old_at_once() -> None:
    asked = list[str]()

    def matches(pin: str, pin_hash: str) -> bool:
        asked.append(pin)
        return pin_hash == f"hash of {pin}"

    desk, patron = PinDesk(matches), Patron(id=1, pin_hash="hash of 2580")
    in_a_visit = [desk.check(patron, pin, NOON) for pin in ("2580", "2581", "2580")]
    later = desk.check(patron, "2580", NOON + PROVEN_FOR)
    patron.pin_hash = "hash of 1111"
    changed = desk.check(patron, "2580", NOON + PROVEN_FOR)

    assert in_a_visit == [PinCheck.RIGHT, PinCheck.WRONG, PinCheck.RIGHT]
    assert (later, changed) == (PinCheck.RIGHT, PinCheck.WRONG)
    assert asked == ["2580", "2581", "2580", "2580"]
