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

_URGENCY: Mapping[str, int] = MappingProxyType({"out_of_order": 0, "offline": 1, "stale": 2})
_DETAILS_THAT_STOP = frozenset({"paper_out", "cover_open", "door_open", "tamper"})
"""Somebody should go there."""


MESSAGES: Mapping[HTTPStatus, tuple[str, str]] = MappingProxyType(
    {
        HTTPStatus.NOT_FOUND: ("There is no such page", "The address may be mistyped."),
        HTTPStatus.INTERNAL_SERVER_ERROR: ("The server made a mistake", "It is written in the server's log."),
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
