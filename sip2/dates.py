"""SIP2's 18-character date, ``YYYYMMDDZZZZHHMMSS``, where the zone is four blanks (local) or ``   Z`` (UTC)."""

from datetime import UTC, datetime

WIDTH = 18
_BLANK = " " * 18


def write_date(moment: datetime | None) -> str:
    """Return 18 characters: blanks for None, local form for a naive moment, UTC form for an aware one."""
    if moment is None:
        return _BLANK
    if moment.tzinfo is None:
        return f"{moment.year:04d}{moment.month:02d}{moment.day:02d}    {_clock(moment)}"
    moment = moment.astimezone(UTC)
    return f"{moment.year:04d}{moment.month:02d}{moment.day:02d}   Z{_clock(moment)}"


def read_date(text: str) -> datetime | None:
    """Read 18 characters; ``None`` where they are no date.

    Four blanks mean the local time of both ends, so the result is naive and the caller, who knows the zone, adds it;
    ``   Z`` gives an aware UTC moment. No other zone is defined by the protocol.
    """
    digits = text[:8] + text[12:]
    if len(text) != WIDTH or not (digits.isascii() and digits.isdigit()):
        return None
    zone = text[8:12]
    if zone not in ("    ", "   Z"):
        return None
    try:
        return datetime(
            int(text[:4]),
            int(text[4:6]),
            int(text[6:8]),
            int(text[12:14]),
            int(text[14:16]),
            int(text[16:]),
            tzinfo=UTC if zone == "   Z" else None,
        )
    except ValueError:
        return None


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02d}{moment.minute:02d}{moment.second:02d}"
