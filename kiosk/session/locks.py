"""Cards that cannot be used at this kiosk for a time, because too many wrong PINs were typed for them."""

from dataclasses import replace

from kiosk.session.state import Around, Visit
from kiosk.session.values import CardLock, PatronId, PinStanding


def is_locked(around: Around, patron_id: PatronId) -> bool:
    """Say whether the card cannot be used here now."""
    return wrong_so_far(around, patron_id) >= around.limits.pin_tries


def wrong_so_far(around: Around, patron_id: PatronId) -> int:
    """Give the wrong PINs that are not forgotten yet."""
    return next((lock.wrong for lock in _held(around) if lock.patron_id == patron_id), 0)


def with_wrong_pin(around: Around, patron_id: PatronId) -> Around:
    """Count one more wrong PIN; the time runs anew from each."""
    lock = CardLock(patron_id, wrong_so_far(around, patron_id) + 1, around.now + around.limits.pin_lock_s)
    return replace(around, locks=(*(each for each in _held(around) if each.patron_id != patron_id), lock))


def with_right_pin(around: Around, patron_id: PatronId) -> Around:
    """Forget the wrong ones."""
    return replace(around, locks=tuple(each for each in _held(around) if each.patron_id != patron_id))


def unproven(visit: Visit) -> Visit:
    """Ask for the PIN again before anything behind it is opened: somebody else may stand there."""
    return replace(visit, patron=replace(visit.patron, pin=PinStanding.NOT_CHECKED))


def _held(around: Around) -> tuple[CardLock, ...]:
    return tuple(lock for lock in around.locks if around.now < lock.until)
