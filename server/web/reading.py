"""What the pages need to read, as Protocols; the fleet store and the circulation store fulfil them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol


class LinkReading(Protocol):
    """Whether one thing that the server depends on (the broker, the ingest) is there."""

    @property
    def up(self) -> bool | None:
        """``True`` there, ``False`` gone, ``None`` nobody can say (never seen, or the one who would know is gone)."""
        ...

    @property
    def since(self) -> datetime | None:
        """Aware time of the last change of ``up``; ``None`` when unknown."""
        ...


class DeviceReading(Protocol):
    """One device of a kiosk as the kiosk last reported it."""

    @property
    def role(self) -> str:
        """What it does in the kiosk: ``pad``, ``scanner``, ``printer``."""
        ...

    @property
    def model(self) -> str:
        """What it says it is; may be empty."""
        ...

    @property
    def state(self) -> str:
        """``present``, ``lost`` or ``unknown``."""
        ...

    @property
    def detail(self) -> str:
        """A fixed word such as ``paper_low``; ``none`` when there is nothing to say."""
        ...

    @property
    def since(self) -> datetime | None:
        """Aware time from which the device is in this state with this detail; ``None`` when unknown."""
        ...


class CopyReading(Protocol):
    """A kiosk's own copy of the catalogue."""

    @property
    def records(self) -> int | None:
        """How many there are; ``None``: no copy yet."""
        ...

    @property
    def as_of(self) -> datetime | None:
        """Aware time of the last word of the catalogue; ``None``: never."""
        ...

    @property
    def is_kept(self) -> bool:
        """Whether it can be kept now."""
        ...

    @property
    def is_old(self) -> bool:
        """Whether that last word is so long ago that somebody should look."""
        ...


class KioskReading(Protocol):
    """One kiosk of the fleet; counts are of the library's own day that holds the overview's time."""

    @property
    def kiosk_id(self) -> str:
        """The identity in its topics."""
        ...

    @property
    def name(self) -> str:
        """What people call it; may be empty."""
        ...

    @property
    def place(self) -> str:
        """Where it stands; may be empty."""
        ...

    @property
    def status(self) -> str:
        """``online``, ``stale`` (says nothing any more), ``offline`` or ``out_of_order`` (reports, serves nobody)."""
        ...

    @property
    def since(self) -> datetime | None:
        """Aware time from which it has this status; ``None`` when unknown."""
        ...

    @property
    def reasons(self) -> Sequence[str]:
        """What it lacks: roles of lost devices, ``library_system``, ``kiosk_program``; it may work all the same."""
        ...

    @property
    def last_seen(self) -> datetime | None:
        """Aware time of its last message; ``None`` when it never reported."""
        ...

    @property
    def version(self) -> str:
        """Version of its software; may be empty."""
        ...

    @property
    def visits_today(self) -> int:
        """Visits that it reported today."""
        ...

    @property
    def loans_today(self) -> int:
        """Loans that it reported today."""
        ...

    @property
    def returns_today(self) -> int:
        """Returns that it reported today."""
        ...

    @property
    def renewals_today(self) -> int:
        """Renewals that it reported today; none of them is a loan."""
        ...

    @property
    def devices(self) -> Sequence[DeviceReading]:
        """Its devices, in a fixed order."""
        ...

    @property
    def copy(self) -> CopyReading | None:
        """Its copy of the catalogue; ``None``: it keeps none, or did not tell."""
        ...


class FleetReading(Protocol):
    """The whole fleet at one moment."""

    @property
    def broker(self) -> LinkReading:
        """The MQTT broker, as the ingest sees it; ``up`` is ``None`` when the ingest is gone."""
        ...

    @property
    def ingest(self) -> LinkReading:
        """The process that stores what kiosks report, judged by its own heartbeat in the store."""
        ...

    @property
    def kiosks(self) -> Sequence[KioskReading]:
        """All kiosks that are known, ordered by place and name."""
        ...

    @property
    def open_alerts(self) -> int:
        """Alerts that go on, and of which nobody has said that they know."""
        ...


class FleetReader(Protocol):
    """Where the pages read the fleet."""

    def overview(self, now: datetime) -> FleetReading:
        """Read everything at once, in one transaction; called in a worker thread. ``now`` is aware."""
        ...


class LoansReader(Protocol):
    """Where the pages read today's loans."""

    def loans_on(self, now: datetime) -> int:
        """Count loans made on the library's own day that holds ``now`` (aware); called in a worker thread."""
        ...


class MatterReading(Protocol):
    """One thing to settle."""

    @property
    def matter_id(self) -> int:
        """Its number in the store."""
        ...

    @property
    def kind(self) -> str:
        """A key of ``labels.MATTER``."""
        ...

    @property
    def happened_at(self) -> datetime:
        """Aware."""
        ...

    @property
    def place(self) -> str:
        """Where, in words."""
        ...

    @property
    def terminal_id(self) -> str:
        """Which kiosk."""
        ...

    @property
    def item_number(self) -> str:
        """May be empty."""
        ...

    @property
    def title(self) -> str:
        """Of the item; empty where nobody knows it."""
        ...

    @property
    def card_number(self) -> str:
        """Only where staff need it."""
        ...

    @property
    def reason(self) -> str:
        """A key of ``labels.MATTER_REASON``, or empty."""
        ...

    @property
    def settled_at(self) -> datetime | None:
        """Aware; ``None`` while it is open."""
        ...

    @property
    def settled_by(self) -> str:
        """``desk``, ``kiosk`` or empty."""
        ...

    @property
    def note(self) -> str:
        """What staff wrote when they settled it."""
        ...


class ListingReading(Protocol):
    """The newest entries of what was asked for."""

    @property
    def entries(self) -> Sequence[MatterReading]:
        """Newest first."""
        ...

    @property
    def total(self) -> int:
        """How many there are, shown or not."""
        ...

    @property
    def open_by_kind(self) -> Mapping[str, int]:
        """What is open, kind by kind."""
        ...
