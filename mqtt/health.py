"""How well a kiosk is: what it tells as it is, and what it kept while nobody listened."""

from typing import Annotated

from pydantic import Field

from mqtt.envelope import Count, Id, KioskId, Message, Model, Quantity

Temperature = Annotated[float, Field(ge=-273.15, le=1000, allow_inf_nan=False)]
"""Degrees Celsius."""


class CatalogueReport(Model):
    """A kiosk's own copy of the catalogue, which it searches without a line."""

    records: Count | None = None
    """``None``: there is no copy that can be read."""
    heard_ago_s: Quantity | None = None
    """Since the server's last word about the catalogue, by the kiosk's clock alone; ``None``: never."""
    is_kept: bool = True
    """``False``: it cannot be kept now; the kiosk's log and ``kiosk check`` say why."""


class WaitingReport(Model):
    """What a kiosk holds that is not yet as it is to be. Numbers alone: no item, no reader."""

    to_tell: Count
    """Loans and returns made without the library system, of which it is to learn."""
    oldest_s: Quantity | None = None
    """How long the oldest of these has waited, by the kiosk's clock; ``None``: none waits."""
    for_staff: Count = 0
    """Of those made alone, what nobody but a person can settle; they are not in ``to_tell``."""
    in_doubt: Count = 0
    """Loans and returns of which nobody knows yet whether they stand."""
    alarms_owed: Count = 0
    """Items of which the tags were not yet seen to say what they must."""


class KioskHealth(Message):
    """How well a kiosk is. Topic ``library/v1/d/<id>/up/health``, QoS 0, not retained, every 30 s."""

    kiosk_id: KioskId
    session_id: Id
    uptime_s: Quantity
    """Of the agent's process."""
    loop_lag_ms: Quantity
    """The longest that the agent's loop was late since the last message."""
    kiosk_loop_lag_ms: Quantity | None = None
    """The same of the kiosk's loop, as it told last."""
    memory_available_bytes: Count | None = None
    disk_free_bytes: Count | None = None
    load_1min: Quantity | None = None
    clock_offset_s: float | None = Field(default=None, ge=-1e10, le=1e10, allow_inf_nan=False)
    """How far the server's clock is ahead, as of its last hello; the way there and back is in it."""
    outbox_depth: Count
    outbox_nearly_full: bool = False
    catalogue: CatalogueReport | None = None
    """``None``: it keeps no copy, or its program did not tell."""
    waiting: WaitingReport | None = None
    """``None``: its program, or its journal, does not say."""
    temperature_c: Temperature | None = None
    """Of the processor."""
    under_voltage: bool | None = None
    """The board's supply is too weak now; ``None``: it does not measure that."""


READINGS_LIMIT = 200
"""Readings of one message: less than 40 KiB."""


class HealthReading(Model):
    """How well a kiosk was at a moment at which nobody listened."""

    age_s: Quantity
    """How long ago, at the sending, by a clock that nobody sets."""
    loop_lag_ms: Quantity
    memory_available_bytes: Count | None = None
    disk_free_bytes: Count | None = None
    load_1min: Quantity | None = None
    outbox_depth: Count
    temperature_c: Temperature | None = None


class KioskReadings(Message):
    """Readings that could not be told. Topic ``library/v1/d/<id>/up/readings``, QoS 1, not retained.

    Sent when somebody listens again, oldest first; a lost message is lost.
    """

    kiosk_id: KioskId
    session_id: Id
    dropped: Count
    """Readings that gave way to later ones since the agent's process began: the row is bounded."""
    readings: tuple[HealthReading, ...] = Field(max_length=READINGS_LIMIT)
