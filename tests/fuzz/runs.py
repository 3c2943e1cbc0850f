"""Runs a target over inputs by chance; each input can be had again by seed and number."""

import time
import traceback
from dataclasses import dataclass
from random import Random

from tests.fuzz.inputs import an_input
from tests.fuzz.target import Target


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that a target could not take."""

    number: int
    data: bytes
    trace: str


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one target."""

    inputs: int
    seconds: float
    failure: Failure | None


def run(target: Target, seed: int, inputs: int, first: int = 0) -> Run:
    """Use ``inputs`` inputs from number ``first``; stop at the first that fails."""
    began = time.monotonic()
    for number in range(first, first + inputs):
        dice = Random(f"{seed} {target.name} {number}")  # noqa: S311 - chance that can be had again, no secret
        data = an_input(dice, target.corpus, number)
        try:
            target.use(data, dice)
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            return Run(number - first, time.monotonic() - began, Failure(number, data, traceback.format_exc()))
    return Run(inputs, time.monotonic() - began, None)
