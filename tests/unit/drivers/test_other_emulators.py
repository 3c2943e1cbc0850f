"""The emulated scanner and printer without a wire, and what a bad cable does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.device import OrderError
from drivers.emulators.escpos_device import EscposDevice
from drivers.emulators.faults import WIRE_FAULTS, WireFault
from drivers.emulators.scanner_device import ScannerDevice
from drivers.printer.escpos_status import ASK_ALL_PRINTED, ASK_OFFLINE_CAUSE, ASK_PAPER, CLEAR_BUFFERS


def say(device: EscposDevice, data: bytes) -> str:
    return b"".join(answer.data for answer in device.received(data)).hex()


def printed(device: EscposDevice) -> dict[str, Any]:
    return device.do({"do": "printed"})[0]


def test_the_scanner_says_what_is_scanned() -> None:
    device = ScannerDevice()
    said = [
        b"".join(answer.data for answer in device.do({"do": "scan", **order})[1])
        for order in ({"text": "2050"}, {"text": "é", "suffix": "0d0a"}, {"hex": "0102"})
    ]

    assert said == [b"2050\r", "é\r\n".encode(), b"\1\2"]
    assert device.do({"do": "state"})[0] == {"scans": 3}
    assert list(device.received(b"beep")) == []


@pytest.mark.parametrize("order", [{"do": "scan"}, {"do": "scan", "hex": "x"}, {"do": "dance"}])
def test_the_scanner_refuses_orders_that_make_no_sense(order: dict[str, Any]) -> None:
    with pytest.raises(OrderError):
        ScannerDevice().do(order)


def test_the_printer_tears_receipts_off_where_they_are_cut() -> None:
    device = EscposDevice()
    say(device, b"one\ntwo\n\x1dV\x00three\n\x1dV\x00fo")

    assert printed(device)["receipts"] == ["one\ntwo", "three"]
    assert (printed(device)["cuts"], printed(device)["text"].split()) == (2, ["one", "two", "three", "fo"])


@pytest.mark.parametrize(
    ("order", "answers"),
    [
        ({"do": "paper", "state": "ok"}, "1212"),
        ({"do": "paper", "state": "low"}, "121e"),
        ({"do": "paper", "state": "out"}, "327e"),
        ({"do": "misbehave", "what": "cover_open"}, "1612"),
    ],
)
def test_the_printer_says_how_it_is(order: dict[str, Any], answers: str) -> None:
    device = EscposDevice()
    device.do(order)

    assert say(device, ASK_OFFLINE_CAUSE + ASK_PAPER) == answers


def test_the_printer_answers_out_of_turn_even_if_the_question_comes_in_pieces() -> None:
    device = EscposDevice()
    device.do({"do": "paper", "state": "out"})

    assert say(device, b"text that waits\n" + ASK_ALL_PRINTED + b"\x10") == ""
    assert say(device, b"\x04") == ""
    assert say(device, b"\x01") == "1a"


def test_the_printer_runs_out_of_paper_after_so_many_lines_and_goes_on_when_it_has_new() -> None:
    device = EscposDevice()
    device.do({"do": "misbehave", "what": "paper_out_after", "lines": 2})

    assert say(device, b"1\n2\n3\n4\n\x1dV\x00" + ASK_ALL_PRINTED) == ""
    assert printed(device)["text"].split() == ["1", "2"]

    told, answers = device.do({"do": "paper", "state": "ok"})

    assert b"".join(answer.data for answer in answers) == b"\0"
    assert (told["paper"], printed(device)["receipts"]) == ("ok", ["1\n2\n3\n4"])


def test_what_a_printer_was_told_to_forget_is_not_printed_when_it_has_paper_again() -> None:
    device = EscposDevice()
    device.do({"do": "misbehave", "what": "paper_out_after", "lines": 1})
    say(device, b"1\n2\n\x1dV\x00" + CLEAR_BUFFERS)
    device.do({"do": "paper", "state": "ok"})

    assert (printed(device)["receipts"], printed(device)["torn"], printed(device)["cuts"]) == ([], ["1"], 0)


def test_a_stuck_cutter_stops_the_printer() -> None:
    device = EscposDevice()
    device.do({"do": "misbehave", "what": "cutter_stuck"})
    say(device, b"1\n\x1dV\x00" + b"2\n")

    assert say(device, ASK_OFFLINE_CAUSE) == "52"
    assert printed(device)["cuts"] == 0

    device.do({"do": "misbehave", "what": "normal"})

    assert say(device, ASK_OFFLINE_CAUSE) == "12"


def test_a_deaf_printer_does_not_answer() -> None:
    device = EscposDevice()
    device.do({"do": "misbehave", "what": "deaf", "times": 1})

    assert [say(device, ASK_PAPER), say(device, ASK_PAPER)] == ["", "12"]


def test_what_only_begins_like_a_real_time_command_is_taken_for_text() -> None:
    device = EscposDevice()
    say(device, b"\x10\x05\x01")

    assert printed(device)["unknown"] == ["10", "05", "01"]


@pytest.mark.parametrize(
    "order", [{"do": "dance"}, {"do": "paper", "state": "wet"}, {"do": "misbehave", "what": "sulk"}]
)
def test_the_printer_refuses_orders_that_make_no_sense(order: dict[str, Any]) -> None:
    with pytest.raises(OrderError):
        EscposDevice().do(order)


def test_the_printer_forgets_the_oldest_bytes_in_the_end() -> None:
    device = EscposDevice()
    say(device, b"x" * (1 << 20) + b"y")

    assert len(printed(device)["hex"]) == 2 * ((1 << 19) + 1)


@pytest.mark.parametrize(
    ("fault", "pieces"),
    [
        ({"what": "lose", "at": 1}, [(b"ac", 0.0)]),
        ({"what": "lose", "at": 9}, [(b"ab", 0.0)]),
        ({"what": "double", "at": 1}, [(b"abbc", 0.0)]),
        ({"what": "corrupt", "at": 1}, [(b"a\x9dc", 0.0)]),
        ({"what": "delay", "ms": 200}, [(b"abc", 0.2)]),
        ({"what": "split", "ms": 200, "size": 2}, [(b"ab", 0.0), (b"c", 0.2)]),
        ({"what": "swallow"}, []),
    ],
)
def test_a_bad_cable_spoils_an_answer(fault: dict[str, Any], pieces: list[tuple[bytes, float]]) -> None:
    found = [(piece.data, piece.delay) for piece in WireFault.from_order(fault).pieces(b"abc")]

    assert found == pieces


@given(st.sampled_from(WIRE_FAULTS), st.binary(min_size=1, max_size=20), st.integers(0, 30), st.integers(0, 5))
def test_a_bad_cable_takes_any_answer(what: str, data: bytes, at: int, size: int) -> None:
    fault = WireFault.from_order({"what": what, "at": at, "size": size})

    assert all(piece.delay >= 0 for piece in fault.pieces(data))
