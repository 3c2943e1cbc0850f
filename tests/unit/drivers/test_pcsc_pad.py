"""An ACR1552U as a pad for one ISO 15693 tag, in a service of this process."""

import threading
from collections.abc import AsyncIterator

import pytest

from drivers.emulators.device import Fact
from drivers.emulators.pcsc_reader import ACR1552U
from drivers.errors import (
    AlarmNotVerifiedError,
    DeviceLostError,
    LossReason,
    MemoryNotVerifiedError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.pcsc_codec import (
    END_SESSION,
    START_SESSION,
    WRITE_MICROSECONDS,
    ApduMessageError,
    exchange_answer,
    exchange_asked,
)
from drivers.rfid.base import Ability, PadReading
from drivers.rfid.iso15693_codec import AirCommand, AirFault, fault_bytes
from drivers.rfid.pcsc import PcscPad
from drivers.rfid.pcsc_reader import PcscTagReader
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from tests.support.pcsc_service import EmulatedCardService
from tests.support.waiting import eventually, in_time

UID = "E00401008A5C982E"
OTHER = "E00401001F77FB98"
TEXAS = "E007000012345678"
BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"


@pytest.fixture
def service() -> EmulatedCardService:
    emulated = EmulatedCardService()
    emulated.plug(ACR1552U, hands_through=True)
    return emulated


def pad(service: EmulatedCardService) -> PcscPad:
    return PcscPad.over("pcsc://", "", lambda: service, 0.02)


def reader(service: EmulatedCardService) -> PcscTagReader:
    found = PcscTagReader("pcsc://", "", service)
    found.probe()
    return found


def book(uid: str = UID, **more: Fact) -> dict[str, Fact]:
    return {"uid": uid, "memory": BOOK, "afi": 7, "dsfid": 0x3E, **more}


async def next_with(readings: AsyncIterator[PadReading], *uids: str) -> PadReading:
    """Return the next picture with just these tags."""
    while True:
        reading = await in_time(anext(readings))
        if [tag.uid for tag in reading.tags] == [*uids]:
            return reading


def instead(service: EmulatedCardService, frames: dict[AirCommand, bytes]) -> None:
    """Let the tag answer some commands with these frames."""

    def spoil(answer: bytes) -> bytes:
        try:
            frame = frames.get(AirCommand(exchange_asked(service.asked[-1])[1]))
        except ApduMessageError:
            return answer
        return answer if frame is None else exchange_answer(frame)

    service.spoil(ACR1552U, spoil)


async def test_a_tag_is_told_with_all_that_stands_on_it_and_told_to_be_gone(service: EmulatedCardService) -> None:
    async with pad(service) as desk:
        readings = desk.readings()
        empty = await in_time(anext(readings))
        service.lay(ACR1552U, book())
        (tag,) = (await next_with(readings, UID)).tags
        service.lift(ACR1552U)
        gone = await next_with(readings)

    assert (empty.tags, gone.tags) == ((), ())
    assert ((tag.memory or b"")[:34].hex(), tag.afi, desk.abilities()) == (BOOK, 7, frozenset(Ability))


async def test_the_alarm_is_written_and_stands_on_the_tag_and_in_the_picture(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book())
    async with pad(service) as desk:
        readings = desk.readings()
        await next_with(readings, UID)
        await in_time(desk.write_afi(UID, 0xC2))
        (tag,) = (await in_time(anext(readings))).tags
        await in_time(desk.write_eas(UID, on=True))
        rang = await in_time(desk.read_eas(UID))
        await in_time(desk.write_eas(UID, on=False))
        await in_time(desk.write_dsfid(UID, 6))

        assert (tag.afi, await in_time(desk.read_afi(UID)), rang) == (0xC2, 0xC2, True)

    stands = service.tag(ACR1552U, UID)
    assert (stands["afi"], stands["eas"], stands["dsfid"]) == (0xC2, False, 6)


async def test_only_blocks_that_differ_are_written(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book())
    wanted = bytearray.fromhex(BOOK).ljust(36, b"\0")
    wanted[16:20] = b"abcd"
    async with pad(service) as desk:
        await in_time(desk.write_memory(UID, bytes(wanted)))
        memory = await in_time(desk.read_memory(UID))

    assert (memory[:36], len(memory)) == (bytes(wanted), 112)
    assert [frame[10] for frame in asked(service) if frame[1] == AirCommand.WRITE_BLOCK] == [4]


def asked(service: EmulatedCardService) -> list[bytes]:
    """Return the frames that went through."""
    frames = []
    for command in service.asked:
        try:
            frames.append(exchange_asked(command))
        except ApduMessageError:
            continue
    return frames


async def test_a_card_of_a_patron_is_no_tag(service: EmulatedCardService) -> None:
    service.show(ACR1552U, bytes.fromhex("04a2b3c4d5e6f7"))
    async with pad(service) as desk:
        readings = desk.readings()

        assert (await in_time(anext(readings))).tags == ()


@pytest.mark.parametrize(
    ("stop", "reason"),
    [(lambda s: s.unplug(ACR1552U), LossReason.UNPLUGGED), (lambda s: s.stop(), LossReason.NOT_THERE)],
)
async def test_an_unplugged_reader_ends_readings_and_commands(
    service: EmulatedCardService, stop: object, reason: LossReason
) -> None:
    assert callable(stop)
    async with pad(service) as desk:
        readings = desk.readings()
        await in_time(anext(readings))
        stop(service)
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

    assert (caught.value.reason, service.closed) == (reason, True)


async def test_nothing_is_left_running_or_open(service: EmulatedCardService) -> None:
    before = threading.active_count()
    service.lay(ACR1552U, book())
    async with pad(service) as desk:
        await next_with(desk.readings(), UID)
        await eventually(lambda: service.open_links == 1)

    assert (threading.active_count(), service.open_links, service.closed) == (before, 0, True)


# The reader, without its thread


def test_a_tag_that_lies_there_is_found_however_its_reader_tells_it(service: EmulatedCardService) -> None:
    service.tell_backwards(ACR1552U)
    service.lay(ACR1552U, book())

    assert reader(service).inventory() == {UID: None}


def test_frames_go_through_in_a_session_that_is_ended_and_writes_have_time(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book())
    desk = reader(service)
    desk.set_afi(UID, 0xC2)

    assert service.asked[1:2] == [START_SESSION]
    assert service.asked[-1] == END_SESSION
    assert WRITE_MICROSECONDS.to_bytes(4, "little") in service.asked[-2]


def test_a_tag_that_is_not_there_is_gone(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book())

    with pytest.raises(TagGoneError):
        reader(service).afi(OTHER)


@pytest.mark.parametrize("commands", range(1, 5))
def test_a_tag_that_leaves_in_the_middle_is_gone(service: EmulatedCardService, commands: int) -> None:
    service.lay(ACR1552U, book())
    desk = reader(service)
    desk.inventory()
    service.take_away_after(ACR1552U, commands - 1)
    if commands < 4:
        with pytest.raises(TagGoneError):
            desk.afi(UID)
    else:
        assert desk.afi(UID) == 7

    assert desk.inventory() == {}


def test_a_mute_tag_is_none(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book())
    desk = reader(service)
    desk.inventory()
    service.mute(ACR1552U)

    assert desk.inventory() == {}
    assert service.open_links == 0


def test_locks_are_told(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book(afi_locked=True, locked_blocks=[0]))
    desk = reader(service)

    with pytest.raises(TagLockedError):
        desk.set_afi(UID, 0xC2)
    with pytest.raises(TagLockedError):
        desk.set_blocks(UID, 0, b"1234")


def test_what_a_tag_does_not_have_is_unsupported(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book(TEXAS))
    desk = reader(service)

    for ask in (desk.eas, lambda uid: desk.set_eas(uid, on=True), lambda uid: desk.set_blocks(uid, 200, b"1234")):
        with pytest.raises(TagUnsupportedError):
            ask(TEXAS)


def test_silence_means_no_alarm_only_of_a_tag_that_answers(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book(eas=True))
    desk = reader(service)
    rang = desk.eas(UID)
    service.lay(ACR1552U, book(eas=False))

    assert (rang, desk.eas(UID), desk.counters.unanswered) == (True, False, 0)

    service.lift(ACR1552U)

    with pytest.raises(TagGoneError):
        desk.eas(UID)


def test_a_tag_that_is_unreadable_is_not_called_gone(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book(unreadable=True))
    desk = reader(service)

    with pytest.raises(NoAnswerError):
        desk.memory(UID)


@pytest.mark.parametrize("status", [0x6300, 0x6A81])
def test_a_refusal_of_the_reader_is_not_the_tags(service: EmulatedCardService, status: int) -> None:
    service.lay(ACR1552U, book())
    desk = reader(service)
    desk.inventory()
    service.answer(ACR1552U, status)

    with pytest.raises(ReaderRefusedError):
        desk.afi(UID)


def test_an_answer_that_is_none_is_no_answer(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book())
    desk = reader(service)
    desk.inventory()
    service.spoil(ACR1552U, lambda _: b"\x90\x00")

    with pytest.raises(NoAnswerError):
        desk.afi(UID)


@pytest.mark.parametrize(
    ("frame", "error"),
    [
        ("0000", TagUnreadableError),
        ("000f" + "98fb771f000104e0" + "00001b0301", TagUnreadableError),
        ("000f" + "2e985c8a000104e0" + "00001b0701", TagUnsupportedError),
        ("0000" + "2e985c8a000104e0", TagUnsupportedError),
        ("010f", TagUnreadableError),
        ("0101", TagUnsupportedError),
    ],
)
def test_what_a_tag_tells_of_itself_must_be_of_that_tag(
    service: EmulatedCardService, frame: str, error: type[Exception]
) -> None:
    service.lay(ACR1552U, book())
    desk = reader(service)
    instead(service, {AirCommand.SYSTEM_INFORMATION: bytes.fromhex(frame)})

    with pytest.raises(error):
        desk.afi(UID)


@pytest.mark.parametrize("code", [AirFault.NOT_SUPPORTED, AirFault.NO_SUCH_BLOCK])
def test_a_tag_that_reads_one_block_at_a_time_is_read_so(service: EmulatedCardService, code: int) -> None:
    service.lay(ACR1552U, book())
    instead(service, {AirCommand.READ_BLOCKS: fault_bytes(code)})

    assert reader(service).memory(UID)[:34].hex() == BOOK


def test_a_block_of_another_length_is_unreadable(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book())
    instead(service, {AirCommand.READ_BLOCKS: bytes.fromhex("0001")})

    with pytest.raises(TagUnreadableError):
        reader(service).memory(UID)


def test_a_tag_that_does_not_tell_its_size_is_read_to_its_end(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book(size=80))
    instead(service, {AirCommand.SYSTEM_INFORMATION: bytes.fromhex("000b" + "2e985c8a000104e0" + "3e0701")})
    desk = reader(service)

    assert (len(desk.all_memory(UID)), len(desk.memory(UID))) == (80, 36)


def test_a_tag_that_says_it_has_more_than_it_has_is_unreadable(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book(size=16 * 4))
    absent = fault_bytes(AirFault.NO_SUCH_BLOCK)
    instead(service, {AirCommand.READ_BLOCKS: absent, AirCommand.READ_BLOCK: absent})

    with pytest.raises(TagUnreadableError):
        reader(service).all_memory(UID)


async def test_writes_that_change_nothing_are_seen(service: EmulatedCardService) -> None:
    service.lay(ACR1552U, book())
    async with pad(service) as desk:
        service.misbehave(ACR1552U, "write_ignored", times=99, of="afi")
        service.misbehave(ACR1552U, "write_ignored", times=99, of="blocks")
        with pytest.raises(AlarmNotVerifiedError):
            await in_time(desk.write_afi(UID, 0xC2))
        with pytest.raises(MemoryNotVerifiedError):
            await in_time(desk.write_memory(UID, b"9999"))
