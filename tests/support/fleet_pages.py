"""What the server's pages read, written by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

LIBRARY_ZONE = timezone(timedelta(hours=7))
NOON = datetime(2026, 7, 28, 12, 0, 0, tzinfo=LIBRARY_ZONE)


@dataclass(frozen=True, slots=True)
class FakeLink:
    """A link that is there unless the test says otherwise."""

    up: bool | None = True
    since: datetime | None = NOON - timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class FakeDevice:
    """A device that is in order."""

    role: str = "pad"
    model: str = ""
    state: str = "present"
    detail: str = "none"
    since: datetime | None = NOON - timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class FakeCopy:
    """A copy of the catalogue that is kept."""

    records: int | None = 24_004
    as_of: datetime | None = NOON - timedelta(seconds=12)
    is_kept: bool = True
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class FakeKiosk:
    """A kiosk that works."""

    kiosk_id: str = "k-front"
    name: str = ""
    place: str = ""
    status: str = "online"
    since: datetime | None = NOON - timedelta(hours=4)
    reasons: tuple[str, ...] = ()
    last_seen: datetime | None = NOON - timedelta(seconds=7)
    version: str = "0.1.0"
    visits_today: int = 0
    loans_today: int = 0
    returns_today: int = 0
    renewals_today: int = 0
    devices: tuple[FakeDevice, ...] = (FakeDevice("pad"), FakeDevice("scanner"), FakeDevice("printer"))
    copy: FakeCopy | None = None


@dataclass(frozen=True, slots=True)
class FakeFleetReading:
    """A fleet whose broker and ingest are there."""

    broker: FakeLink = FakeLink()
    ingest: FakeLink = FakeLink()
    kiosks: Sequence[FakeKiosk] = ()
    open_alerts: int = 0


@dataclass(slots=True)
class FakeFleet:
    """A fleet store whose answer the test changes; raises ``fault`` when one is set."""

    reading: FakeFleetReading = field(default_factory=FakeFleetReading)
    fault: Exception | None = None
    readings: int = 0

    def overview(self, now: datetime) -> FakeFleetReading:
        del now
        self.readings += 1
        if self.fault is not None:
            raise self.fault
        return self.reading

    def show(self, *kiosks: FakeKiosk) -> None:
        self.reading = replace(self.reading, kiosks=kiosks)

    def lose_broker(self, since: datetime) -> None:
        self.reading = replace(self.reading, broker=FakeLink(up=False, since=since))

    def regain_broker(self, since: datetime) -> None:
        self.reading = replace(self.reading, broker=FakeLink(up=True, since=since))


@dataclass(slots=True)
class FakeLoans:
    """A circulation store that made ``made`` loans today."""

    made: int = 0
    fault: Exception | None = None

    def loans_on(self, now: datetime) -> int:
        del now
        if self.fault is not None:
            raise self.fault
        return self.made


@dataclass(slots=True)
class FakeClock:
    """A clock that stands until the test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by
