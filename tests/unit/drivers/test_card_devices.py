"""The emulated card readers: what they answer, and orders that they refuse."""

from typing import Any

import pytest

from drivers.card.pn532_codec import ACK, ERROR, NACK, WAKE, Frame, Pn532Codec
from drivers.card.pn532_messages import (
    ASK_VERSION,
    FIELD_OFF,
    SAM_NORMAL,
    Command,
    Target,
    Version,
    list_request,
    reply,
    targets_reply,
    version_reply,
)
from drivers.emulators.device import OrderError
from drivers.emulators.pn532_device import Pn532Device
from drivers.emulators.rdm6300_device import Rdm6300Device

CARD = bytes.fromhex("04A2245BC16180")
VERSION = version_reply(Version(0x32, 1, 6))


def awake() -> Pn532Device:
    device = Pn532Device()
    assert said(device, WAKE) == []
    return device


def said(device: Pn532Device, data: bytes) -> list[Frame]:
    codec = Pn532Codec()
    for answer in device.received(data):
        codec.receive_data(answer.data)
    return list(codec.messages())


def answered(device: Pn532Device, *frames: Frame) -> list[Frame]:
    return [answer for frame in frames for answer in said(device, Pn532Codec.send(frame))]


def test_a_chip_that_sleeps_hears_nothing_until_it_is_woken() -> None:
    device = Pn532Device()

    assert answered(device, ASK_VERSION) == []
    assert said(device, WAKE + Pn532Codec.send(SAM_NORMAL)) == [ACK, reply(Command.SAM_CONFIGURATION)]
    device.do({"do": "misbehave", "what": "sleep"})
    assert answered(device, ASK_VERSION) == []


def test_the_chip_answers_what_it_knows_and_refuses_the_rest() -> None:
    device = awake()
    asked = [ASK_VERSION, FIELD_OFF, Frame(b"\xd4\x52\x00"), Frame(b"\xd4\x4a\x03\x00"), Frame(b"\xd4\x99")]
    answers = [VERSION, reply(Command.RF_CONFIGURATION), reply(Command.IN_RELEASE, b"\0"), ERROR, ERROR]

    assert answered(device, *asked)[1::2] == answers
    assert answered(device, Frame(b"\xd5\x03")) == [ACK, ERROR]


def test_the_chip_finds_as_many_cards_as_it_is_asked_for() -> None:
    device = awake()
    device.do({"do": "present", "uid": CARD.hex()})
    device.do({"do": "present", "uid": "01020304", "ats": "7577"})
    both = [Target(CARD), Target(b"\1\2\3\4", sel_res=0x20, ats=b"\x75\x77")]

    assert answered(device, list_request()) == [ACK, targets_reply(both)]
    assert answered(device, list_request(1)) == [ACK, targets_reply(both[:1])]
    assert device.do({"do": "remove", "uid": CARD.hex()})[0]["cards"] == 1
    assert device.do({"do": "remove"})[0]["cards"] == 0


def test_the_chip_says_its_last_answer_again_and_counts_what_is_broken_off() -> None:
    device = awake()

    assert answered(device, NACK) == []
    assert answered(device, ASK_VERSION, NACK, ACK) == [ACK, VERSION, VERSION]
    assert device.do({"do": "state"})[0]["aborts"] == 1


@pytest.mark.parametrize(
    ("what", "answers"),
    [("not_understood", [ACK, ERROR]), ("no_ack", [VERSION]), ("ack_only", [ACK]), ("normal", [ACK, VERSION])],
)
def test_a_misdeed_of_the_chip_happens_once(what: str, answers: list[Frame]) -> None:
    device = awake()
    device.do({"do": "misbehave", "what": what})

    assert answered(device, ASK_VERSION) == answers
    assert answered(device, ASK_VERSION) == [ACK, VERSION]


def test_the_chip_can_be_another_and_be_right_again_and_speak_unasked() -> None:
    device = awake()
    device.do({"do": "misbehave", "what": "other_chip"})

    assert answered(device, ASK_VERSION) == [ACK, version_reply(Version(0x33, 1, 6))]

    device.do({"do": "misbehave", "what": "normal"})
    unasked = [answer.data for answer in device.do({"do": "misbehave", "what": "unsolicited"})[1]]

    assert answered(device, ASK_VERSION) == [ACK, VERSION]
    assert unasked == [Pn532Codec.send(targets_reply([Target(bytes(7))]))]


def test_a_card_that_makes_its_number_up_has_another_at_each_look() -> None:
    device = awake()
    device.do({"do": "present", "uid": "08000000"})

    assert answered(device, list_request()) != answered(device, list_request())


def test_a_module_of_125_khz_says_a_card_as_long_as_it_lies_there_and_hears_nothing() -> None:
    device = Rdm6300Device()
    told, answers = device.do({"do": "present", "uid": "67003B51C6", "ms": 200})

    assert [answer.data for answer in answers] == [bytes.fromhex("0236373030334235314336434203")] * 4
    assert told == device.do({"do": "state"})[0] == {"shown": 1}
    assert list(device.received(b"beep")) == []


@pytest.mark.parametrize("uid", ["67003B51C6", "67003B51AD"])
def test_a_frame_that_does_not_add_up_can_be_ordered_and_taken_back(uid: str) -> None:
    device = Rdm6300Device()
    good = [answer.data for answer in device.do({"do": "present", "uid": uid, "ms": 0})[1]]
    device.do({"do": "misbehave", "what": "bad_checksum"})
    bad = [answer.data for answer in device.do({"do": "present", "uid": uid, "ms": 0})[1]]
    device.do({"do": "misbehave", "what": "bad_checksum"})
    device.do({"do": "misbehave", "what": "normal"})

    assert bad != good
    assert [answer.data for answer in device.do({"do": "present", "uid": uid, "ms": 0})[1]] == good


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": "present", "uid": "0102"},
        {"do": "present"},
        {"do": "misbehave", "what": "sulk"},
    ],
)
@pytest.mark.parametrize("device", [Pn532Device, Rdm6300Device])
def test_orders_that_make_no_sense_are_refused(
    device: type[Pn532Device | Rdm6300Device], order: dict[str, Any]
) -> None:
    with pytest.raises(OrderError):
        device().do(order)


def test_a_card_that_does_not_lie_there_cannot_be_removed() -> None:
    with pytest.raises(OrderError):
        awake().do({"do": "remove", "uid": CARD.hex()})
