"""What the agent knows of the kiosk beside it."""

from mqtt.agent.protocol import DevicesLine, HealthLine, ProgramLine, StateLine
from mqtt.agent.status import KioskStatus
from mqtt.health import CatalogueReport, WaitingReport
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition

COPY = CatalogueReport(records=7, heard_ago_s=1)
WAITING = WaitingReport(to_tell=2)
PAD = DeviceReport(role="pad", state=DeviceCondition.PRESENT)


def test_before_the_program_comes_the_kiosk_begins() -> None:
    assert KioskStatus().condition() == (KioskCondition.INIT, ())
    assert KioskStatus().arrived().condition() == (KioskCondition.INIT, ())


def test_what_the_program_tells_is_passed_on() -> None:
    status = KioskStatus().arrived().heard(StateLine(state=KioskCondition.OUT_OF_ORDER, reasons=("pad",)))

    assert status.condition() == (KioskCondition.OUT_OF_ORDER, ("pad",))


def test_a_program_that_is_gone_is_said_to_be_gone_and_nobody_knows_its_devices() -> None:
    status = KioskStatus().arrived().heard(StateLine(state=KioskCondition.READY)).heard(DevicesLine(devices=(PAD,)))
    gone = status.left()

    assert status.known_devices() == (PAD,)
    assert gone.condition() == (KioskCondition.KIOSK_DOWN, ())
    assert [device.state for device in gone.known_devices()] == [DeviceCondition.UNKNOWN]


def test_a_program_that_comes_back_tells_its_state_anew() -> None:
    status = KioskStatus().arrived().heard(StateLine(state=KioskCondition.READY)).left().arrived()

    assert status.condition() == (KioskCondition.INIT, ())


def test_a_second_connection_keeps_the_kiosk_up() -> None:
    status = KioskStatus().arrived().arrived().heard(StateLine(state=KioskCondition.READY)).left()

    assert status.condition() == (KioskCondition.READY, ())
    assert status.left().left().connections == 0


def test_health_and_versions_are_kept() -> None:
    status = (
        KioskStatus()
        .arrived()
        .heard(HealthLine(loop_lag_ms=7, catalogue=COPY, waiting=WAITING))
        .heard(ProgramLine(kiosk_version="0.2"))
    )

    assert (status.loop_lag_ms, status.program) == (7, ProgramLine(kiosk_version="0.2"))
    assert status.left().loop_lag_ms is None
    assert (status.catalogue, status.left().catalogue) == (COPY, None)
    assert (status.waiting, status.left().waiting) == (WAITING, None)
