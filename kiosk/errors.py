"""The kiosk's own errors; a person never reads their text."""


class KioskError(Exception):
    """The root of all errors that the kiosk raises itself."""
