"""The kiosk's own errors; a person never reads their text."""


class KioskError(Exception):
    """The root of all errors that the kiosk raises itself."""


class JournalUnavailableError(KioskError):
    """The journal's disk is full or refuses: nothing was noted, or nothing could be read; it may work again later."""
