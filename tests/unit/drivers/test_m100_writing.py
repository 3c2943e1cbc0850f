"""A UHF module that writes to tags, without a wire: whose tag it writes, and what it says when that fails."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import (
    AlarmNotVerifiedError,
    DeviceLostError,
    MemoryNotVerifiedError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Ability, Air
from drivers.rfid.m100_messages import Command
from drivers.rfid.tag_reader import ReaderRefusedError
from tests.support.m100 import BOOK, OTHER, WiredModule, reader, writes, written

NEW = "1CC04FC70BADB5C6E2DA1DED"
PASSWORD = bytes.fromhex("0000ffff")


def test_the_alarm_is_written_and_nothing_else_of_the_tag() -> None:
    module = WiredModule()
    module.lay(BOOK, afi=0x07, user="0641")
    writes(reader(module)).afi(BOOK, 0xC2)

    assert (module.tag(BOOK)["afi"], module.tag(BOOK)["memory"]) == (0xC2, "35c2" + BOOK.lower())


def test_a_write_that_changed_nothing_is_seen() -> None:
    module = WiredModule()
    module.lay(BOOK, afi=0x07)
    module.misbehave("write_ignored", times=99)

    with pytest.raises(AlarmNotVerifiedError) as caught:
        writes(reader(module)).afi(BOOK, 0xC2)

    assert (caught.value.found, caught.value.wanted) == (0x07, 0xC2)


def test_a_locked_tag_says_so() -> None:
    module = WiredModule()
    module.lay(BOOK, afi=0x07, afi_locked=True)

    with pytest.raises(TagLockedError):
        writes(reader(module)).afi(BOOK, 0xC2)


def test_a_locked_tag_is_written_with_its_password_and_not_with_another() -> None:
    module = WiredModule()
    module.lay(BOOK, afi=0x07, afi_locked=True, password=PASSWORD.hex())
    with pytest.raises(TagLockedError):
        reader(module, password=b"\0\0\0\1").set_afi(BOOK, 0xC2)
    reader(module, password=PASSWORD).set_afi(BOOK, 0xC2)

    assert module.tag(BOOK)["afi"] == 0xC2


def test_a_tag_that_does_not_lie_there_is_gone_and_one_that_only_does_not_answer_is_unreadable() -> None:
    module = WiredModule()
    module.lay(BOOK, unreadable=True)
    pad = reader(module)

    with pytest.raises(TagUnreadableError):
        pad.memory(BOOK)
    with pytest.raises(TagGoneError):
        pad.memory(OTHER)
    with pytest.raises(TagGoneError):
        pad.set_afi(OTHER, 0xC2)


def test_a_tag_that_is_lifted_while_it_is_written_is_gone() -> None:
    module = WiredModule()
    module.lay(BOOK, afi=0x07)
    module.misbehave("lift_in_write", after=1)

    with pytest.raises(TagGoneError):
        writes(reader(module)).afi(BOOK, 0xC2)
    assert module.tag(BOOK)["afi"] == 0x07


@pytest.mark.parametrize("times", [1, 2, 99])
def test_a_select_that_was_not_carried_out_never_writes_to_another_tag(times: int) -> None:
    module = WiredModule()
    module.lay(BOOK, afi=0x07)
    module.lay(OTHER, afi=0x07)
    pad = reader(module)
    pad.inventory()
    pad.memory(OTHER)
    module.misbehave("select_ignored", times=times)
    try:
        pad.set_afi(BOOK, 0xC2)
    except TagUnreadableError:
        assert times > 1
    else:
        assert times == 1

    assert module.tag(OTHER)["afi"] == 0x07


def test_a_tag_is_told_from_one_whose_longer_epc_begins_alike() -> None:
    short, long = "AAAABBBB", "AAAABBBBCCCC"
    module = WiredModule()
    for epc in (short, long):
        module.lay(epc, afi=0x07)
    pad = reader(module)
    pad.inventory()
    pad.set_afi(long, 0xC2)
    pad.set_afi(short, 0x21)

    assert (module.tag(long)["afi"], module.tag(short)["afi"]) == (0xC2, 0x21)


def test_a_tag_that_cannot_be_told_from_others_is_not_written() -> None:
    lying = "AAAABBBBCCCC"
    module = WiredModule()
    module.lay(lying, afi=0x07)
    pad = reader(module)
    pad.inventory()

    with pytest.raises(TagUnreadableError):
        pad.set_afi("AAAABBBB", 0xC2)
    assert module.tag(lying)["afi"] == 0x07


def test_long_epcs_are_told_apart_wherever_they_differ() -> None:
    first, second = "1111" + "2222" * 8, "3333" + "2222" * 8
    module = WiredModule()
    for epc in (first, second):
        module.lay(epc, afi=0x07)
    pad = reader(module)
    pad.inventory()
    pad.set_afi(first, 0xC2)

    assert (module.tag(first)["afi"], module.tag(second)["afi"]) == (0xC2, 0x07)


def test_a_tag_goes_by_the_epc_that_was_written() -> None:
    module = WiredModule()
    module.lay(BOOK)
    pad = reader(module)

    assert writes(pad).memory(BOOK, written(NEW, 0x07)) == NEW
    assert pad.inventory() == {NEW: None}
    assert (module.tag(NEW)["afi"], pad.all_memory(NEW)) == (0x07, written(NEW, 0x07))


def test_an_epc_may_grow_and_shrink() -> None:
    module = WiredModule()
    module.lay(BOOK)
    pad = reader(module)
    long, short = NEW + "D3190000", "ABCD"
    writes(pad).memory(BOOK, written(long, 0x07))
    writes(pad).memory(long, written(short))

    assert pad.inventory() == {short: None}


@pytest.mark.parametrize("words", range(8))
@pytest.mark.parametrize("new", [NEW, NEW + "D3190000", "1CC04FC7"])
def test_an_epc_whose_writing_broke_off_is_found_and_written_to_its_end(words: int, new: str) -> None:
    module = WiredModule()
    module.lay(BOOK)
    module.lay(OTHER)
    pad = reader(module)
    pad.inventory()
    module.misbehave("torn_write", words=words)
    writes(pad).memory(BOOK, written(new, 0x07))

    assert pad.inventory().keys() == {new, OTHER}


def test_an_epc_that_does_not_fit_is_refused_by_the_tag() -> None:
    module = WiredModule()
    module.lay(BOOK)

    with pytest.raises(TagUnsupportedError):
        writes(reader(module)).memory(BOOK, written("AB" * 40))


def test_an_epc_that_is_not_kept_is_not_verified() -> None:
    module = WiredModule()
    module.lay(BOOK)
    module.misbehave("write_ignored", times=99)

    with pytest.raises(MemoryNotVerifiedError):
        writes(reader(module)).memory(BOOK, written(NEW))


@pytest.mark.parametrize("data", [b"\x30\x00", b"\x10\x00\xab\xcd", b"\x00\x00"])
def test_a_control_word_of_another_length_is_not_written(data: bytes) -> None:
    module = WiredModule()
    module.lay(BOOK)

    with pytest.raises(ValueError, match="control word"):
        reader(module).set_blocks(BOOK, 0, data)


def test_there_is_no_dsfid() -> None:
    pad = reader(WiredModule())

    with pytest.raises(TagUnsupportedError):
        pad.dsfid(BOOK)
    with pytest.raises(TagUnsupportedError):
        pad.set_dsfid(BOOK, 6)


def test_without_a_password_there_is_no_eas() -> None:
    assert (reader(WiredModule()).air, reader(WiredModule()).abilities()) == (
        Air.UHF,
        frozenset((Ability.AFI, Ability.MEMORY)),
    )
    assert Ability.EAS in reader(WiredModule(), password=PASSWORD).abilities()


def test_the_eas_bit_of_an_nxp_chip_is_set_and_cleared() -> None:
    module = WiredModule()
    module.lay(BOOK, nxp=True, password=PASSWORD.hex())
    pad = reader(module, password=PASSWORD)
    writes(pad).eas(BOOK, on=True)
    rang = pad.eas(BOOK)
    writes(pad).eas(BOOK, on=False)

    assert (rang, pad.eas(BOOK), module.tag(BOOK)["eas"]) == (True, False, False)


def test_another_makers_chip_has_no_eas_bit() -> None:
    module = WiredModule()
    module.lay(BOOK, password=PASSWORD.hex())

    with pytest.raises(AlarmNotVerifiedError):
        writes(reader(module, password=PASSWORD)).eas(BOOK, on=True)


def test_an_alarm_that_may_be_another_tags_is_not_told_of_this_one() -> None:
    module = WiredModule()
    module.lay(BOOK, nxp=True)
    module.lay(OTHER, nxp=True, eas=True)

    with pytest.raises(TagUnreadableError):
        reader(module).eas(BOOK)


def test_an_alarm_that_is_missed_once_is_an_alarm() -> None:
    silent = bytes.fromhex("bb01ff00011d1e7e")
    missed: list[bytes] = []

    def first_is_missed(request: bytes, answer: bytes) -> Iterable[bytes]:
        if request[2] != Command.EAS_ALARM or missed:
            return (answer,)
        missed.append(answer)
        return (silent,)

    module = WiredModule(first_is_missed)
    module.lay(BOOK, nxp=True, eas=True)

    assert reader(module).eas(BOOK)


def test_silence_means_no_alarm_only_of_a_tag_that_lies_there() -> None:
    with pytest.raises(TagGoneError):
        reader(WiredModule()).eas(BOOK)


def test_a_module_that_knows_no_eas_refuses() -> None:
    malformed = bytes.fromhex("bb01ff000117187e")
    module = WiredModule(lambda request, answer: (malformed if request[2] == Command.EAS_ALARM else answer,))
    module.lay(BOOK)

    with pytest.raises(ReaderRefusedError):
        reader(module).eas(BOOK)


@pytest.mark.parametrize(
    ("code", "error"), [(0xB0, TagUnreadableError), (0xBB, TagUnreadableError), (0x17, ReaderRefusedError)]
)
def test_a_write_that_another_attempt_may_cure_is_not_called_locked(code: int, error: type[Exception]) -> None:
    refused = bytes((0xBB, 1, 0xFF, 0, 1, code, (1 + 0xFF + 1 + code) & 0xFF, 0x7E))
    module = WiredModule(lambda request, answer: (refused if request[2] == Command.WRITE else answer,))
    module.lay(BOOK, afi=0x07)

    with pytest.raises(error):
        reader(module).set_afi(BOOK, 0xC2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from(("lose", "double", "wrong", "none"))), max_size=6))
def test_on_a_bad_wire_a_write_is_either_done_or_said_not_to_be(spoilt: list[tuple[int, str]]) -> None:
    faults = dict(spoilt)
    count = 0

    def change(_: bytes, answer: bytes) -> Iterable[bytes]:
        nonlocal count
        count += 1
        match faults.get(count):
            case "lose":
                return (answer[:7] + answer[8:],)
            case "double":
                return (answer, answer)
            case "wrong":
                return (answer[:6] + bytes((answer[6] ^ 0x40,)) + answer[7:],)
            case "none":
                return ()
        return (answer,)

    module = WiredModule(change)
    for epc in (BOOK, OTHER):
        module.lay(epc, afi=0x07)
    try:
        writes(reader(module)).afi(BOOK, 0xC2)
    except (TagGoneError, AlarmNotVerifiedError, DeviceLostError):
        pass
    else:
        assert module.tag(BOOK)["afi"] == 0xC2

    assert module.tag(OTHER)["afi"] == 0x07
