"""The emulated devices as hands would work them: lay, lift, scan, refill, pull the cable."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from deploy.demo.tags import Tag
from drivers.emulators.control import EmulatorControl


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TagMemory(_Answer):
    """A tag as it stands in the emulated reader's memory."""

    uid: str
    afi: int


class _Tags(_Answer):
    tags: tuple[TagMemory, ...]
    inventories: int


class Printed(_Answer):
    """What came out of the emulated printer, decoded from its bytes."""

    receipts: tuple[str, ...]
    cuts: int
    hex: str
    """All bytes, as they came."""


class _Device:
    def __init__(self, control: Path) -> None:
        self.control = EmulatorControl(control)

    def pull_cable(self) -> None:
        """Pull the cable."""
        self.control.call_blocking("cable", **{"in": False})

    def plug_cable(self) -> None:
        """Put the cable back."""
        self.control.call_blocking("cable", **{"in": True})


class DemoPad(_Device):
    """The emulated RFID pad."""

    def tags(self) -> dict[str, int]:
        """Give UID -> AFI of every tag that ever lay on the pad."""
        return {tag.uid: tag.afi for tag in self._answer().tags}

    def lay(self, tags: Iterable[Tag]) -> None:
        """Lay tags on the pad; one that lay there before is as it was when it was lifted."""
        known = self.tags()
        self.control.call_blocking(
            "lay",
            tags=[
                {
                    "uid": tag.uid,
                    "memory": tag.memory,
                    "afi": known.get(tag.uid, tag.afi),
                    "dsfid": tag.dsfid,
                    "eas": tag.eas,
                }
                for tag in tags
            ],
        )

    def lift(self, uids: Iterable[str] | None = None) -> None:
        """Lift these tags; everything unless they are named."""
        if uids is None:
            self.control.call_blocking("lift")
        else:
            self.control.call_blocking("lift", uids=list(uids))

    def inventories(self) -> int:
        """Say how often the kiosk has looked what lies on the pad."""
        return self._answer().inventories

    def lift_at_next_write(self) -> None:
        """Arrange that the tag of the next AFI write is lifted before the write takes effect."""
        self.control.call_blocking("misbehave", what="lift_in_write", after=1)

    def _answer(self) -> _Tags:
        return _Tags.model_validate(self.control.call_blocking("tags"))


class DemoScanner(_Device):
    """The emulated barcode scanner."""

    def scan(self, text: str) -> None:
        """Scan a label."""
        self.control.call_blocking("scan", text=text)


class DemoPrinter(_Device):
    """The emulated receipt printer."""

    def printed(self) -> Printed:
        """Give what was printed since the demo began."""
        return Printed.model_validate(self.control.call_blocking("printed"))

    def paper(self, state: str) -> None:
        """Make the paper ``ok``, ``low`` or ``out``."""
        self.control.call_blocking("paper", state=state)
