"""English words for what staff did at kiosks, each a message of the catalogues."""

from collections.abc import Mapping
from types import MappingProxyType

STAFF_ACT: Mapping[str, str] = MappingProxyType(
    {
        "entered": "Came in",
        "wrong_pin": "Wrong PIN",
        "locked": "Too many wrong PINs, locked",
        "opened": "Opened the kiosk",
        "closed": "Closed the kiosk",
        "device_tried": "Tried a device",
        "paper_changed": "Changed the paper",
        "alarm_settled": "Put a book's alarm right",
        "alarm_seen": "Took a book off the alarm list",
        "restarted": "Restarted the program",
        "overrode": "Let a refused loan through",
        "lent_alone": "Lent without the line",
        "took_back_alone": "Took back without the line",
    }
)
"""What was done."""

STAFF_REASON: Mapping[str, str] = MappingProxyType(
    {
        "settled": "settled already, not yet in the records",
        "record_wrong": "the records are wrong",
        "study": "needed for study",
        "agreed": "agreed with the head of the library",
    }
)
"""Why a refusal was overridden."""

STAFF_REFUSAL: Mapping[str, str] = MappingProxyType(
    {
        "patron_limit_reached": "too many books",
        "patron_suspended": "a book came back late",
        "patron_overdue": "books are overdue",
        "fee_limit_reached": "fees are unpaid",
        "item_not_for_loan": "not for loan",
        "item_reserved": "reserved for somebody else",
    }
)
"""What was overridden."""

STAFF_OUTCOME: Mapping[str, str] = MappingProxyType(
    {
        "done": "Done",
        "not_noted": "Could not be noted",
        "lost": "The device is not there",
        "paper_out": "No paper",
        "failed": "Did not work",
        "silent": "Nothing was read",
        "armed": "Alarm on",
        "switched_off": "Alarm off, the book is on loan",
        "not_owed": "Nothing was to be done",
        "no_answer": "The library system did not say",
        "changed": "Done, but something else became owed",
        "refused": "Still refused",
        "unknown": "Nobody can say whether it was done",
    }
)
"""What became of it."""
