"""The kiosk's own errors; a person never reads their text."""

from enum import StrEnum


class KioskError(Exception):
    """The root of all errors that the kiosk raises itself."""


class JournalFault(StrEnum):
    """Why the journal cannot be used."""

    FULL = "full"
    """The disk is full, or what is left is held for the visit in progress."""
    READ_ONLY = "read_only"
    NEWER = "newer"
    """A newer release has written the file."""
    OTHER = "other"


class JournalUnavailableError(KioskError):
    """The journal's disk is full or refuses: nothing was noted, or nothing could be read; it may work again later."""

    def __init__(self, words: str = "", fault: JournalFault = JournalFault.OTHER) -> None:
        super().__init__(words)
        self.fault = fault
