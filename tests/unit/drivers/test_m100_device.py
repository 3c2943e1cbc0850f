"""The emulated UHF module answers as a real one, whoever asks what."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.device import Order, OrderError
from drivers.emulators.m100_device import M100Device
from drivers.rfid.m100_codec import Frame, FrameType, M100Codec
from drivers.rfid.m100_messages import (
    Access,
    Command,
    Mask,
    command,
    lock,
    multi_poll,
    read,
    select,
    sighting_told,
    words_told,
    write,
)

FRAMES = json.loads((Path(__file__).parents[2] / "data/rfid/m100_frames.json").read_text())["frames"]
HEX = {vector["name"]: vector["hex"] for vector in FRAMES if vector["checksum_ok"]}
EPC = "30751FEB705C5904E3D50D70"
OTHER = "E2000016660600691160709F"


def module(*tags: dict[str, Any]) -> M100Device:
    device = M100Device()
    device.do({"do": "lay", "tags": list(tags)})
    return device


def ask(device: M100Device, frame: Frame) -> list[Frame]:
    codec = M100Codec()
    for answer in device.received(M100Codec.send(frame)):
        codec.receive_data(answer.data)
    return list(codec.messages())


def said(device: M100Device, frame: Frame) -> str:
    """Return the only answer's command and parameters in hexadecimal."""
    (answer,) = ask(device, frame)
    return f"{answer.command:02x}:{answer.parameters.hex()}"


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("single poll", "tag notice (spec)"),
        ("set region China 900", "region set"),
        ("hopping on", "hopping set"),
        ("set power 20 dBm", "power set"),
        ("set select", "select set"),
        ("select mode never", "select set"),
        ("stop multi poll", "stopped"),
        ("NXP EAS alarm", "no EAS alarm"),
    ],
)
def test_published_questions_get_the_published_answers(asked: str, answered: str) -> None:
    device = module({"uid": EPC, "rssi_below_zero": 55, "user": "12345678"})

    answers = b"".join(answer.data for answer in device.received(bytes.fromhex(HEX[asked])))

    assert answers.hex() == HEX[answered]


def test_published_reads_and_writes_get_the_published_answers_with_the_tags_password() -> None:
    device = module({"uid": EPC, "user": "12345678", "password": "0000ffff"})
    for asked, answered in (("read user 2 words", "read ok"), ("write user 2 words", "write ok")):
        answers = b"".join(answer.data for answer in device.received(bytes.fromhex(HEX[asked])))

        assert answers.hex() == HEX[answered]


def test_a_multi_poll_is_so_many_polls_and_at_most_four() -> None:
    device = module({"uid": EPC}, {"uid": OTHER})

    assert len(ask(device, multi_poll(3))) == 6
    assert len(ask(device, multi_poll(10000))) == 8
    assert {sighting_told(frame).epc for frame in ask(device, multi_poll(1))} == {EPC, OTHER}


def test_a_question_to_the_selected_tag_is_for_no_other() -> None:
    device = module({"uid": EPC}, {"uid": OTHER})
    ask(device, select(Mask(0x20, bytes.fromhex(EPC))))

    (answer,) = ask(device, read(Access(1, 1, 1)))

    assert words_told(answer, 1).epc == EPC


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        (read(Access(1, 1, 0)), "ff:a3" + "3000" + EPC.lower()),
        (read(Access(3, 0, 1)), "ff:a3" + "3000" + EPC.lower()),
        (read(Access(3, 0, 1, password=b"\0\0\0\1")), "ff:16" + "3000" + EPC.lower()),
        (write(Access(1, 0, 1, b"\0\0")), "ff:b3" + "3000" + EPC.lower()),
        (write(Access(2, 0, 1, b"\0\0")), "ff:b3" + "3000" + EPC.lower()),
        (write(Access(1, 1, 2, b"\0\0")), "ff:17"),
        (command(Command.LOCK, b"\0"), "ff:17"),
        (command(Command.CHANGE_EAS, b"\0"), "ff:17"),
        (command(Command.CHANGE_EAS, b"\0\0\0\0\1"), "ff:1b"),
        (command(Command.READ, b"\0"), "ff:17"),
        (command(Command.SELECT, b"\0"), "ff:17"),
        (command(Command.MULTI_POLL, b"\0"), "ff:17"),
        (command(Command.SET_REGION, b"\5"), "ff:17"),
        (command(Command.SET_POWER, b"\xff\xff"), "ff:17"),
        (command(Command.SET_HOPPING, b"\1"), "ff:17"),
        (command(Command.VERSION, b"\3"), "ff:17"),
        (command(Command.KILL, bytes(4)), "ff:17"),
        (command(0x99), "ff:17"),
        (command(Command.REGION), "08:00"),
        (command(Command.POWER), "b7:07d0"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_code(frame: Frame, answer: str) -> None:
    assert said(module({"uid": EPC}), frame) == answer


def test_the_other_banks_can_be_read() -> None:
    device = module({"uid": EPC, "password": "0000ffff"})

    assert words_told(ask(device, read(Access(2, 0, 1)))[0], 1).data.hex() == "e280"
    assert words_told(ask(device, read(Access(0, 2, 2, password=bytes.fromhex("0000ffff"))))[0], 2).data.hex() == (
        "0000ffff"
    )
    assert words_told(ask(device, read(Access(1, 0, 1)))[0], 1).data.hex() != "0000"


def test_a_bank_that_is_locked_takes_no_writes_until_it_is_unlocked() -> None:
    device = module({"uid": EPC, "user": "1234", "user_locked": True})
    epc_bank = write(Access(1, 1, 1, bytes.fromhex("3107")))
    ask(device, lock(0x00C030))
    locked = said(device, epc_bank)
    ask(device, lock(0x00C000))

    assert (locked[:5], said(device, epc_bank)[:3]) == ("ff:b4", "49:")
    assert said(device, write(Access(3, 0, 1, b"\0\0")))[:5] == "ff:b4"


def test_tags_are_lifted_and_laid_again_with_what_stands_on_them() -> None:
    device = module({"uid": EPC, "afi": 7}, {"uid": OTHER})
    device.do({"do": "lift", "uids": [EPC.lower()]})

    assert [sighting_told(frame).epc for frame in ask(device, multi_poll(1))] == [OTHER]

    device.do({"do": "lift"})
    device.do({"do": "lay", "tags": [{"uid": EPC}, {"uid": EPC, "copy": True}]})
    tags = device.do({"do": "tags"})[0]["tags"]

    assert isinstance(tags, list)
    assert [(tag["uid"], tag["afi"], tag["on_pad"]) for tag in tags if isinstance(tag, dict)] == [
        (OTHER, None, False),
        (EPC, 7, True),
        (EPC, None, True),
    ]


def test_it_misbehaves_no_more_when_it_is_told_so() -> None:
    device = module({"uid": EPC})
    misdeeds: list[Order] = [
        {"what": "flicker", "uid": EPC},
        {"what": "unreadable", "uid": EPC},
        {"what": "readable", "uid": EPC},
        {"what": "lift_in_write", "written": True},
        {"what": "mute", "times": 5},
        {"what": "aerial"},
    ]
    for misdeed in misdeeds:
        device.do({"do": "misbehave", **misdeed})
    device.do({"do": "misbehave", "what": "normal"})

    assert len(ask(device, multi_poll(1))) == 1


def test_what_only_a_module_says_and_what_is_damaged_is_not_answered() -> None:
    device = module({"uid": EPC})

    assert ask(device, Frame(FrameType.RESPONSE, Command.SINGLE_POLL)) == []
    assert list(device.received(bytes.fromhex("bb00220000237e"))) == []


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": "lay"},
        {"do": "lay", "tags": [1]},
        {"do": "lay", "tags": [{"uid": ""}]},
        {"do": "lay", "tags": [{"uid": "ABC"}]},
        {"do": "lay", "tags": [{"uid": "ABCDEF"}]},
        {"do": "lay", "tags": [{"uid": "ABCD", "password": "00"}]},
        {"do": "lay", "tags": [{"uid": "ABCD", "user": "00"}]},
        {"do": "lift", "uids": "ABCD"},
        {"do": "misbehave", "what": "dance"},
        {"do": "misbehave", "what": "unreadable", "uid": "ABCD"},
    ],
)
def test_an_order_that_means_nothing_is_refused(order: dict[str, Any]) -> None:
    with pytest.raises(OrderError):
        module().do(order)


@given(st.builds(Frame, st.sampled_from(FrameType), st.integers(0, 255), st.binary(max_size=40)))
def test_it_survives_any_question(frame: Frame) -> None:
    ask(module({"uid": EPC, "user": "1234"}), frame)
