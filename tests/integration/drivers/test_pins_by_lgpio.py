"""The board over gpiozero's own lgpio pins; only the library beneath, which talks to the kernel, is a stand-in."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
STAND_IN = ROOT / "tests" / "support" / "lgpio_stand_in"


@pytest.fixture(name="told", scope="module")
def _told() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.lgpio_program"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{STAND_IN}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_lamp_a_tone_and_an_edge_go_through_lgpio(told: dict[str, Any]) -> None:
    *calls, reading = told["works"]

    assert calls == [
        *(["write", 17, 1], ["write", 13, 0]),
        *(["pwm", 13, 2000, 0], ["pwm", 13, 2000, 50], ["pwm", 13, 0, 0], ["write", 13, 0]),
    ]
    assert reading == ["presence", 1]


def test_a_buzzer_with_a_tone_of_its_own_is_switched_on_and_off(told: dict[str, Any]) -> None:
    assert told["beeps"] == [["write", 13, 0], ["write", 13, 1], ["write", 13, 0]]


def test_at_the_end_every_lamp_is_off_before_its_pin_is_given_back(told: dict[str, Any]) -> None:
    calls = told["closed"]

    for lamp in (17, 27, 22, 18, 23, 24, 25, 16):
        assert calls.index(["write", lamp, 0]) < calls.index(["in", lamp, 128])
    assert calls[-1] == ["close"]


def test_the_words_by_which_lgpio_refuses_a_busy_pin_are_understood(told: dict[str, Any]) -> None:
    assert told["busy"] == "in_use"


def test_a_chip_that_goes_is_noticed_and_one_that_came_back_works(told: dict[str, Any]) -> None:
    assert told["gone"] == "unplugged"
    assert told["again"] == ["presence", 1]


def test_a_machine_that_is_no_raspberry_pi_is_the_wrong_one(told: dict[str, Any]) -> None:
    assert told["elsewhere"] == "wrong_device"
