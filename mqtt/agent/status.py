"""What the agent knows of the kiosk beside it; pure."""

from dataclasses import dataclass, replace

from mqtt.agent.protocol import DevicesLine, HealthLine, ProgramLine, StateLine
from mqtt.health import CatalogueReport, WaitingReport
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition


@dataclass(frozen=True, slots=True)
class KioskStatus:
    """What the kiosk's program told, and whether it is there at all."""

    connections: int = 0
    was_seen: bool = False
    told: StateLine | None = None
    devices: tuple[DeviceReport, ...] = ()
    program: ProgramLine | None = None
    loop_lag_ms: float | None = None
    catalogue: CatalogueReport | None = None
    waiting: WaitingReport | None = None

    def arrived(self) -> "KioskStatus":
        """Return the status once a program has connected; what an earlier one told of its state is void."""
        return replace(self, connections=self.connections + 1, was_seen=True, told=None)

    def left(self) -> "KioskStatus":
        """Return the status once a program is gone."""
        return replace(self, connections=max(0, self.connections - 1), loop_lag_ms=None, catalogue=None, waiting=None)

    def heard(self, line: StateLine | DevicesLine | ProgramLine | HealthLine) -> "KioskStatus":
        """Return the status after a line."""
        match line:
            case StateLine():
                return replace(self, told=line)
            case DevicesLine():
                return replace(self, devices=line.devices)
            case ProgramLine():
                return replace(self, program=line)
            case HealthLine():
                return replace(self, loop_lag_ms=line.loop_lag_ms, catalogue=line.catalogue, waiting=line.waiting)

    def condition(self) -> tuple[KioskCondition, tuple[str, ...]]:
        """Return the state to publish, and its reasons."""
        if self.connections == 0:
            return (KioskCondition.KIOSK_DOWN if self.was_seen else KioskCondition.INIT), ()
        if self.told is None:
            return KioskCondition.INIT, ()
        return self.told.state, self.told.reasons

    def known_devices(self) -> tuple[DeviceReport, ...]:
        """Return the devices; without the program nobody knows how they are."""
        if self.connections:
            return self.devices
        return tuple(device.model_copy(update={"state": DeviceCondition.UNKNOWN}) for device in self.devices)
