"""What an ESC/POS printer says of itself, at both ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.base import PaperStatus
from drivers.printer.escpos_status import (
    PrinterState,
    all_printed_byte,
    is_in_turn_answer,
    is_real_time_answer,
    offline_cause_byte,
    paper_byte,
    state_told,
)

states = st.builds(PrinterState, st.sampled_from(PaperStatus), st.booleans(), st.booleans())


@given(states)
def test_what_the_printer_says_is_what_the_host_understands(state: PrinterState) -> None:
    assert state_told(offline_cause_byte(state), paper_byte(state)) == state


@given(states)
def test_answers_out_of_turn_and_in_turn_are_told_apart(state: PrinterState) -> None:
    for byte in (offline_cause_byte(state), paper_byte(state)):
        assert is_real_time_answer(byte)
        assert not is_in_turn_answer(byte)
    assert is_in_turn_answer(all_printed_byte(state))
    assert not is_real_time_answer(all_printed_byte(state))


@pytest.mark.parametrize(
    ("cause", "paper", "state"),
    [
        (0x12, 0x12, PrinterState()),
        (0x12, 0x1E, PrinterState(PaperStatus.LOW)),
        (0x32, 0x7E, PrinterState(PaperStatus.OUT)),
        (0x16, 0x12, PrinterState(cover_open=True)),
        (0x52, 0x12, PrinterState(error=True)),
    ],
)
def test_the_bits_are_those_of_the_reference(cause: int, paper: int, state: PrinterState) -> None:
    assert state_told(cause, paper) == state


@given(st.integers(0, 255), st.integers(0, 255))
def test_any_two_bytes_say_something(cause: int, paper: int) -> None:
    assert state_told(cause, paper).paper in PaperStatus


def test_a_printer_without_paper_alone_is_not_stopped() -> None:
    assert not PrinterState(PaperStatus.OUT).stopped
    assert PrinterState(cover_open=True).stopped
