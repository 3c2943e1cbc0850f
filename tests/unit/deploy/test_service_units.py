"""The service units: what starts a kiosk that ended, however often it has ended before."""

from pathlib import Path

import pytest

_UNITS = sorted(Path(__file__).parents[3].glob("deploy/pi/*.service"))


@pytest.mark.parametrize("unit", _UNITS, ids=lambda unit: unit.name)
def test_a_program_that_is_to_run_always_is_started_again_without_end(unit: Path) -> None:
    lines = {line.strip() for line in unit.read_text(encoding="utf-8").splitlines()}

    assert "Restart=always" not in lines or "StartLimitIntervalSec=0" in lines
    assert not any(line.startswith("StartLimitBurst") for line in lines)


def test_the_kiosk_and_its_agent_are_to_run_always() -> None:
    always = {unit.name for unit in _UNITS if "\nRestart=always\n" in unit.read_text(encoding="utf-8")}

    assert {"kiosk.service", "kiosk-agent.service"} <= always
