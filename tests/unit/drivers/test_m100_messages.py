"""What frames of UHF modules mean, as published and there and back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.gen2_codec import ControlWord, is_torn, tag_crc
from drivers.rfid.m100_codec import Frame, FrameType, M100Codec
from drivers.rfid.m100_messages import (
    ASK_REGION,
    EAS_ALARM,
    HOPPING_ON,
    SINGLE_POLL,
    STOP_POLL,
    Access,
    Command,
    ErrorCode,
    Mask,
    MessageError,
    ModuleRefusedError,
    Region,
    Sighting,
    TagAnswer,
    VersionOf,
    access_asked,
    alarm_told,
    ask_version,
    change_eas,
    done,
    lock,
    mask_asked,
    multi_poll,
    notice,
    number_told,
    read,
    refusal,
    response,
    select,
    set_power,
    set_region,
    sighting_told,
    tag_done,
    tag_response,
    version_told,
    words_told,
    write,
)

FRAMES = json.loads((Path(__file__).parents[2] / "data/rfid/m100_frames.json").read_text())["frames"]
HEX = {vector["name"]: vector["hex"] for vector in FRAMES if vector["checksum_ok"]}
EPC = "30751FEB705C5904E3D50D70"
PASSWORD = bytes.fromhex("0000ffff")
USER = Access(3, 0, 2, password=PASSWORD)

epcs = st.integers(0, 31).flatmap(lambda words: st.binary(min_size=words * 2, max_size=words * 2))
controls = st.integers(0, 0x7FF)


def frame_of(name: str) -> Frame:
    codec = M100Codec()
    codec.receive_data(bytes.fromhex(HEX[name]))
    return next(codec.messages())


def tag_of(epc: bytes, low: int) -> tuple[ControlWord, str]:
    return ControlWord(ControlWord.of_epc(len(epc)).value | low), epc.hex().upper()


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("hardware version", ask_version(VersionOf.HARDWARE)),
        ("single poll", SINGLE_POLL),
        ("multi poll 10000", multi_poll(10000)),
        ("stop multi poll", STOP_POLL),
        ("set select", select(Mask(0x20, bytes.fromhex(EPC)))),
        ("read user 2 words", read(USER)),
        ("write user 2 words", write(Access(3, 0, 2, bytes.fromhex("12345678"), PASSWORD))),
        ("set power 20 dBm", set_power(20)),
        ("NXP change EAS PSF=1", change_eas(on=True, password=PASSWORD)),
        ("set region China 900", set_region(Region.CN900)),
        ("hopping on", HOPPING_ON),
        ("lock access password", lock(0x020080, PASSWORD)),
        ("NXP EAS alarm", EAS_ALARM),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_request_is_the_published_one(name: str, frame: Frame) -> None:
    assert M100Codec.send(frame).hex() == HEX[name]


@pytest.mark.parametrize(
    ("name", "rssi", "control", "epc"),
    [
        ("tag notice (spec)", -55, 0x3400, EPC),
        ("tag notice E200001D...", -60, 0x3000, "E200001D7315016521408FC6"),
        ("tag notice E2806894...", -36, 0x3000, "E2806894000050245895B5EB"),
        ("tag notice E200471B...", -53, 0x3400, "E200471BB0006013044509D0"),
    ],
)
def test_a_published_tag_is_understood_and_its_own_checksum_is_right(
    name: str, rssi: int, control: int, epc: str
) -> None:
    assert sighting_told(frame_of(name)) == Sighting(rssi, ControlWord(control), epc, sound=True)


def test_published_answers_are_understood() -> None:
    tag = (ControlWord(0x3400), EPC)

    assert version_told(frame_of("hw version M100 26dBm V1.0"), VersionOf.HARDWARE) == "M100 26dBm V1.0"
    assert version_told(frame_of("hardware version M100 V1.00"), VersionOf.HARDWARE) == "M100 V1.00"
    assert words_told(frame_of("read ok"), 2) == TagAnswer(*tag, bytes.fromhex("12345678"))
    assert tag_done(frame_of("write ok"), Command.WRITE) == TagAnswer(*tag, b"\0")
    assert tag_done(frame_of("lock ok"), Command.LOCK) == TagAnswer(*tag, b"\0")
    assert tag_done(frame_of("NXP change EAS ok"), Command.CHANGE_EAS).epc == EPC
    assert number_told(frame_of("power told 20 dBm"), Command.POWER, 2) == 2000
    assert number_told(frame_of("region told"), Command.REGION, 1) == Region.CN900
    assert alarm_told(frame_of("NXP EAS alarm code")).hex() == "690aec7cd215d8f9"
    done(frame_of("select set"), Command.SELECT_MODE, Command.SELECT)
    done(frame_of("stopped"), Command.STOP_POLL)


@pytest.mark.parametrize(
    ("name", "understand", "code"),
    [
        ("no tag / CRC error", lambda frame: done(frame, Command.STOP_POLL), ErrorCode.NO_TAG),
        ("read failed", lambda frame: words_told(frame, 2), ErrorCode.READ_FAILED),
        ("no EAS alarm", alarm_told, ErrorCode.NO_EAS_ALARM),
    ],
)
def test_a_published_refusal_says_its_code(name: str, understand: Callable[[Frame], object], code: int) -> None:
    with pytest.raises(ModuleRefusedError) as caught:
        understand(frame_of(name))

    assert (caught.value.code, caught.value.tag) == (code, None)


def test_that_no_tag_answered_is_no_answer_to_a_question_about_the_module() -> None:
    late = frame_of("no tag / CRC error")
    for about_the_module in (
        lambda frame: done(frame, Command.SET_REGION),
        lambda frame: number_told(frame, Command.REGION, 1),
    ):
        with pytest.raises(MessageError):
            about_the_module(late)


def test_a_tags_own_error_is_told_apart() -> None:
    tag = Sighting(-50, ControlWord.of_epc(12), EPC)
    with pytest.raises(ModuleRefusedError) as caught:
        tag_done(refusal(0xB4, tag), Command.WRITE)

    assert (caught.value.code, caught.value.tag) == (0xB4, 4)
    assert refusal(0xB4, tag).parameters.hex() == "b43000" + EPC.lower()


@pytest.mark.parametrize(
    "understand",
    [
        lambda: done(response(Command.SELECT, b"\x01"), Command.SELECT),
        lambda: done(response(Command.SELECT, b""), Command.SELECT),
        lambda: done(response(Command.READ), Command.SELECT),
        lambda: done(STOP_POLL, Command.STOP_POLL),
        lambda: number_told(response(Command.POWER, b"\x07"), Command.POWER, 2),
        lambda: version_told(response(Command.VERSION, b"\x01V2"), VersionOf.HARDWARE),
        lambda: sighting_told(response(Command.SINGLE_POLL, bytes(17))),
        lambda: sighting_told(Frame(FrameType.NOTICE, Command.READ, bytes(17))),
        lambda: sighting_told(Frame(FrameType.NOTICE, Command.SINGLE_POLL, bytes(4))),
        lambda: sighting_told(Frame(FrameType.NOTICE, Command.SINGLE_POLL, bytes(7))),
        lambda: words_told(response(Command.READ, bytes.fromhex("0230001234")), 2),
        lambda: words_told(response(Command.READ, bytes.fromhex("0130")), 0),
        lambda: words_told(response(Command.READ, bytes.fromhex("0e3000")), 0),
        lambda: tag_done(response(Command.WRITE, bytes.fromhex("02300001")), Command.WRITE),
        lambda: alarm_told(response(Command.EAS_ALARM, bytes(7))),
        lambda: mask_asked(Frame(FrameType.COMMAND, Command.SELECT, bytes(6))),
        lambda: mask_asked(Frame(FrameType.COMMAND, Command.SELECT, bytes.fromhex("01000000201000aa"))),
        lambda: mask_asked(Frame(FrameType.COMMAND, Command.SELECT, bytes.fromhex("03000000200800aa"))),
        lambda: access_asked(Frame(FrameType.COMMAND, Command.READ, bytes(8))),
    ],
)
def test_what_a_command_cannot_mean_is_refused(understand: Callable[[], object]) -> None:
    with pytest.raises(MessageError):
        understand()


@given(st.integers(-128, 0), st.builds(tag_of, epcs, controls), st.booleans().map(int), st.none() | st.integers(0, 255))
def test_a_tag_that_was_found_comes_back_as_it_was(
    rssi: int, named: tuple[ControlWord, str], sound: int, aerial: int | None
) -> None:
    tag = Sighting(rssi, *named, bool(sound))

    assert sighting_told(notice(Command.MULTI_POLL, tag, aerial)) == tag


@given(epcs, controls, st.binary(max_size=64).filter(lambda data: len(data) % 2 == 0))
def test_what_a_tag_read_comes_back_as_it_was(epc: bytes, low: int, data: bytes) -> None:
    answer = TagAnswer(*tag_of(epc, low), data)

    assert words_told(tag_response(Command.READ, answer), len(data) // 2) == answer


@given(
    st.builds(
        Access,
        st.integers(0, 3),
        st.integers(0, 0xFFFF),
        st.integers(0, 0xFFFF),
        st.binary(max_size=64),
        st.binary(min_size=4, max_size=4),
    )
)
def test_what_is_asked_of_a_tag_comes_back_as_it_was(access: Access) -> None:
    assert access_asked(write(access)) == access


@given(st.integers(0, 0xFFFFFFFF), st.binary(max_size=31))
def test_what_is_selected_comes_back_as_it_was(at_bit: int, data: bytes) -> None:
    assert mask_asked(select(Mask(at_bit, data))) == Mask(at_bit, data)


@given(st.builds(Frame, st.sampled_from(FrameType), st.sampled_from(Command), st.binary(max_size=40)))
def test_any_frame_at_all_is_refused_with_its_own_errors(frame: Frame) -> None:
    for understand in (
        lambda: done(frame, Command.SELECT),
        lambda: number_told(frame, Command.REGION, 1),
        lambda: version_told(frame, VersionOf.HARDWARE),
        lambda: sighting_told(frame),
        lambda: words_told(frame, 1),
        lambda: tag_done(frame, Command.WRITE),
        lambda: alarm_told(frame),
        lambda: mask_asked(frame),
        lambda: access_asked(frame),
    ):
        try:
            understand()
        except (MessageError, ModuleRefusedError):
            continue


def test_a_mask_fits_the_tags_that_hold_it() -> None:
    control, within = ControlWord(0x3400), Mask(0x20 + 16, bytes.fromhex("1feb"))

    assert [within.fits(control, epc) for epc in (EPC, "30751F", "1FEB")] == [True, False, False]
    assert Mask(0x10, bytes.fromhex("34003075")).fits(control, EPC)
    assert not Mask(0x00, bytes.fromhex("34003075")).fits(control, EPC)


def test_the_alarm_of_iso_28560_4_is_in_the_control_word() -> None:
    worked_example = ControlWord(0x45C2)

    assert (worked_example.epc_bytes, worked_example.afi, worked_example.has_user_memory) == (16, 0xC2, True)
    assert worked_example.with_afi(0x07) == ControlWord(0x4507)
    assert ControlWord(0x3000).afi is None
    assert ControlWord.of_epc(16, 0x07).raw().hex() == "4107"
    assert ControlWord(0x30AA).with_afi(0x07) == ControlWord(0x3107)


def test_the_tags_checksum_is_that_of_a_real_one() -> None:
    assert tag_crc(bytes.fromhex("3000e200001d7315016521408fc6")) == 0xB83E


@pytest.mark.parametrize(
    ("found", "torn"),
    [
        ("AAAABBBBCCCC", False),
        ("111122223333", False),
        ("1111BBBBCCCC", True),
        ("11112222CCCC", True),
        ("AAAA2222CCCC", False),
        ("1111BBBB", False),
    ],
)
def test_an_epc_that_was_half_written_is_known(found: str, *, torn: bool) -> None:
    assert is_torn(found, "AAAABBBBCCCC", "111122223333") is torn


def test_a_longer_epc_that_was_half_written_has_an_end_that_nobody_knows() -> None:
    assert is_torn("AAAA0000", "AAAA", "11112222")
    assert is_torn("11110000", "AAAA", "11112222")
    assert not is_torn("BBBB0000", "AAAA", "11112222")


def test_there_is_a_question_for_the_region_that_is_set() -> None:
    assert ASK_REGION.command == Command.REGION
