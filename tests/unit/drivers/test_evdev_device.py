"""The emulated device that types: what it sends, and orders that it refuses."""

from typing import Any

import pytest

from drivers.barcode.label_codec import Label, LabelSettings
from drivers.emulators.device import OrderError
from drivers.emulators.evdev_device import EvdevDevice
from drivers.input_keys.event_codec import EV_KEY, EventCodec, InputEvent
from drivers.input_keys.layout import load_layout
from drivers.input_keys.typed_codec import TypedCodec


def sent(device: EvdevDevice, **order: Any) -> bytes:
    return b"".join(answer.data for answer in device.do(order)[1])


def test_it_types_what_is_scanned_with_the_key_at_its_end() -> None:
    device = EvdevDevice()
    raw = sent(device, do="scan", text="2050") + sent(device, do="present", text="é", suffix="0d0a")

    labels = list(TypedCodec(LabelSettings(), load_layout("us")).receive_data(raw, 1.0))

    assert labels == [Label("2050"), Label("é")]
    assert device.do({"do": "state"})[0] == {"scans": 2}
    assert list(device.received(b"lamps")) == []


def test_keys_can_be_pressed_and_released_and_events_sent_as_they_are() -> None:
    device = EvdevDevice()
    raw = sent(device, do="press", key=30) + sent(device, do="release", key=30) + sent(device, do="scan", hex="00")

    keys = [event for event in EventCodec().receive_data(raw) if event.type == EV_KEY]

    assert keys == [InputEvent(EV_KEY, 30, 1), InputEvent(EV_KEY, 30, 0)]
    assert raw.endswith(b"\0")


def test_a_misdeed_is_for_the_next_text_and_can_be_taken_back() -> None:
    device = EvdevDevice()
    plain = len(sent(device, do="scan", text="2050"))
    device.do({"do": "misbehave", "what": "repeat"})

    lengths = [len(sent(device, do="scan", text="2050")) for _ in range(2)]
    device.do({"do": "misbehave", "what": "repeat"})
    device.do({"do": "misbehave", "what": "normal"})
    lengths.append(len(sent(device, do="scan", text="2050")))

    assert lengths[0] > plain
    assert lengths[1:] == [plain, plain]


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": "scan"},
        {"do": "press", "key": 0x300},
        {"do": "misbehave", "what": "sulk"},
        {"do": "misbehave", "what": "layout", "name": "xx"},
    ],
)
def test_orders_that_make_no_sense_are_refused(order: dict[str, Any]) -> None:
    with pytest.raises(OrderError):
        EvdevDevice().do(order)
