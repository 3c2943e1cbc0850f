"""What must survive a power cut: loans and returns under way, alarms owed, what was done alone, unsent events."""

from kiosk.journal.journal import Journal
from kiosk.journal.rows import (
    AlarmReason,
    AlarmWanted,
    Kept,
    KeptEntry,
    KeptKind,
    KeptState,
    LoanState,
    OpenAlarm,
    OpenLoan,
    OpenReturn,
    UnsentEvent,
)

__all__ = [
    "AlarmReason",
    "AlarmWanted",
    "Journal",
    "Kept",
    "KeptEntry",
    "KeptKind",
    "KeptState",
    "LoanState",
    "OpenAlarm",
    "OpenLoan",
    "OpenReturn",
    "UnsentEvent",
]
