"""Whom the doctor asks at a port, in which order, and what it may not ask."""

from drivers.registry import installed_registry
from kiosk.doctor.host import Port, PortKind
from kiosk.doctor.identify import candidates


def asked(kind: PortKind, usb: str = "") -> list[str]:
    return [each.url.partition(":")[0] for each in candidates(Port(kind, "/dev/x", "/dev/x", usb))]


def test_a_printer_is_asked_last_of_all() -> None:
    assert asked(PortKind.SERIAL) == ["threem", "feig", "m100", "uhfreader18", "pn532", "escpos"]
    assert asked(PortKind.PRINTER) == ["escpos"]


def test_readers_that_are_sold_with_such_an_adapter_are_asked_first() -> None:
    assert asked(PortKind.SERIAL, "1a86:7523")[:3] == ["m100", "pn532", "threem"]
    assert asked(PortKind.SERIAL, "0403:6001")[:2] == ["pn532", "threem"]


def test_nobody_is_asked_at_keys_cameras_and_pins() -> None:
    assert not asked(PortKind.KEYS) + asked(PortKind.CAMERA) + asked(PortKind.PINS)


def test_what_sends_on_uhf_is_asked_with_its_air_off_and_its_line_left_to_be_filled_in() -> None:
    uhf = [each for each in candidates(Port(PortKind.SERIAL, "/dev/x", "/dev/x")) if "region" in each.line]

    assert [(each.url, each.line) for each in uhf] == [
        ("m100:///dev/x?air=off", "m100:///dev/x?region="),
        ("uhfreader18:///dev/x?air=off", "uhfreader18:///dev/x?region="),
    ]


def test_every_driver_takes_the_url_by_which_it_is_asked() -> None:
    registry = installed_registry()
    makers = {"rfid": registry.pad, "card": registry.card_reader, "printer": registry.printer}

    for each in candidates(Port(PortKind.SERIAL, "/dev/x", "/dev/x")):
        assert makers[each.family.value](each.url)
