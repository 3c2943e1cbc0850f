"""The emulated header by itself: what it says to a host, and which orders it cannot carry out."""

import pytest

from drivers.emulators.device import Order, OrderError
from drivers.emulators.header_device import HeaderDevice
from drivers.spy import FIRST_LINE


def said(device: HeaderDevice, line: str) -> list[str]:
    """Tell it a line and give what it answers."""
    return [answer.data.decode().strip() for answer in device.received(line.encode() + b"\n")]


def edges(device: HeaderDevice, **order: str | int | bool | None) -> list[tuple[str, float]]:
    """Give an order and what the host hears of it."""
    return [(answer.data.decode().strip(), answer.delay) for answer in device.do(dict(order))[1]]


def test_it_says_which_board_it_is_and_becomes_another() -> None:
    device = HeaderDevice()
    five = said(device, "board")
    told, _ = device.do({"do": "board", "name": "raspberry-pi-4"})

    assert (five, told, said(device, "board")) == (
        ["board c04170"],
        {"board": "Raspberry Pi 4"},
        ["board c03111"],
    )


def test_an_input_follows_its_pull_until_something_drives_it() -> None:
    device = HeaderDevice()

    assert said(device, "in 19 up") == ["ok 19 1"]
    assert edges(device, do="level", pin=19, level=0) == [("level 19 0", 0.0)]
    assert edges(device, do="level", pin=19, level=None) == [("level 19 1", 0.0)]
    assert said(device, "in 19 sideways") == ["ok 19 0"]


def test_a_switch_bounces_as_often_as_it_is_told() -> None:
    device = HeaderDevice()
    said(device, "in 26 up")

    assert edges(device, do="signal", name="service_key", active=True, bounce=2, ms=5) == [
        ("level 26 0", 0.0),
        *(("level 26 1", 0.005), ("level 26 0", 0.005)) * 2,
    ]


def test_a_pin_that_nobody_listens_to_says_nothing() -> None:
    assert edges(HeaderDevice(), do="signal", name="service_key", active=True) == []


def test_a_lamp_shines_only_while_its_pin_is_an_output() -> None:
    device = HeaderDevice()
    for line in ("set 17 1", "out 17 0", "set 17 1", "set 19 1", "free 17"):
        said(device, line)
    changes = device.do({"do": "changes"})[0]["changes"]

    assert isinstance(changes, list)
    assert [change[:2] for change in changes if isinstance(change, list)] == [["red", True]]
    assert device.do({"do": "state"})[0]["claimed"] == []


def test_what_is_no_line_of_the_bridge_is_passed_over() -> None:
    device = HeaderDevice()

    assert [said(device, line) for line in ("", "out", "out 99 1", "in x up", "set 17", "pwm 13 x y", "hello")] == [
        []
    ] * 7


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": "signal", "name": "moon", "active": True},
        {"do": "signal", "name": "tamper"},
        {"do": "level", "pin": 99, "level": 1},
        {"do": "board", "name": "banana"},
        {"do": "misbehave", "what": "sing"},
        {"do": "play", "recording": "x"},
        {"do": "play", "recording": f"{FIRST_LINE}\n+0.1 < {b'moon 1'.hex()}"},
    ],
    ids=str,
)
def test_an_order_that_cannot_be_carried_out_is_refused(order: Order) -> None:
    with pytest.raises(OrderError):
        list(HeaderDevice().do(order)[1])
