"""systemd understands the units of a kiosk."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PI = Path(__file__).parents[3] / "deploy" / "pi"
UNITS = ("kiosk.service", "kiosk-agent.service", "kiosk-replica.service")
SYSTEMD_ANALYZE = shutil.which("systemd-analyze")
EXPOSURE = {"kiosk.service": 25, "kiosk-agent.service": 15, "kiosk-replica.service": 15}
"""Tenths of systemd's measure of what a broken-into service could reach; 100 is everything."""

pytestmark = pytest.mark.skipif(SYSTEMD_ANALYZE is None, reason="systemd-analyze not present")


def _analyze(*words: str) -> subprocess.CompletedProcess[str]:
    command = [SYSTEMD_ANALYZE or "", "--no-pager", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(name="units")
def _units(tmp_path: Path) -> list[Path]:
    """Give copies of the units whose programs exist: a test machine has no compositor and no kiosk."""
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n", encoding="ascii")
    program.chmod(0o755)
    copies = []
    for name in UNITS:
        unit = (PI / name).read_text(encoding="utf-8")
        copy = tmp_path / name
        copy.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={program}", unit, flags=re.MULTILINE), encoding="utf-8")
        copies.append(copy)
    return copies


def test_systemd_accepts_the_units(units: list[Path]) -> None:
    done = _analyze("verify", "--man=no", "--recursive-errors=no", *map(str, units))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_would_have_named_a_wrong_key(units: list[Path]) -> None:
    units[0].write_text(units[0].read_text(encoding="utf-8").replace("[Service]", "[Service]\nRestrat=always"))

    done = _analyze("verify", "--man=no", "--recursive-errors=no", str(units[0]))

    assert "Restrat" in done.stderr


@pytest.mark.parametrize("name", UNITS)
def test_a_broken_into_service_reaches_little(units: list[Path], name: str) -> None:
    unit = next(unit for unit in units if unit.name == name)

    done = _analyze("security", "--offline=true", f"--threshold={EXPOSURE[name]}", str(unit))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", UNITS)
def test_kiosk_and_agent_run_as_one_unprivileged_user(name: str) -> None:
    lines = (PI / name).read_text(encoding="utf-8").splitlines()

    assert "User=kiosk" in lines
    assert "NoNewPrivileges=yes" in lines
    assert "CapabilityBoundingSet=" in lines
