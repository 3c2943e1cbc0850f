"""English words for roles, misdeeds and problems; each is a message of the catalogues."""

from collections.abc import Mapping
from types import MappingProxyType

ROLE: Mapping[str, str] = MappingProxyType({"pad": "RFID pad", "scanner": "Scanner", "printer": "Receipt printer"})
"""The devices by their role."""

PAPER: Mapping[str, str] = MappingProxyType({"ok": "enough paper", "low": "little paper", "out": "no paper"})
"""How much paper the printer has."""

MISDEED: Mapping[str, str] = MappingProxyType(
    {
        "lift_in_write": "Lift the tag in mid-write",
        "write_ignored": "Ignore the next write",
        "duplicate_uids": "Report every tag twice",
        "mute": "Leave the next request unanswered",
        "old_firmware": "Be an old model",
        "unsolicited": "Speak unasked",
        "paper_out_after": "Run out of paper after three lines",
        "cover_open": "Open the cover",
        "cutter_stuck": "Let the cutter stick",
        "deaf": "Leave the next question unanswered",
        "offline": "Go off line",
        "slow": "Print slowly",
        "power_cycle_after": "Lose power in mid-receipt",
        "lose": "Lose a byte",
        "double": "Double a byte",
        "corrupt": "Change a byte",
        "delay": "Answer late",
        "split": "Answer in pieces",
        "swallow": "Swallow an answer",
        "normal": "Behave again",
    }
)
"""What a device can be told to do wrong."""

SHOWS: Mapping[str, str] = MappingProxyType(
    {
        words: words
        for words in (
            "may borrow",
            "may borrow; the second patron of a busy day",
            "may borrow three books",
            "may borrow; comes from a reading room",
            "has as many books as a child may have",
            "is blocked",
            "has a card that expired yesterday",
            "has the book that somebody else wants",
            "has reserved a book that is ready now",
            "owes the fee of a loan",
            "may borrow; has a PIN",
            "nobody knows this card",
            "citizen card of the reader with a PIN",
            "citizen card of somebody who is no reader yet",
            "may be borrowed",
            "is read in the house",
            "is lent to somebody else",
            "is kept for somebody who reserved it",
            "costs a fee, asked for before the loan",
            "bears our tag and stands in no catalogue",
            "belongs to another library",
            "bears an empty tag",
        )
    }
)
"""What the demo's cards and books are there for, in the words of its stock."""

PROBLEM: Mapping[str, str] = MappingProxyType(
    {
        words: words
        for words in (
            "There is nothing to scan.",
            "These are not bytes in hexadecimal.",
            "There is no such card.",
            "There is no such book.",
            "There are no more books to lay down.",
            "There is no such thing to do.",
            "There is no such device.",
            "The screen no longer shows this.",
            "The device does not answer or refused.",
            "This page is too old; try again.",
        )
    }
)
"""Why an order was not carried out."""
