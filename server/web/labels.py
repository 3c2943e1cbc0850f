"""English words for the codes that kiosks and stores use; each is a message of the catalogues."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from server.web.reading import DeviceReading, KioskReading, LinkReading

STATUS: Mapping[str, str] = MappingProxyType(
    {
        "online": "Working",
        "stale": "No news",
        "offline": "Offline",
        "out_of_order": "Out of order",
    }
)
"""What a kiosk's status means to a librarian."""

STATUS_HINT: Mapping[str, str] = MappingProxyType(
    {
        "stale": "It has not been heard from for longer than usual: check its network and the broker.",
        "offline": "It is switched off or cut off: check its power and its network.",
        "out_of_order": "It turns readers away.",
    }
)
"""What to look at first."""

ROLE: Mapping[str, str] = MappingProxyType(
    {
        "pad": "RFID pad",
        "scanner": "Scanner",
        "printer": "Receipt printer",
        "card_reader": "Card reader",
        "board": "Lights and switches",
        "library_system": "Library system",
        "catalogue": "Copy of the catalogue",
        "catalogue_old": "Old copy of the catalogue",
        "kiosk_program": "The kiosk's program",
    }
)
"""The devices by their role in the kiosk, and what else a kiosk cannot serve without."""

CONDITION: Mapping[str, str] = MappingProxyType(
    {
        "present": "in order",
        "lost": "not connected",
        "unknown": "not known",
        "paper_low": "paper is low",
        "paper_out": "no paper",
        "cover_open": "cover is open",
        "door_open": "the kiosk's door is open",
        "tamper": "the case was opened or moved",
        "on_battery": "running on battery",
    }
)
"""The states of a device and their details."""

MATTER: Mapping[str, str] = MappingProxyType(
    {
        "hold_waits": "Returned, and somebody waits for it",
        "alarm_on": "Alarm still on",
        "card_retained": "The kiosk kept a card",
        "card_blocked": "The kiosk blocked a card",
        "item_unknown": "Item number unknown",
        "card_unknown": "Lent on an unknown card",
        "card_barred": "Lent on a card that may not borrow",
        "over_limit": "Lent over the limit",
        "item_reserved": "A reserved book was lent",
        "item_not_for_loan": "A book that is not for loan has left",
        "superseded": "Lent again without a return",
        "clock_unknown": "Time not known",
        "number_twice": "Two events under one number",
        "not_told": "Not taken by the library system",
    }
)
"""What staff have to settle, in the order of the filter."""

MATTER_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "hold_waits": "Returned while the kiosk had no line. Take it from the kiosk and keep it for whoever waits.",
        "alarm_on": "The book is lent, but its tag will sound at the gate. Switch the alarm off when you see the book.",
        "card_retained": "The card lies in the kiosk and is blocked. When you press the button it can be used again.",
        "card_blocked": "When you press the button the card can be used again.",
        "item_unknown": "Look at the label of the book, or enter the book into the catalogue.",
        "card_unknown": "The book has left without a loan. Find out whose card it is, then lend it at the desk.",
        "card_barred": "The book has left and the loan stands. Speak with the reader.",
        "over_limit": "The book has left and the loan stands. Remind the reader to bring some back.",
        "item_reserved": "The loan stands. Whoever waits keeps their place; find another copy, or ask for this one.",
        "item_not_for_loan": "The loan stands. Ask the reader to bring it back, or let it be lent.",
        "superseded": "Two readers borrowed it one after the other. The later loan stands, the earlier one was ended.",
        "clock_unknown": "The kiosk's clock was not set. Check the due date with the reader.",
        "number_twice": "Both were carried out. Tell whoever looks after the kiosk.",
        "not_told": "A kiosk did this without its line. Look at the item in the library system and put it right there.",
    }
)
"""What to do."""

MATTER_REASON: Mapping[str, str] = MappingProxyType(
    {
        "patron_blocked": "the card is blocked or lost",
        "patron_expired": "the card has expired",
        "patron_suspended": "a book came back late",
        "patron_overdue": "books are overdue",
        "fee_limit_reached": "fees are unpaid",
    }
)
"""Why a card may not borrow."""

_URGENCY: Mapping[str, int] = MappingProxyType({"out_of_order": 0, "offline": 1, "stale": 2})
_DETAILS_THAT_STOP = frozenset({"paper_out", "cover_open", "door_open", "tamper"})
"""Somebody should go there."""


MESSAGES: Mapping[HTTPStatus, tuple[str, str]] = MappingProxyType(
    {
        HTTPStatus.FORBIDDEN: ("That did not come from this page", "Go back, load the page again and try once more."),
        HTTPStatus.NOT_FOUND: ("There is no such page", "The address may be mistyped."),
        HTTPStatus.INTERNAL_SERVER_ERROR: ("The server made a mistake", "It is written in the server's log."),
        HTTPStatus.SERVICE_UNAVAILABLE: ("Too many are searching at the moment", "Please try again in a moment."),
    }
)
"""Heading and words of the pages that refuse."""
OTHER_MESSAGE = ("This does not work", "The server does not answer this request.")


def condition(device: DeviceReading) -> str:
    """Name what is to be said of a device: its detail when it is there and has one, else its state."""
    return device.detail if device.state == "present" and device.detail not in {"", "none"} else device.state


def tone(device: DeviceReading) -> str:
    """Say ``good``, ``fair`` or ``bad``; an unknown word is ``fair``, for it may come from a newer kiosk."""
    word = condition(device)
    if word == "present":
        return "good"
    return "bad" if word == "lost" or word in _DETAILS_THAT_STOP else "fair"


def needs_attention(kiosk: KioskReading) -> bool:
    """Say whether somebody should look at this kiosk: it is not working, lacks something, or a device does."""
    return kiosk.status != "online" or bool(kiosk.reasons) or any(tone(device) != "good" for device in kiosk.devices)


def urgency(kiosk: KioskReading) -> int:
    """Order the kiosks that need attention: the lower, the sooner."""
    return _URGENCY.get(kiosk.status, len(_URGENCY))


def link_tone(link: LinkReading) -> str:
    """Say ``good``, ``fair`` or ``bad``; not knowing is ``fair``."""
    if link.up is None:
        return "fair"
    return "good" if link.up else "bad"
