"""How the kiosk's copy of the catalogue stands, for whoever looks after the kiosk."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from kiosk.replica.keeping import Places
from kiosk.replica.store import ReplicaReader

_LONGEST_TROUBLE: Final = 200


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """What lies there."""

    records: int | None
    """``None``: no copy that can be read."""
    as_of: datetime | None
    """The moment of the server's last word; ``None``: never heard of."""
    trouble: str
    """Why the copy cannot be kept now, in one word of the program; empty: it can, as far as its keeper knows."""

    def __str__(self) -> str:
        held = "no copy yet" if self.records is None else f"{self.records} records"
        heard = "" if self.as_of is None else f", as of {self.as_of:%Y-%m-%d %H:%M}"
        return f"{held}{heard}{f', cannot be kept: {self.trouble}' if self.trouble else ''}"


def kept_copy(places: Places, zone: tzinfo) -> KeptCopy:
    """Look; reads files and waits for none that is being written."""
    try:
        records: int | None = ReplicaReader(places.records).count()
    except sqlite3.Error:
        records = None
    try:
        as_of: datetime | None = datetime.fromtimestamp(places.heard.stat().st_mtime, zone)
    except OSError:
        as_of = None
    try:
        with places.trouble.open(encoding="utf-8", errors="replace") as file:
            words = file.read(_LONGEST_TROUBLE)
    except OSError:
        words = ""
    return KeptCopy(records, as_of, " ".join(words.split()))
