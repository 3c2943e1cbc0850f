"""The fleet as JSON: the same reading as the pages, for programs."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from server.catalogue.condition import Condition
from server.web.snapshot import Snapshot


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Link(_Answer):
    """One thing that the server depends on."""

    up: bool | None
    """``true`` there, ``false`` gone, ``null`` not known."""
    since: AwareDatetime | None


class Device(_Answer):
    """One device of a kiosk, as the kiosk last reported it."""

    role: str
    model: str
    state: str
    detail: str
    since: AwareDatetime | None


class Kiosk(_Answer):
    """One kiosk; its counts are of the library's own day."""

    kiosk_id: str
    name: str
    place: str
    status: str
    """``online``, ``stale``, ``offline`` or ``out_of_order``."""
    since: AwareDatetime | None
    reasons: list[str]
    last_seen: AwareDatetime | None
    version: str
    visits_today: int
    loans_today: int
    returns_today: int
    renewals_today: int
    devices: list[Device]


class Fleet(_Answer):
    """Everything that the admin page shows."""

    schema_version: Literal[1] = 1
    at: AwareDatetime
    """When the stores were read."""
    fleet_lost_since: AwareDatetime | None
    """Set while the fleet store cannot be read; what it gave before is repeated."""
    loans_lost_since: AwareDatetime | None
    """Set while the circulation store cannot be read; what it gave before is repeated."""
    loans_today: int | None
    """Loans of the library's own day in the circulation store; ``null`` when never read."""
    broker: Link | None
    ingest: Link | None
    kiosks: list[Kiosk]


class Health(_Answer):
    """Whether the server can do its work."""

    status: Literal["ok", "impaired"]
    at: AwareDatetime
    fleet_readable: bool
    loans_readable: bool
    ingest: bool | None
    broker: bool | None
    catalogue: Condition | None
    """How the search's index stands to the store; ``null`` where nothing is searched. Lending does not need it."""


def fleet_answer(snapshot: Snapshot) -> Fleet:
    """Write the snapshot as the API's answer."""
    fleet = snapshot.fleet.value
    return Fleet(
        at=snapshot.at,
        fleet_lost_since=snapshot.fleet.lost_since,
        loans_lost_since=snapshot.loans.lost_since,
        loans_today=snapshot.loans.value,
        broker=None if fleet is None else Link.model_validate(fleet.broker),
        ingest=None if fleet is None else Link.model_validate(fleet.ingest),
        kiosks=[] if fleet is None else [Kiosk.model_validate(kiosk) for kiosk in fleet.kiosks],
    )


def health_answer(snapshot: Snapshot, catalogue: Condition | None) -> Health:
    """Judge the snapshot: impaired when a store cannot be read; without broker or index the server still lends."""
    fleet = snapshot.fleet.value
    readable = snapshot.fleet.lost_since is None and snapshot.loans.lost_since is None
    return Health(
        status="ok" if readable else "impaired",
        at=snapshot.at,
        fleet_readable=snapshot.fleet.lost_since is None,
        loans_readable=snapshot.loans.lost_since is None,
        ingest=None if fleet is None else fleet.ingest.up,
        broker=None if fleet is None else fleet.broker.up,
        catalogue=catalogue,
    )
