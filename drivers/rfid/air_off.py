"""A pad that sends nothing by air: asked again and again who it is, and nothing else; it never finds a tag.

For a UHF reader of which nobody has said yet what the law of the place lets it send. That it is still there is learned
as at any pad: it answers, or it is lost.
"""

from collections.abc import Callable
from typing import NoReturn

from drivers.device_url import DeviceUrl
from drivers.errors import TagGoneError
from drivers.rfid.base import Ability, Air
from drivers.rfid.tag_reader import WireCounters

AIR_OPTION = "air"


def air_is_off(parts: DeviceUrl) -> bool:
    """Say whether the URL says ``air=off``; raises `DeviceUrlError` for what is neither that nor ``air=on``."""
    return parts.choice(AIR_OPTION, "on", ("on", "off")) == "off"


class AirOff:
    """A `TagReader`; ``identify`` asks the reader who it is and must change nothing on it and send nothing by air."""

    air = Air.UHF

    def __init__(self, identify: Callable[[], str], counters: WireCounters) -> None:
        self._identify = identify
        self.counters = counters

    def probe(self) -> str:
        """Ask who is there."""
        return self._identify()

    def abilities(self) -> frozenset[Ability]:
        """Name none."""
        return frozenset()

    def inventory(self) -> dict[str, int | None]:
        """Ask whether it is still there; find nothing."""
        self._identify()
        return {}

    def memory(self, uid: str) -> NoReturn:
        """Refuse, as all that follows does: there is no tag."""
        raise TagGoneError(uid)

    all_memory = user_memory = afi = eas = dsfid = memory

    def set_afi(self, uid: str, value: int) -> None:
        """Refuse."""
        del value
        raise TagGoneError(uid)

    set_dsfid = set_afi

    def set_eas(self, uid: str, *, on: bool) -> None:
        """Refuse."""
        del on
        raise TagGoneError(uid)

    def set_blocks(self, uid: str, first: int, data: bytes) -> None:
        """Refuse."""
        del first, data
        raise TagGoneError(uid)
