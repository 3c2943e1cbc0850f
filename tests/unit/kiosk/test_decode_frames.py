"""``kiosk decode frames``: good frames, bad ones and noise, explained for a technician on the phone."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card.pn532_codec import LONGEST_NORMAL, Pn532Codec
from drivers.card.pn532_codec import Frame as Pn532Frame
from drivers.card.rdm6300_codec import Rdm6300Codec
from drivers.rfid.feig_codec import FeigCodec
from drivers.rfid.feig_codec import Frame as FeigFrame
from drivers.rfid.m100_codec import Frame as M100Frame
from drivers.rfid.m100_codec import FrameType, M100Codec
from drivers.rfid.threem_codec import Frame as ThreemFrame
from drivers.rfid.threem_codec import ThreemCodec
from drivers.rfid.uhfreader18_codec import Frame as Uhfreader18Frame
from drivers.rfid.uhfreader18_codec import Uhfreader18Codec
from kiosk.decode.frames import MOST_DIGITS, PROTOCOLS, explain, main

VECTORS = Path(__file__).parents[3].parent / "shared" / "reference" / "rfid_vectors.json"
DATA = st.binary(max_size=60)
BYTE = st.integers(0, 255)
FRAMES = {
    "threem": st.builds(ThreemFrame, BYTE, DATA, st.booleans()).map(ThreemCodec.send),
    "feig": st.builds(FeigFrame, BYTE, DATA, BYTE, st.booleans()).map(FeigCodec.send),
    "m100": st.builds(M100Frame, st.sampled_from(FrameType), BYTE, DATA).map(M100Codec.send),
    "uhfreader18": st.builds(Uhfreader18Frame, BYTE, DATA, BYTE).map(Uhfreader18Codec.send),
    "pn532": st.binary(min_size=1, max_size=LONGEST_NORMAL + 5).map(lambda data: Pn532Codec.send(Pn532Frame(data))),
    "rdm6300": st.tuples(st.binary(min_size=5, max_size=5), st.booleans()).map(
        lambda card: Rdm6300Codec.send(card[0], line_end=card[1])
    ),
}


def said(protocol: str, digits: str) -> list[dict[str, Any]]:
    return list(explain(protocol, digits))


def only(protocol: str, digits: str) -> dict[str, Any]:
    (one,) = said(protocol, digits)
    return one


@pytest.mark.parametrize(
    ("protocol", "digits", "told"),
    [
        ("threem", "d500050400118c66", {"direction": "request", "command": "boot"}),
        ("threem", "D5 00 09 04 00 11 0A 05 00 02 72 50", {"direction": "reply", "version": "5.0.2"}),
        ("threem", "d60005fe0005fa40", {"direction": "request", "command": "inventory"}),
        (
            "threem",
            "d60017fe00000502e004010031269117e00401001f77fb987c5b",
            {
                "status": "ok",
                "tags": [{"uid": "E004010031269117", "dsfid": None}, {"uid": "E00401001F77FB98", "dsfid": None}],
            },
        ),
        ("threem", "d6000b0ae004010031269117ec84", {"direction": "request", "command": "get_afi"}),
        ("threem", "d6000d0a00e004010031269117da39ee", {"direction": "reply", "uid": "E004010031269117", "afi": "da"}),
        (
            "threem",
            "d600250200e004010031269117040000041100010100313330320200303939390300393900005551",
            {"direction": "reply", "memory": "04110001313330323039393939390000"},
        ),
        ("threem", "d60010130601000200030004000b000a00fdbf", {"direction": "request", "command": "initialise"}),
        ("feig", "0700b00100ce93", {"direction": "request", "tag_command": "inventory"}),
        ("feig", "0600b0015c63", {"direction": "reply", "status": "no_tag"}),
        ("feig", "0d00b00001040001004110c257", {"direction": "reply", "memory": "10410001"}),
        ("feig", "07 FF B0 01 00 1C 56", {"command": "iso", "tag_command": "inventory"}),
        (
            "feig",
            "1100B000010300E0040150A05F02B7D7BE",
            {"status": "ok", "tags": [{"uid": "E0040150A05F02B7", "dsfid": "00"}], "more": False},
        ),
        ("feig", "05ff65e5cb", {"direction": "request", "command": "version"}),
        ("m100", "BB00220000227E", {"direction": "request", "command": "single_poll"}),
        ("m100", "BB01FF000115167E", {"direction": "reply", "status": "no_tag"}),
        ("uhfreader18", "04 0A 01 AB B6", {"direction": "request", "command": "inventory"}),
        ("uhfreader18", "050001fbf23d", {"direction": "reply", "status": "no_tag", "epcs": []}),
        (
            "uhfreader18",
            "13000103010c0000000000000000000003133f39",
            {"status": "more", "family": "18", "epcs": ["000000000000000000000313"], "more": True},
        ),
        (
            "uhfreader18",
            "1500010301010c0000000000000000000003136bb1a5",
            {"family": "288", "epcs": ["000000000000000000000313"]},
        ),
        ("uhfreader18", "1100210000160c034e001e0a01000000e651", {"version": "0.22", "kind": "0c", "power_dbm": 30}),
        ("pn532", "0000FF02FED4022A00", {"direction": "request", "command": "get_firmware_version"}),
        ("pn532", "0000FF06FAD50332010607E800", {"direction": "reply", "version": "PN532 1.6"}),
        ("pn532", "0000FF00FF00", {"command": "ack"}),
        ("pn532", "0000FFFF0000", {"command": "nack"}),
        ("pn532", "0000FF01FF7F8100", {"status": "syntax_error"}),
        ("rdm6300", "0236373030334235314336434203", {"uid": "67003B51C6", "decimal": "3887558"}),
    ],
)
def test_a_good_frame_is_explained(protocol: str, digits: str, told: dict[str, Any]) -> None:
    found = only(protocol, digits)

    assert (found["good"], found["problem"]) == (True, None)
    assert {name: found[name] for name in told} == told


@pytest.mark.parametrize(
    ("protocol", "digits", "problem", "expected", "found"),
    [
        ("threem", "d60008110a050219e23b", "cut_off", "11 bytes", "10 bytes"),
        ("threem", "d500050400118c67", "checksum", "8c66", "8c67"),
        ("threem", "d6", "cut_off", "6 bytes", "1 bytes"),
        ("feig", "07FFB001001C57", "checksum", "1c56", "1c57"),
        ("feig", "1100B0000103", "cut_off", "17 bytes", "6 bytes"),
        ("feig", "0200", "cut_off", "7 bytes", "2 bytes"),
        ("feig", "04FF6500", "length", "5 to 255", "4"),
        ("m100", "bb01030010004d31303020323664426d2056312e30227e", "checksum", "92", "22"),
        ("m100", "BB00220000227F", "end", "7e", "7f"),
        ("m100", "BB002200", "cut_off", "7 bytes", "4 bytes"),
        ("uhfreader18", "040A01ABB7", "checksum", "abb6", "abb7"),
        ("uhfreader18", "1300010301", "cut_off", "20 bytes", "5 bytes"),
        ("uhfreader18", "03000100", "length", "4 to 255", "3"),
        ("pn532", "0000FF02FED4022B00", "checksum", "2a", "2b"),
        ("pn532", "0000FF02", "cut_off", "5 bytes", "4 bytes"),
        ("pn532", "0000FF02FED4", "cut_off", "8 bytes", "6 bytes"),
        ("pn532", "0000FFFFFF01", "cut_off", "8 bytes", "6 bytes"),
        ("rdm6300", "0236383030334235314336434203", "checksum", "c4", "cb"),
        ("rdm6300", "0236373030334235314336434200", "end", "03", "00"),
        ("rdm6300", "0236373030334235314336", "cut_off", "14 bytes", "11 bytes"),
        ("rdm6300", "025a373030334235314336434203", "length", "twelve hexadecimal digits", "Z7003B51C6CB"),
    ],
)
def test_a_bad_frame_is_told_what_is_wrong_with_it(
    protocol: str, digits: str, problem: str, expected: str, found: str
) -> None:
    told = only(protocol, digits)

    assert told["good"] is False
    assert (told["problem"], told["expected"], told["found"]) == (problem, expected, found)


@pytest.mark.skipif(not VECTORS.exists(), reason="shared data set not present")
@pytest.mark.parametrize("name", ["3m-210-810", "feig-iso-host", "m100-bb7e", "uhfreader18", "pn532-hsu", "rdm6300"])
def test_every_published_frame_is_judged_as_its_source_judges_it(name: str) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["protocol_vectors"]
    mine = [vector for vector in vectors if vector["protocol"] == name]
    protocol = {"3m-210-810": "threem", "feig-iso-host": "feig", "m100-bb7e": "m100", "pn532-hsu": "pn532"}.get(
        name, name
    )

    assert mine
    for vector in mine:
        assert all(told["good"] for told in said(protocol, vector["hex"])) is vector["checksum_ok"], vector["name"]


def test_what_wakes_a_pn532_belongs_to_the_first_frame_but_is_none_alone() -> None:
    frame = only("pn532", "5555" + "00" * 16 + "ff03fdd414011700")

    assert (frame["good"], frame["command"]) == (True, "sam_configuration")
    assert only("pn532", "5555" + "00" * 16)["problem"] == "noise"


def test_what_a_frame_with_a_wrong_checksum_meant_is_said_all_the_same() -> None:
    assert only("feig", "07FFB001001C57")["tag_command"] == "inventory"


def test_noise_is_told_apart_from_the_frame_behind_it() -> None:
    noise, frame = said("threem", "0000ff d500050400118c66")

    assert (noise["problem"], noise["bytes"], frame["good"]) == ("noise", "0000ff", True)


@pytest.mark.parametrize(
    ("protocol", "broken", "whole", "problem"),
    [
        ("threem", "d60017fe0000", "d60005fe0005fa40", "cut_off"),
        ("threem", "d60005fe0005fa41", "d60005fe0005fa40", "checksum"),
        ("feig", "07ffb001001c57", "05ff65e5cb", "checksum"),
        ("feig", "1100b00001", "05ff65e5cb", "noise"),
        ("feig", "00", "05ff65e5cb", "noise"),
        ("m100", "bb02220011c934", "bb00220000227e", "cut_off"),
        ("uhfreader18", "040a01abb7", "040a01abb6", "checksum"),
        ("pn532", "0000ff06fad503", "0000ff02fed4022a00", "cut_off"),
        ("rdm6300", "023637303033", "0236373030334235314336434203", "cut_off"),
    ],
)
def test_a_good_frame_behind_a_broken_one_is_found(protocol: str, broken: str, whole: str, problem: str) -> None:
    found = said(protocol, broken + whole)

    assert [(each["bytes"], each["problem"]) for each in found] == [(broken, problem), (whole, None)]


@pytest.mark.parametrize(("protocol", "unit"), [("feig", "05"), ("feig", "0200ff"), ("uhfreader18", "05")])
def test_many_bytes_without_any_good_frame_are_told_soon(protocol: str, unit: str) -> None:
    digits = (unit * MOST_DIGITS)[:MOST_DIGITS]
    began = time.thread_time()
    told = said(protocol, digits)

    assert "".join(each["bytes"] for each in told) == digits
    assert time.thread_time() - began < 30  # a second; minutes where each place is looked at again and again


def test_what_is_too_long_is_told_and_not_looked_at() -> None:
    told = said("pn532", "00" * MOST_DIGITS)

    assert [each["problem"] for each in told] == ["noise", "too_long"]
    assert (told[-1]["expected"], told[-1]["found"]) == (str(MOST_DIGITS), str(2 * MOST_DIGITS))


@pytest.mark.parametrize("digits", ["xyz", "d", "d5 0", "", " "])
def test_what_is_no_hexadecimal_is_told(digits: str) -> None:
    assert only("threem", digits)["problem"] == "digits"


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
@given(st.data())
def test_every_frame_that_a_codec_sends_is_good(protocol: str, data: st.DataObject) -> None:
    frames = data.draw(st.lists(FRAMES[protocol], min_size=1, max_size=3))
    told = said(protocol, b"".join(frames).hex())

    assert [each["bytes"] for each in told if each["good"]] == [frame.hex() for frame in frames]


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
@given(data=st.binary(max_size=120))
def test_no_bytes_are_lost_or_break_it(protocol: str, data: bytes) -> None:
    told = said(protocol, data.hex())

    assert "".join(each["bytes"] for each in told) == data.hex()
    assert json.dumps(told)


def test_each_frame_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--protocol", "threem", "d500050400118c66", "zz"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert status == 0
    assert [line["problem"] for line in lines] == [None, "digits"]


def test_an_unknown_protocol_is_a_wrong_argument() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--protocol", "morse", "00"])

    assert ended.value.code == 2
