"""What an ESC/POS printer says of itself, at both ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.base import PaperStatus
from drivers.printer.escpos_status import (
    PrinterState,
    Said,
    all_printed_byte,
    is_in_turn_answer,
    is_real_time_answer,
    offline_cause_byte,
    on_line_byte,
    paper_byte,
    said,
    state_told,
)

states = st.builds(
    PrinterState,
    st.sampled_from([PaperStatus.OK, PaperStatus.LOW, PaperStatus.OUT]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(states)
def test_what_the_printer_says_is_what_the_host_understands(state: PrinterState) -> None:
    told = state_told(on_line_byte(state), offline_cause_byte(state), paper_byte(state))

    assert (told.paper, told.cover_open, told.error, told.stopped) == (
        state.paper,
        state.cover_open,
        state.error,
        state.stopped,
    )
    assert told.offline is (state.offline or state.stopped or state.paper is PaperStatus.OUT)


@given(states)
def test_answers_out_of_turn_and_in_turn_are_told_apart(state: PrinterState) -> None:
    for byte in (on_line_byte(state), offline_cause_byte(state), paper_byte(state)):
        assert is_real_time_answer(byte)
        assert not is_in_turn_answer(byte)
    assert is_in_turn_answer(all_printed_byte(state))
    assert not is_real_time_answer(all_printed_byte(state))


@pytest.mark.parametrize(
    ("on_line", "cause", "paper", "state"),
    [
        (0x12, 0x12, 0x12, PrinterState()),
        (0x16, 0x12, 0x1E, PrinterState(PaperStatus.LOW)),
        (0x1A, 0x32, 0x7E, PrinterState(PaperStatus.OUT, offline=True)),
        (0x1A, 0x16, 0x12, PrinterState(cover_open=True, offline=True)),
        (0x1A, 0x52, 0x12, PrinterState(error=True, offline=True)),
        (0x1A, 0x12, 0x12, PrinterState(offline=True)),
    ],
)
def test_the_bits_are_those_of_the_reference(on_line: int, cause: int, paper: int, state: PrinterState) -> None:
    assert state_told(on_line, cause, paper) == state


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_any_three_bytes_say_something(on_line: int, cause: int, paper: int) -> None:
    assert state_told(on_line, cause, paper).paper in PaperStatus


@given(st.binary(max_size=200))
def test_whatever_comes_is_sorted_and_nothing_is_kept(data: bytes) -> None:
    heard = said(data)

    assert heard.real_time is None or heard.real_time in data
    assert 0 <= heard.damaged <= len(data)
    assert said(data + b"\x12").real_time == 0x12


def test_the_newest_answer_counts_and_noise_is_counted() -> None:
    assert said(b"\x12\xff\x1e\x80\x03") == Said(real_time=0x1E, in_turn=1, damaged=2)
    assert said(b"") == Said(real_time=None, in_turn=0, damaged=0)


def test_a_printer_without_paper_alone_is_not_stopped() -> None:
    assert not PrinterState(PaperStatus.OUT).stopped
    assert PrinterState(cover_open=True).stopped


def test_a_printer_that_is_off_line_and_does_not_say_why_is_stopped() -> None:
    assert PrinterState(offline=True).stopped
    assert not PrinterState(PaperStatus.OUT, offline=True).stopped


@pytest.mark.parametrize("report", [b"\x14\x00\x00\x0f", b"\x1c\x60\x0c\x00", b"\x37\x25\x00"])
def test_what_a_printer_reports_by_itself_answers_nothing_however_cut(report: bytes) -> None:
    assert said(report + b"\x00") == Said(real_time=None, in_turn=1, damaged=len(report))
    for cut in range(len(report)):
        first = said(b"\x00" + report[:cut])
        second = said(report[cut:] + b"\x12\x00", first.behind)

        assert (first.in_turn, second) == (1, Said(0x12, 1, len(report) - cut))


def test_a_report_that_breaks_off_swallows_no_real_time_answer_and_nothing_after_noise() -> None:
    assert said(b"\x14\x12\x00") == Said(0x12, 1, 1)
    assert said(b"\x14\xff\x00") == Said(None, 1, 2)
