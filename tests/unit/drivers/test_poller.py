"""The standing work at a pad, over a reader in memory."""

from collections.abc import Callable

import pytest

from drivers.errors import (
    AlarmNotVerifiedError,
    DeviceLostError,
    LossReason,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.health import DeviceHealth
from drivers.rfid.base import Ability, Air, PadReading, TagReading
from drivers.rfid.poller import FAILED_ROUNDS, OpenReader, TagPoller
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from tests.support.pads import FakeReader

UID = "E004010031269117"
OTHER = "E00401001F77FB98"
EPC = "3034257BF400B7800004CB2F"
OTHER_EPC = "3034257BF400B78000000001"


class FakeLine:
    """Counts what is done to it."""

    def __init__(self) -> None:
        self.interrupted = 0
        self.closed = 0

    def interrupt(self) -> None:
        self.interrupted += 1

    def close(self) -> None:
        self.closed += 1


class Bench:
    """A poller over a fake reader, worked by hand."""

    def __init__(self, reader: FakeReader | None = None) -> None:
        self.reader = reader or FakeReader()
        self.line = FakeLine()
        self.told: list[PadReading] = []
        self.poller = TagPoller("pad", lambda: OpenReader(self.reader, self.line), 0.0, self.told.append)

    def open(self) -> TagPoller:
        self.poller.open()
        return self.poller

    def until(self, enough: Callable[[], bool]) -> None:
        for _ in range(2000):
            if enough():
                return
            self.poller.work()
        raise AssertionError("not in two thousand exchanges")

    def picture(self, wanted: Callable[[PadReading], bool] = lambda _: True) -> PadReading:
        """Return the next picture that is as wanted."""
        before = len(self.told)
        self.until(lambda: any(wanted(reading) for reading in self.told[before:]))
        return next(reading for reading in self.told[before:] if wanted(reading))


def bench(*uids: str, air: Air = Air.HF, abilities: frozenset[Ability] = frozenset(Ability)) -> Bench:
    made = Bench(FakeReader(air, abilities))
    for uid in uids:
        made.reader.lay(uid, bytes(40) if air is Air.HF else b"\x30\x00" + bytes.fromhex(uid), 7)
    made.open()
    return made


def test_a_pad_that_is_not_open_takes_no_commands() -> None:
    poller = Bench().poller

    with pytest.raises(DeviceLostError) as caught:
        poller.read_afi(UID)
    assert caught.value.reason is LossReason.CLOSED
    assert (poller.health(), poller.abilities()) == (DeviceHealth(""), frozenset())
    poller.interrupt()
    poller.close()


def test_an_open_pad_says_who_it_is_and_what_it_can() -> None:
    made = bench(UID, abilities=frozenset({Ability.AFI}))
    made.picture()

    assert made.poller.health().identity == "fake reader"
    assert made.poller.health().exchanges >= 4
    assert made.poller.abilities() == {Ability.AFI}


def test_a_pad_that_is_closed_while_it_is_opened_is_interrupted() -> None:
    made = Bench()
    made.poller.interrupt()
    made.open()
    made.poller.close()

    assert (made.line.interrupted, made.line.closed) == (1, 1)


def test_an_interrupt_reaches_the_line() -> None:
    made = bench()
    made.poller.interrupt()

    assert made.line.interrupted == 1


def test_a_pile_is_told_as_one_and_once() -> None:
    made = bench(UID, OTHER)
    reading = made.picture()
    for _ in range(50):
        made.poller.work()

    assert reading.tags == (TagReading(OTHER, bytes(36), 7, 0), TagReading(UID, bytes(36), 7, 0))
    assert len(made.told) == 1


def test_a_round_that_is_settled_waits_for_the_next() -> None:
    made = Bench()
    made.poller = TagPoller("pad", lambda: OpenReader(made.reader, made.line), 5.0, made.told.append)
    made.open()
    made.picture()
    pauses = [made.poller.work() for _ in range(3)]

    assert 4.0 < max(pauses) <= 5.0


def test_an_unreadable_tag_is_named_and_tried_on() -> None:
    made = bench(UID)
    fails = [True]

    def trouble(call: str) -> bool:
        if call == "memory" and fails[0]:
            raise TagUnreadableError(UID)
        return False

    made.reader.trouble = trouble
    named = made.picture()
    fails[0] = False
    read = made.picture()

    assert [tag.memory for tag in named.tags + read.tags] == [None, bytes(36)]


def test_a_tag_whose_afi_cannot_be_read_keeps_its_memory() -> None:
    made = bench(UID)

    def trouble(call: str) -> bool:
        if call == "afi":
            raise NoAnswerError
        return False

    made.reader.trouble = trouble
    (tag,) = made.picture().tags

    assert (tag.memory, tag.afi) == (bytes(36), None)
    assert made.reader.calls.count("memory") == 1


@pytest.mark.parametrize("lacks", [True, False])
def test_a_tag_or_a_pad_without_afi_is_read_all_the_same(lacks: bool) -> None:  # noqa: FBT001 - a parameter of the test
    made = bench(UID, abilities=frozenset() if lacks else frozenset(Ability))

    def trouble(call: str) -> bool:
        if call == "afi":
            raise TagUnsupportedError(UID)
        return False

    made.reader.trouble = trouble
    (tag,) = made.picture().tags

    assert (tag.memory, tag.afi) == (bytes(36), None)
    assert ("afi" in made.reader.calls) is not lacks


def test_a_pad_that_fails_too_many_rounds_is_lost() -> None:
    made = bench()
    errors = [NoAnswerError(), ReaderRefusedError()]

    def trouble(call: str) -> bool:
        raise errors[made.reader.calls.count(call) % 2]

    made.reader.trouble = trouble
    for _ in range(FAILED_ROUNDS - 1):
        made.poller.work()

    with pytest.raises(DeviceLostError) as caught:
        made.poller.work()
    assert caught.value.reason is LossReason.SILENT


def test_a_round_that_fails_now_and_then_changes_nothing() -> None:
    made = bench(UID)

    def trouble(call: str) -> bool:
        if call == "inventory" and made.reader.calls.count(call) % 3:
            raise NoAnswerError
        return False

    made.reader.trouble = trouble

    assert [tag.uid for tag in made.picture().tags] == [UID]


def test_what_is_written_is_in_the_picture_at_once() -> None:
    made = bench(UID)
    made.picture()
    made.poller.write_afi(UID, 0xC2)
    made.poller.write_dsfid(UID, 0x3E)

    assert [(tag.afi, tag.dsfid) for reading in made.told[1:] for tag in reading.tags] == [(0xC2, 0), (0xC2, 0x3E)]


def test_an_afi_that_was_read_is_in_the_picture_at_once() -> None:
    made = bench(UID)
    made.picture()
    made.reader.afis[UID] = 0xC2

    assert made.poller.read_afi(UID) == 0xC2
    assert [tag.afi for tag in made.told[-1].tags] == [0xC2]


def test_an_afi_whose_write_failed_is_read_anew() -> None:
    made = bench(UID)
    made.picture()
    made.reader.trouble = lambda call: call == "set_afi"
    with pytest.raises(AlarmNotVerifiedError):
        made.poller.write_afi(UID, 0xC2)
    made.reader.afis[UID] = 0x21
    reading = made.picture()

    assert [tag.afi for tag in reading.tags] == [0x21]


def test_memory_that_was_written_is_read_anew() -> None:
    made = bench(UID)
    made.picture()
    made.poller.write_memory(UID, b"1234")
    reading = made.picture()

    assert reading.tags[0].memory == b"1234" + bytes(32)
    assert made.poller.read_memory(UID) == b"1234" + bytes(36)


def test_memory_whose_write_failed_is_read_anew() -> None:
    made = bench(UID)
    made.picture()
    made.reader.locked.add(UID)
    with pytest.raises(TagLockedError):
        made.poller.write_memory(UID, b"1234")
    made.reader.tags[UID][:4] = b"12\0\0"

    assert made.picture().tags[0].memory == b"12\0\0" + bytes(32)


def test_a_uhf_tag_goes_by_its_new_epc_from_then_on() -> None:
    made = bench(EPC, air=Air.UHF)
    made.reader.users[EPC] = b"user"
    first = made.picture()
    made.poller.write_memory(EPC, b"\x30\x00" + bytes.fromhex(OTHER_EPC))
    second = made.picture()

    assert [(tag.uid, tag.air, tag.user_memory) for tag in first.tags] == [(EPC, Air.UHF, b"user")]
    assert [(tag.uid, tag.memory) for tag in second.tags] == [(OTHER_EPC, b"\x30\x00" + bytes.fromhex(OTHER_EPC))]
    assert second.tags[0].first_seen == first.tags[0].first_seen


def test_the_eas_bit_is_written_and_read() -> None:
    made = bench(UID)
    made.poller.write_eas(UID, on=True)

    assert made.poller.read_eas(UID) is True


def test_what_the_pad_cannot_is_not_asked_of_it() -> None:
    made = bench(UID, abilities=frozenset())
    poller = made.poller
    calls: tuple[Callable[[], object], ...] = (
        lambda: poller.write_afi(UID, 7),
        lambda: poller.read_eas(UID),
        lambda: poller.write_eas(UID, on=True),
        lambda: poller.write_memory(UID, b"1234"),
        lambda: poller.write_dsfid(UID, 7),
    )
    for call in calls:
        with pytest.raises(TagUnsupportedError):
            call()

    assert made.reader.calls == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TagGoneError(UID), TagGoneError),
        (TagUnreadableError(UID), TagUnreadableError),
        (TagUnsupportedError(UID), TagUnreadableError),
        (TagLockedError(UID), TagUnreadableError),
        (NoAnswerError(), TagUnreadableError),
        (ReaderRefusedError(), TagUnreadableError),
    ],
    ids=lambda error: getattr(error, "__name__", type(error).__name__),
)
def test_a_tag_that_does_not_say_what_was_asked_is_gone_or_unreadable(error: Exception, told: type[Exception]) -> None:
    made = bench(UID)

    def trouble(_: str) -> bool:
        raise error

    made.reader.trouble = trouble
    for call in (made.poller.read_afi, made.poller.read_memory):
        with pytest.raises(told):
            call(UID)


def test_a_tag_without_eas_says_so() -> None:
    made = bench(UID)

    def trouble(_: str) -> bool:
        raise TagUnsupportedError(UID)

    made.reader.trouble = trouble
    with pytest.raises(TagUnsupportedError):
        made.poller.read_eas(UID)


def test_a_tag_without_afi_cannot_be_asked_for_it() -> None:
    made = bench(EPC, air=Air.UHF)
    made.reader.afis[EPC] = None

    with pytest.raises(TagUnreadableError):
        made.poller.read_afi(EPC)
