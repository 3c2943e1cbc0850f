"""The emulated UHFReader18 answers as the manual says, whoever asks what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.device import Order, OrderError
from drivers.emulators.uhfreader18_device import Uhfreader18Device, Uhfreader288Device
from drivers.rfid.uhfreader18_codec import Frame, Uhfreader18Codec
from drivers.rfid.uhfreader18_messages import Access, Command, read, write

EPC = "30751FEB705C5904E3D50D70"


def device_with(*uids: str) -> Uhfreader18Device:
    device = Uhfreader18Device()
    device.do({"do": "lay", "tags": [{"uid": uid, "user": "00112233", "password": "0000ffff"} for uid in uids]})
    return device


def said(device: Uhfreader18Device, frame: Frame) -> list[str]:
    """Return each answer's command and data in hexadecimal."""
    codec = Uhfreader18Codec()
    for answer in device.received(Uhfreader18Codec.send(frame)):
        codec.receive_data(answer.data)
    return [f"{answer.command:02x}:{answer.data.hex()}" for answer in codec.messages()]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (Frame(0x77), ["00:fe"]),
        (Frame(Command.INFORMATION, b"\0"), ["21:fd"]),
        (Frame(Command.INVENTORY, b"\0"), ["01:fd"]),
        (Frame(Command.READ, b"\0"), ["02:fd"]),
        (read(Access(EPC, 3, 0, 2)), ["02:0000112233"]),
        (read(Access("", 1, 2, 1)), ["02:003075"]),
        (read(Access(EPC, 3, 0, 3)), ["02:fc03"]),
        (read(Access(EPC, 2, 0, 1)), ["02:fc03"]),
        (read(Access(EPC, 1, 0, 0)), ["02:ff"]),
        (read(Access(EPC, 1, 0, 121)), ["02:ff"]),
        (read(Access("ABCD", 1, 1, 1)), ["02:fb"]),
        (read(Access(EPC, 1, 1, 1, password=b"\1\2\3\4")), ["02:05"]),
        (read(Access(EPC, 1, 1, 1, password=b"\0\0\xff\xff")), ["02:003400"]),
        (write(Access(EPC, 1, 1, 0)), ["03:ff"]),
        (write(Access(EPC, 1, 0, 1, b"\0\0")), ["03:fc03"]),
        (write(Access(EPC, 3, 0, 1, b"\0\0")), ["03:fc03"]),
        (write(Access(EPC, 1, 1, 1, b"\x31\x07")), ["03:00"]),
    ],
)
def test_each_question_is_answered_as_the_manual_says(asked: Frame, answered: list[str]) -> None:
    assert said(device_with(EPC), asked) == answered


def test_an_empty_field_is_told_as_each_family_does() -> None:
    assert said(Uhfreader18Device(), Frame(Command.INVENTORY)) == ["01:fb"]
    assert said(Uhfreader288Device(), Frame(Command.INVENTORY, bytes(9))) == ["01:010100"]


def test_a_request_that_broke_off_is_forgotten() -> None:
    device = Uhfreader18Device()
    list(device.received(b"\x04\xff"))
    device.forget()

    assert said(device, Frame(Command.INVENTORY)) == ["01:fb"]


def test_in_scan_mode_only_the_reader_itself_answers() -> None:
    device = device_with(EPC)
    device.do({"do": "misbehave", "what": "scan_mode"})

    assert said(device, Frame(Command.INVENTORY)) == [f"ee:00{EPC.lower()}"]
    assert said(device, Frame(Command.INFORMATION))[0].startswith("21:00")


@pytest.mark.parametrize("order", [{"do": "dance"}, {"do": "misbehave", "what": "dance"}])
def test_an_order_that_does_not_exist_is_refused(order: Order) -> None:
    with pytest.raises(OrderError):
        Uhfreader18Device().do(order)


@given(st.sampled_from(Command), st.binary(max_size=92))
def test_any_question_has_one_answer(command: Command, data: bytes) -> None:
    assert len(said(device_with(EPC), Frame(command, data))) == 1
