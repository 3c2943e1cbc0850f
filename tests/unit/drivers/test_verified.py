"""What is written to a tag counts only when the tag says so."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import (
    AlarmNotVerifiedError,
    DeviceLostError,
    LossReason,
    MemoryNotVerifiedError,
    TagError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Air
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from drivers.rfid.verified import ATTEMPTS, VerifiedWrites, epc_of
from tests.support.pads import FakeReader

UID = "E004010031269117"
EPC = "3034257BF400B7800004CB2F"
OTHER_EPC = "3034257BF400B78000000001"

Writing = Callable[[VerifiedWrites], object]
WRITES: dict[str, Writing] = {
    "set_afi": lambda writes: writes.afi(UID, 0xC2),
    "set_eas": lambda writes: writes.eas(UID, on=True),
    "set_dsfid": lambda writes: writes.dsfid(UID, 0x06),
    "set_blocks": lambda writes: writes.memory(UID, b"1111" * 3),
}
each_write = pytest.mark.parametrize("call", WRITES)
PASSING = (TagGoneError(UID), TagUnreadableError(UID), NoAnswerError(), ReaderRefusedError())


class Troubles:
    """Raises what it was given at the next calls of one name; then all is well."""

    def __init__(self, call: str, *errors: Exception | bool) -> None:
        self._call = call
        self._errors = list(errors)

    def __call__(self, call: str) -> bool:
        if call != self._call or not self._errors:
            return False
        trouble = self._errors.pop(0)
        if isinstance(trouble, Exception):
            raise trouble
        return trouble


def hf(trouble: Callable[[str], bool] | None = None) -> FakeReader:
    reader = FakeReader()
    reader.lay(UID)
    if trouble is not None:
        reader.trouble = trouble
    return reader


def uhf(memory: bytes) -> FakeReader:
    reader = FakeReader(Air.UHF)
    reader.lay(epc_of(memory), memory, None)
    return reader


def written(reader: FakeReader, call: str) -> bool:
    """Say whether the tag holds what `WRITES` has for this call."""
    holds = {
        "set_afi": reader.afis[UID] == 0xC2,
        "set_eas": reader.eas_bits[UID],
        "set_dsfid": reader.dsfids[UID] == 0x06,
        "set_blocks": reader.tags[UID][:12] == b"1111" * 3,
    }
    return holds[call]


def asked_by(call: str) -> str:
    return "memory" if call == "set_blocks" else call.removeprefix("set_")


def do(call: str, reader: FakeReader, pause: Callable[[float], object] = lambda _: None) -> None:
    WRITES[call](VerifiedWrites(reader, pause))


@each_write
def test_a_write_is_read_back(call: str) -> None:
    reader = hf()
    do(call, reader)

    assert written(reader, call)
    assert reader.calls[-2:] == [call, asked_by(call)]


@each_write
def test_a_write_that_is_said_to_be_done_and_is_not_is_done_again(call: str) -> None:
    reader = hf(Troubles(call, True, True, True))
    pauses: list[float] = []
    do(call, reader, pauses.append)

    assert written(reader, call)
    assert (reader.calls.count(call), len(pauses)) == (4, 3)


@each_write
@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_a_write_that_failed_in_passing_is_done_again(call: str, error: Exception) -> None:
    reader = hf(Troubles(call, error, error))
    do(call, reader)

    assert written(reader, call)
    assert reader.calls.count(call) == 3


@each_write
def test_a_write_whose_answer_was_lost_is_not_done_again_when_the_tag_says_that_it_holds(call: str) -> None:
    reader = hf()

    def lost(name: str) -> bool:
        if name == call:
            reader.trouble = lambda _: False
            do(call, reader)  # it is done
            raise NoAnswerError  # and nobody hears of it
        return False

    reader.trouble = lost
    do(call, reader)

    assert reader.calls.count(call) == 2  # the one that was lost, and the one that did it


@each_write
def test_a_write_that_never_holds_is_not_verified(call: str) -> None:
    reader = hf(Troubles(call, *[True] * 99))
    with pytest.raises((AlarmNotVerifiedError, MemoryNotVerifiedError)) as caught:
        do(call, reader)

    assert reader.calls.count(call) == ATTEMPTS
    assert caught.value.uid == UID


@pytest.mark.parametrize(("call", "facts"), [("set_afi", (0xC2, 7)), ("set_eas", (1, 0))])
def test_an_alarm_that_was_not_verified_is_told_with_what_was_found(call: str, facts: tuple[int, int]) -> None:
    with pytest.raises(AlarmNotVerifiedError) as caught:
        do(call, hf(Troubles(call, *[True] * 99)))

    assert (caught.value.wanted, caught.value.found) == facts


@pytest.mark.parametrize("call", ["set_afi", "set_eas"])
def test_an_alarm_that_cannot_be_read_back_is_not_verified(call: str) -> None:
    with pytest.raises(AlarmNotVerifiedError) as caught:
        do(call, hf(Troubles(asked_by(call), *[NoAnswerError()] * 99)))

    assert caught.value.found is None


def test_memory_that_cannot_be_read_is_not_written() -> None:
    reader = hf(Troubles("memory", *[TagUnreadableError(UID)] * 99))
    with pytest.raises(MemoryNotVerifiedError):
        do("set_blocks", reader)

    assert "set_blocks" not in reader.calls


@each_write
def test_a_tag_that_is_gone_is_gone(call: str) -> None:
    with pytest.raises(TagGoneError):
        do(call, FakeReader())


@each_write
def test_a_tag_that_comes_back_within_the_attempts_is_written(call: str) -> None:
    reader = FakeReader()
    do(call, reader, lambda _: reader.lay(UID) if UID not in reader.tags else None)

    assert written(reader, call)


@each_write
def test_a_locked_tag_is_locked_at_once(call: str) -> None:
    reader = hf()
    reader.locked.add(UID)
    with pytest.raises(TagLockedError):
        do(call, reader)

    assert reader.calls.count(call) == 1


def test_a_locked_tag_that_holds_the_value_already_is_as_wanted() -> None:
    reader = hf()
    reader.afis[UID] = 0xC2
    reader.locked.add(UID)
    do("set_afi", reader)

    assert reader.calls == ["set_afi", "afi"]


@each_write
def test_what_the_tag_has_not_is_told_at_once(call: str) -> None:
    reader = hf(Troubles(call, TagUnsupportedError(UID)))
    with pytest.raises(TagUnsupportedError):
        do(call, reader)

    assert reader.calls.count(call) == 1


@each_write
def test_a_lost_device_is_lost(call: str) -> None:
    with pytest.raises(DeviceLostError):
        do(call, hf(Troubles(call, DeviceLostError("pad", LossReason.UNPLUGGED))))


def test_blocks_that_hold_the_right_bytes_are_not_written() -> None:
    reader = hf()
    reader.tags[UID] = bytearray(b"aaaabbbbccccddddeeee")
    VerifiedWrites(reader, lambda _: None).memory(UID, b"aaaaBBBBCCCCddddEEEE")
    VerifiedWrites(reader, lambda _: None).memory(UID, b"aaaaBBBB")

    assert reader.blocks_written == [(1, b"BBBBCCCC"), (4, b"EEEE")]


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=0, max_size=16).map(lambda data: data[: len(data) & ~3]))
def test_what_stands_behind_the_written_blocks_stays(before: bytes, data: bytes) -> None:
    reader = FakeReader()
    reader.lay(UID, before)
    VerifiedWrites(reader, lambda _: None).memory(UID, data)

    assert reader.tags[UID] == data + before[len(data) :]


def test_data_that_lies_in_the_first_blocks_is_written_although_others_cannot_be_read() -> None:
    reader = hf(Troubles("all_memory", *[TagUnreadableError(UID)] * 99))
    VerifiedWrites(reader, lambda _: None).memory(UID, b"1" * 36)

    assert reader.tags[UID] == b"1" * 36 + bytes(4)


def test_data_behind_the_first_blocks_is_read_back_too() -> None:
    reader = hf()
    VerifiedWrites(reader, lambda _: None).memory(UID, b"1" * 40)

    assert reader.tags[UID] == b"1" * 40
    assert "memory" not in reader.calls


def test_a_tag_too_small_for_the_data_is_not_written() -> None:
    reader = hf()
    with pytest.raises(TagUnsupportedError):
        VerifiedWrites(reader, lambda _: None).memory(UID, bytes(41 * 4))

    assert "set_blocks" not in reader.calls


@pytest.mark.parametrize(("reader", "data"), [(hf(), b"123"), (uhf(b"\x30\x00" + bytes.fromhex(EPC)), b"1")])
def test_half_a_block_is_a_mistake_of_the_caller(reader: FakeReader, data: bytes) -> None:
    with pytest.raises(ValueError, match="needed"):
        VerifiedWrites(reader, lambda _: None).memory(UID, data)


def test_a_uhf_tag_goes_by_the_epc_that_was_written() -> None:
    reader = uhf(b"\x30\x00" + bytes.fromhex(EPC))

    assert VerifiedWrites(reader, lambda _: None).memory(EPC, b"\x34\x00" + bytes.fromhex(OTHER_EPC)) == OTHER_EPC
    assert reader.tags == {OTHER_EPC: b"\x34\x00" + bytes.fromhex(OTHER_EPC)}


def test_a_uhf_tag_that_got_its_new_epc_unheard_is_not_written_again() -> None:
    memory = b"\x30\x00" + bytes.fromhex(OTHER_EPC)
    reader = uhf(memory)
    VerifiedWrites(reader, lambda _: None).memory(EPC, memory)

    assert "set_blocks" not in reader.calls


def test_what_a_uhf_tag_reckons_itself_in_its_control_word_is_as_written() -> None:
    reader = uhf(b"\x36\xc2" + bytes.fromhex(EPC))
    VerifiedWrites(reader, lambda _: None).memory(EPC, b"\x30\xc2" + bytes.fromhex(EPC))

    assert "set_blocks" not in reader.calls


def test_a_uhf_tag_that_is_gone_under_both_names_is_gone() -> None:
    with pytest.raises(TagGoneError):
        VerifiedWrites(FakeReader(Air.UHF), lambda _: None).memory(EPC, b"\x30\x00" + bytes.fromhex(OTHER_EPC))


def test_a_uhf_tag_that_does_not_take_its_epc_is_not_verified() -> None:
    reader = uhf(b"\x30\x00" + bytes.fromhex(EPC))
    reader.trouble = Troubles("set_blocks", *[True] * 99)

    with pytest.raises(MemoryNotVerifiedError):
        VerifiedWrites(reader, lambda _: None).memory(EPC, b"\x30\x00" + bytes.fromhex(OTHER_EPC))


@given(st.lists(st.sampled_from([*PASSING, True, False]), max_size=9), st.sampled_from(sorted(WRITES)))
def test_whatever_fails_in_passing_less_than_ten_times_the_write_holds(
    troubles: list[Exception | bool], call: str
) -> None:
    reader = hf(Troubles(call, *troubles))
    do(call, reader)

    assert written(reader, call)


@given(
    st.lists(st.sampled_from([*PASSING, TagLockedError(UID), True, False]), max_size=30),
    st.sampled_from(sorted(WRITES)),
)
def test_a_write_that_returns_has_been_done_and_one_that_fails_says_which_tag(
    troubles: list[Exception | bool], call: str
) -> None:
    reader = hf(Troubles(call, *troubles))
    failed_for: list[str] = []
    try:
        do(call, reader)
    except TagError as error:
        failed_for.append(error.uid)

    assert failed_for == [UID] or (not failed_for and written(reader, call))
