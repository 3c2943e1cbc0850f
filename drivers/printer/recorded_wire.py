"""Records wires that `drivers.wire.WirePlace` does not open: USB endpoints and Linux's printer devices."""

from collections.abc import Callable
from pathlib import Path

from drivers.errors import DeviceUrlError
from drivers.spy import RecordedWire, Recording
from drivers.wire import Wire


def recorded(path: Path | None, name: str, open_wire: Callable[[], Wire]) -> Wire:
    """Open a wire, and record it into a file where one is named; raises what `WirePlace.open` raises."""
    if path is None:
        return open_wire()
    try:
        recording = Recording(path, name)
    except OSError as error:
        raise DeviceUrlError(str(path), "spy") from error
    try:
        return RecordedWire(open_wire(), recording)
    except BaseException as error:
        recording.note(f"not opened: {error}")
        recording.close()
        raise
