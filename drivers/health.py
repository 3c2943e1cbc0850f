"""How a device has been doing since it was opened, for the fleet's page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """Counters since the device was opened; all of them only grow."""

    identity: str
    """What the device says it is, such as its version; empty where it does not say."""
    exchanges: int = 0
    """Requests that were answered, or labels that arrived."""
    unanswered: int = 0
    """Requests without an answer in time."""
    damaged: int = 0
    """Bytes thrown away because they belonged to no whole frame or label."""
