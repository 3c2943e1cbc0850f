"""What is said of each alert: what readers cannot do, the likely cause, the next step; docs/runbook.md says it too."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from server.fleet.trouble import Kind

OVER: Final = "Over again"
"""Above alerts that have ended, in letters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """English words, each a message of the catalogues."""

    heading: str
    cannot: str
    """What readers, or the library, cannot do now."""
    cause: str
    next_step: str
    """The one thing to do first."""
    grave: bool = True
    """Readers are turned away, or a book or a loan may be lost."""


RUNBOOK: Mapping[Kind, Entry] = MappingProxyType(
    {
        Kind.FLEET_SILENT: Entry(
            "No kiosk is heard",
            "Nobody can say how any kiosk is. They go on by themselves.",
            "The server's own line to the network, or the router it hangs on.",
            "Look whether the server's network cable and router have power and their lights are on.",
        ),
        Kind.BROKER_GONE: Entry(
            "The broker is gone",
            "Nobody can say how any kiosk is. They go on by themselves and tell everything afterwards.",
            "The broker's program (mosquitto) has stopped, or its address or password changed.",
            "On the server, ask “systemctl status mosquitto” and start it.",
        ),
        Kind.PLACE_SILENT: Entry(
            "All kiosks of a place are silent",
            "Nobody can say how they are. They may lend on by themselves, if they are allowed to.",
            "The place has no power, or its router or its line is down.",
            "Call somebody there: is there power, and do the router's lights burn?",
        ),
        Kind.SILENT: Entry(
            "A kiosk is silent",
            "Nobody can say how it is. It may lend on by itself, if it is allowed to.",
            "It has no power, or its network cable or Wi-Fi is gone.",
            "Go there or call: is its screen on? Then look at its network cable; else at its power.",
        ),
        Kind.KIOSK_PROGRAM: Entry(
            "The kiosk's program does not run",
            "Readers can do nothing at this kiosk.",
            "Its program does not start, for example after its configuration was changed.",
            "At the kiosk, ask “kiosk check” and put right what it names.",
        ),
        Kind.OUT_OF_ORDER: Entry(
            "A kiosk is out of order",
            "Readers are turned away.",
            "It lacks something without which it must not serve: see the other alerts of this kiosk.",
            "Put right what it misses; it opens by itself then.",
        ),
        Kind.LIBRARY_SYSTEM: Entry(
            "The library system does not answer a kiosk",
            "No account, no renewal; loans only by the kiosk's own rules, if it is allowed to.",
            "The library system or the line to it is down, or its password was changed.",
            "Look whether other kiosks and the desk reach the library system.",
        ),
        Kind.ALARM_OWED: Entry(
            "The alarm of a book is not as it must be",
            "A lent book sounds at the gate, or a returned one does not.",
            "A tag could not be written: the book was taken away too soon, or its tag is locked.",
            "Open staff mode at the kiosk: the alarm list names each book. Lay it on the pad.",
        ),
        Kind.FOR_STAFF: Entry(
            "Loans or returns made without a line need a person",
            "They are not in the library system.",
            "The library system refused them when the line was back.",
            "Open “To settle” on these pages, or staff mode at the kiosk.",
        ),
        Kind.WAITING: Entry(
            "Loans wait to be sent",
            "The library system does not know of books that have left or come back.",
            "The kiosk has had no line to the library system for more than an hour.",
            "Put the kiosk's line right; it sends them by itself.",
        ),
        Kind.DEVICE_LOST: Entry(
            "A device is not connected",
            "What needs the device is not offered.",
            "Its cable is loose, it has no power, or it is broken.",
            "Pull its cable and put it in again; then try it in staff mode.",
        ),
        Kind.PAPER_OUT: Entry(
            "The printer has no paper",
            "Readers get no receipt on paper.",
            "The roll has ended.",
            "Put in a new roll and say so in staff mode.",
            grave=False,
        ),
        Kind.COVER_OPEN: Entry(
            "The printer's cover is open",
            "Readers get no receipt on paper.",
            "It was not closed after the paper was changed.",
            "Close the cover.",
            grave=False,
        ),
        Kind.DOOR_OPEN: Entry(
            "A kiosk's door is open",
            "Whoever stands there can reach its computer and its books.",
            "Somebody is working at it, or forgot to lock it.",
            "Call there, and have it locked.",
        ),
        Kind.TAMPER: Entry(
            "A kiosk was opened or moved",
            "Whoever stands there can reach its computer and its books.",
            "Somebody is at its case, and it may be no one of yours.",
            "Have somebody look at once.",
        ),
        Kind.LARGE_LOAN: Entry(
            "Very many books in one visit",
            "Nothing: the loan stands.",
            "A teacher with a class; or a card that somebody else uses.",
            "Look in the library system whose loan it is, and ask if you do not know why.",
            grave=False,
        ),
        Kind.WRONG_PINS: Entry(
            "Many wrong PINs at a kiosk",
            "The cards concerned are locked there for a while.",
            "Readers have forgotten theirs, or somebody tries cards that are not theirs.",
            "Ask somebody to have an eye on the kiosk; the desk can set a new PIN.",
            grave=False,
        ),
        Kind.ON_BATTERY: Entry(
            "A kiosk runs on its battery",
            "Nothing yet; when the battery is empty it goes off.",
            "The place has no power, or its plug was pulled.",
            "Call there: is there power?",
            grave=False,
        ),
        Kind.DISK_LOW: Entry(
            "A kiosk's card is nearly full",
            "Soon it can note no loans any more.",
            "Something else was put on the card, or its logs grow.",
            "At the kiosk, ask “kiosk check” and delete what does not belong there.",
        ),
        Kind.OUTBOX_FULL: Entry(
            "A kiosk's reports have waited for a month",
            "Figures of this kiosk are missing here. Loans are not touched.",
            "It has reached the library system and not this server for weeks.",
            "Look at its agent's broker address and password; what it holds comes by itself.",
            grave=False,
        ),
        Kind.CLOCK_WRONG: Entry(
            "A kiosk's clock is wrong",
            "Without a line it promises wrong due dates, or lends nothing.",
            "It cannot reach a time server, and its clock's battery is empty.",
            "Let its network reach a time server, or change the battery of its clock.",
        ),
        Kind.UNDER_VOLTAGE: Entry(
            "A kiosk's power supply is too weak",
            "Devices come and go, and its card may break.",
            "A telephone charger or a thin cable instead of the board maker's supply.",
            "Use the board maker's own power supply.",
            grave=False,
        ),
        Kind.HOT: Entry(
            "A kiosk is too hot",
            "It becomes slow, and may stop.",
            "The sun shines on it, or its fan or its openings are blocked.",
            "Free its openings, look at its fan, and keep it out of the sun.",
            grave=False,
        ),
        Kind.CATALOGUE_OLD: Entry(
            "A kiosk's copy of the catalogue is old",
            "New books are not found there, and what is in may be wrong.",
            "It has not reached this server for a day, or its card is full.",
            "At the kiosk, ask “kiosk check”: it says why.",
            grave=False,
        ),
        Kind.PLAIN_LINE: Entry(
            "A line without encryption is in use",
            "Whoever is on that network can read cards and loans along.",
            "The kiosk was set up so, with a reason in its configuration.",
            "Give the line certificates, or lead it through a tunnel.",
            grave=False,
        ),
    }
)


def page() -> str:
    """Return docs/runbook.md."""
    parts = [
        "# Runbook: what to do about each alert",
        "Written by `python -m server.web.runbook`; the server shows the same under `/runbook`, in Vietnamese too.",
        "An alert begins when something has gone on for a while, and ends by itself when it is over.",
    ]
    for kind, entry in RUNBOOK.items():
        parts.append(
            f"## {kind}\n\n**{entry.heading}.** {entry.cannot}\n\n"
            f"* Likely cause: {entry.cause}\n* Do first: {entry.next_step}"
        )
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
