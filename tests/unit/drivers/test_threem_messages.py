"""What frames of a 3M/Bibliotheca pad mean, at both ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceError
from drivers.rfid import threem_messages as m
from drivers.rfid.threem_codec import Frame, ThreemCodec

UID = "E004010031269117"
OTHER = "E00401001F77FB98"

anything = st.builds(
    Frame, command=st.sampled_from([*m.Command, 0x77]), data=st.binary(max_size=80), boot=st.booleans()
)
uids = st.binary(min_size=8, max_size=8).map(lambda uid: uid.hex().upper())


def captured(text: str) -> Frame:
    codec = ThreemCodec()
    codec.receive_data(bytes.fromhex(text))
    return next(codec.messages())


def test_the_probe_is_that_of_the_capture() -> None:
    assert ThreemCodec.send(m.PROBE).hex() == "d500050400118c66"


def test_the_version_is_read_from_the_captured_answer() -> None:
    assert m.version_told(captured("d500090400110a0500027250")) == "5.0.2"


@pytest.mark.parametrize("boot", [True, False])
def test_a_version_that_the_pad_says_is_the_version_that_the_host_reads(boot: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert m.version_told(m.version_reply(bytes((5, 2, 27)), boot=boot)) == "5.2.27"


@pytest.mark.parametrize(
    "frame",
    [
        Frame(0x04, b"\0\x11\x0a\x05\0", boot=True),
        Frame(0x04, b"\0\x11\x0b\x05\0\x02", boot=True),
        Frame(0x11, b"\0\x0a\x05\0"),
        Frame(0x12, b"\0\x0a\x05\0\x02"),
        Frame(0x11, b"\x02"),
    ],
)
def test_what_is_no_version_is_no_version(frame: Frame) -> None:
    with pytest.raises(m.MessageError):
        m.version_told(frame)


def test_the_captured_inventory_names_its_two_tags() -> None:
    reply = captured("d60017fe00000502e004010031269117e00401001f77fb987c5b")

    assert m.tags_told(reply) == (m.Sighting(UID), m.Sighting(OTHER))


def test_the_inventory_request_is_that_of_the_capture() -> None:
    request = m.inventory_request(m.InventoryOption.UID | m.InventoryOption.AS_CAPTURED)

    assert ThreemCodec.send(request).hex() == "d60005fe0005fa40"


@given(st.lists(st.builds(m.Sighting, uids, st.integers(0, 255)), max_size=255))
def test_an_inventory_with_dsfid_comes_through(tags: list[m.Sighting]) -> None:
    options = m.InventoryOption.UID | m.InventoryOption.DSFID
    reply = captured(ThreemCodec.send(m.inventory_reply(options, tags)).hex())

    assert m.tags_told(reply) == tuple(tags)


def test_an_inventory_without_transponder_is_empty() -> None:
    assert m.tags_told(m.refusal(m.Command.INVENTORY, m.ErrorCode.NO_TRANSPONDER)) == ()


@pytest.mark.parametrize("data", [b"\0\0\5", b"\0\0\5\2" + bytes(9), b""])
def test_an_inventory_of_the_wrong_length_means_nothing(data: bytes) -> None:
    with pytest.raises(m.MessageError):
        m.tags_told(Frame(m.Command.INVENTORY, data))


def test_the_captured_blocks_are_read() -> None:
    reply = captured(
        "d6003d0200e00401003126911708000004110001010031333032020030393939030039390000040000000000050000000000"
        "060000000000070000000000c015"
    )

    memory = m.blocks_told(m.tag_told(reply, m.Command.READ_BLOCKS), 0, 8)

    assert memory.hex() == "0411000131333032303939393939" + "00" * 18


@given(st.binary(min_size=4, max_size=40).filter(lambda data: len(data) % 4 == 0), st.integers(0, 200), st.data())
def test_blocks_are_read_in_each_style_of_telling(memory: bytes, first: int, data: st.DataObject) -> None:
    count = len(memory) // 4
    parts = [memory[start : start + 4] for start in range(0, len(memory), 4)]
    locks = data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    old = bytes((count,)) + b"".join(
        bytes((first + index, lock)) + part for index, (lock, part) in enumerate(zip(locks, parts, strict=True))
    )
    new = bytes((first, count)) + b"".join(bytes((lock,)) + part for lock, part in zip(locks, parts, strict=True))
    frugal = bytes((first, count)) + memory

    for told in (old, new, frugal):
        assert m.blocks_told(m.TagFrame(m.Command.READ_BLOCKS, UID, told), first, count) == memory


@pytest.mark.parametrize("told", [b"\1\0\4data", b"\0\1\4data"])
def test_a_block_that_could_not_be_read_is_an_error_of_the_tag(told: bytes) -> None:
    with pytest.raises(m.RefusalError) as caught:
        m.blocks_told(m.TagFrame(m.Command.READ_BLOCKS, UID, told), 0, 1)

    assert caught.value.code == m.ErrorCode.NOT_READ


@pytest.mark.parametrize("told", [b"", b"\1\5\0data", b"\0\2data", b"\0\1da"])
def test_blocks_that_were_not_asked_for_are_no_answer(told: bytes) -> None:
    with pytest.raises(m.MessageError):
        m.blocks_told(m.TagFrame(m.Command.READ_BLOCKS, UID, told), 0, 1)


def test_the_captured_afi_is_read() -> None:
    reply = m.tag_told(captured("d6000d0a00e004010031269117da39ee"), m.Command.GET_AFI)

    assert (reply.uid, m.byte_told(reply)) == (UID, 0xDA)


def test_the_afi_request_is_that_of_the_capture() -> None:
    request = m.tag_request(m.TagFrame(m.Command.GET_AFI, UID))

    assert ThreemCodec.send(request).hex() == "d6000b0ae004010031269117ec84"


def test_the_read_request_is_that_of_the_capture() -> None:
    assert ThreemCodec.send(m.read_request(UID, 0, 8, None)).hex() == "d6000d02e00401003126911700084e9b"


def test_a_read_request_carries_its_options_behind() -> None:
    request = m.read_request(UID, 0, 9, m.ReadOption.NEW_STYLE | m.ReadOption.NO_LOCK)

    assert request.data.hex() == UID.lower() + "00090c"


def test_an_answer_without_its_byte_means_nothing() -> None:
    with pytest.raises(m.MessageError):
        m.byte_told(m.TagFrame(m.Command.GET_AFI, UID))


def test_a_refusal_is_told_with_its_code() -> None:
    with pytest.raises(m.RefusalError) as caught:
        m.tag_told(m.refusal(m.Command.GET_AFI, m.ErrorCode.NO_TRANSPONDER, UID), m.Command.GET_AFI)

    assert (caught.value.command, caught.value.code) == (m.Command.GET_AFI, m.ErrorCode.NO_TRANSPONDER)


@pytest.mark.parametrize(
    "frame",
    [Frame(0x0A, b"\0short"), Frame(0x0B, b"\0" + bytes(8)), Frame(0x0A, b""), Frame(0x0A, bytes(9), boot=True)],
)
def test_what_answers_another_question_is_no_answer(frame: Frame) -> None:
    with pytest.raises(m.MessageError):
        m.tag_told(frame, m.Command.GET_AFI)


def test_a_tag_tells_of_itself_what_it_has() -> None:
    everything = m.TagFrame(m.Command.TAG_INFO, UID, bytes((0x0F, 0x3E, 0x07, 3, 27, 1, 2)))
    nothing = m.TagFrame(m.Command.TAG_INFO, UID, b"\0")

    assert m.info_told(everything) == m.TagInfo(dsfid=0x3E, afi=0x07, block_bytes=4, blocks=28)
    assert m.info_told(nothing) == m.TagInfo()


@pytest.mark.parametrize("told", [b"", b"\x04\x03", b"\x01"])
def test_what_a_tag_tells_must_have_its_length(told: bytes) -> None:
    with pytest.raises(m.MessageError):
        m.info_told(m.TagFrame(m.Command.TAG_INFO, UID, told))


@given(st.sampled_from(m.Command), uids, st.binary(max_size=40))
def test_what_the_host_asks_of_a_tag_the_pad_understands(command: m.Command, uid: str, data: bytes) -> None:
    asked = m.TagFrame(command, uid, data)

    assert m.tag_asked(m.tag_request(asked)) == asked


@given(st.sampled_from(m.Command), uids, st.binary(max_size=40))
def test_what_the_pad_answers_for_a_tag_the_host_understands(command: m.Command, uid: str, data: bytes) -> None:
    answer = m.TagFrame(command, uid, data)

    assert m.tag_told(m.tag_reply(answer), command) == answer


@pytest.mark.parametrize("frame", [Frame(0x0A, b"short"), Frame(0x0A, bytes(8), boot=True)])
def test_a_request_without_a_tag_is_not_understood(frame: Frame) -> None:
    with pytest.raises(m.MessageError):
        m.tag_asked(frame)


@given(anything)
def test_nothing_that_a_pad_may_send_raises_anything_but_our_own_errors(frame: Frame) -> None:
    for understand in (
        m.version_told,
        m.tags_told,
        m.tag_asked,
        lambda frame: m.byte_told(m.tag_told(frame, m.Command.GET_AFI)),
        lambda frame: m.blocks_told(m.tag_told(frame, m.Command.READ_BLOCKS), 0, 9),
        lambda frame: m.info_told(m.tag_told(frame, m.Command.TAG_INFO)),
        lambda frame: m.written_told(m.tag_told(frame, m.Command.WRITE_BLOCKS), 0, 9),
        m.passed_told,
        m.pass_asked,
    ):
        try:
            understand(frame)
        except DeviceError:
            continue


@given(st.binary(min_size=4, max_size=64).filter(lambda data: len(data) % 4 == 0), st.integers(0, 200), uids)
def test_a_write_of_blocks_comes_through(data: bytes, first: int, uid: str) -> None:
    asked = m.tag_asked(m.write_request(uid, first, data))

    assert asked == m.TagFrame(m.Command.WRITE_BLOCKS, uid, bytes((first, len(data) // 4, 0)) + data)


@pytest.mark.parametrize(("told", "whole"), [(7, True), (6, False), (5, False)])
def test_a_write_of_blocks_says_how_far_it_came(told: int, whole: bool) -> None:  # noqa: FBT001 - a parameter of the test
    reply = m.TagFrame(m.Command.WRITE_BLOCKS, UID, bytes((told,)))

    assert m.written_told(reply, 5, 2) is whole


def test_a_write_up_to_the_last_block_there_can_be_is_whole() -> None:
    assert m.written_told(m.TagFrame(m.Command.WRITE_BLOCKS, UID, b"\0"), 254, 2)


@given(st.binary(max_size=60), st.integers(0, 0xFFFF))
def test_an_air_frame_is_handed_through_both_ways(raw: bytes, most: int) -> None:
    assert m.pass_asked(m.pass_request(raw, most)) == (raw, most)
    assert m.passed_told(m.pass_reply(raw)) == raw


@pytest.mark.parametrize(
    "frame",
    [
        Frame(0x14, b"\0\0"),
        Frame(0x14, b"\0\0\0\2\1"),
        Frame(0x14, b""),
        Frame(0x15, b"\0\0\0\0"),
        Frame(0x14, b"\0\0\0\0", boot=True),
    ],
)
def test_what_was_not_handed_through_is_no_answer(frame: Frame) -> None:
    with pytest.raises(m.MessageError):
        m.passed_told(frame)


@pytest.mark.parametrize("data", [b"", b"\0\1\0\2\0\0", b"\0\0\0\0\0\0\0"])
def test_what_hands_nothing_through_is_no_request(data: bytes) -> None:
    with pytest.raises(m.MessageError):
        m.pass_asked(Frame(0x14, data))


def test_what_hosts_in_the_field_send_first_is_written_as_they_do() -> None:
    assert ThreemCodec.send(m.INITIALISE_210).hex() == "d60010130601000200030004000b000a00fdbf"
    assert m.INITIALISE_810.data.hex() == "040100020003000400"


@pytest.mark.parametrize(
    ("raw", "version"),
    [
        ("d500090400110a0500027250", "5.0.2"),
        ("d500090400110a05021b972a", "5.2.27"),
        ("d500090400110a050119e23b", "5.1.25"),
    ],
)
def test_each_version_seen_in_the_field_is_read(raw: str, version: str) -> None:
    assert m.version_told(captured(raw)) == version
