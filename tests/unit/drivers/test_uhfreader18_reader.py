"""A UHFReader18 or 288 asked and answered without a wire: what it finds, reads and writes, and what is given up."""

from collections.abc import Iterable

import pytest

from drivers.emulators.uhfreader18_device import Uhfreader18Device, Uhfreader288Device
from drivers.errors import (
    DeviceLostError,
    LossReason,
    MemoryNotVerifiedError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Ability, Air
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from drivers.rfid.uhfreader18_codec import Uhfreader18Codec
from drivers.rfid.uhfreader18_messages import Band, Command, Layout, Status, reply
from drivers.rfid.uhfreader18_reader import ReaderSettings
from tests.support.threem import Wire, nth
from tests.support.uhfreader18 import BOOK, OTHER, WiredReader, reader, writes, written

NEW = "1CC04FC72C5CB1C6A5A90000"
APART = "3034257BF400B78000000007"
both = pytest.mark.parametrize("kind", [Uhfreader18Device, Uhfreader288Device])


def test_a_reader_tells_what_it_is() -> None:
    reader18, reader288 = WiredReader(), WiredReader(kind=Uhfreader288Device)

    assert reader(reader18).probe() == "UHFReader18 kind 09 V2.36"
    assert reader(reader288).probe() == "UHFReader288 kind 0C V2.36"


def test_a_kind_that_is_not_known_is_worked_only_as_the_url_says() -> None:
    wire = WiredReader(kind=Uhfreader288Device)
    wire.misbehave("kind", number=0x77)
    wire.lay(BOOK)

    with pytest.raises(DeviceLostError) as caught:
        reader(wire)
    assert caught.value.reason is LossReason.WRONG_DEVICE
    assert reader(wire, ReaderSettings(layout=Layout.R288)).inventory() == {BOOK: None}


@pytest.mark.parametrize("band", Band)
def test_a_reader_that_is_set_to_another_region_is_not_worked(band: Band) -> None:
    wire = WiredReader()
    wire.misbehave("band", number=band)
    other = Band.US if band is not Band.US else Band.KR

    assert reader(wire, ReaderSettings(band=band)).inventory() == {}
    with pytest.raises(DeviceLostError) as caught:
        reader(wire, ReaderSettings(band=other))
    assert caught.value.reason is LossReason.WRONG_MODE


def test_one_reader_of_several_on_a_line_is_asked_by_its_address() -> None:
    wire = WiredReader()
    wire.misbehave("address", number=7)

    assert reader(wire, ReaderSettings(address=7)).inventory() == {}
    with pytest.raises(DeviceLostError) as caught:
        reader(wire, ReaderSettings(address=8))
    assert caught.value.reason is LossReason.SILENT


def test_a_silent_line_is_no_reader() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: ()))

    assert caught.value.reason is LossReason.SILENT


def test_what_talks_otherwise_is_another_device() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: (b"2050000001\r\n",)))

    assert caught.value.reason is LossReason.WRONG_DEVICE


def test_a_reader_that_does_not_tell_what_it_is_at_once_is_asked_again() -> None:
    assert reader(WiredReader(nth({1}, lambda _: ()))).inventory() == {}


@both
@pytest.mark.parametrize("count", [0, 1, 4, 5, 12])
def test_a_pile_is_found_whole_over_as_many_frames_as_it_takes(kind: type[Uhfreader18Device], count: int) -> None:
    wire = WiredReader(kind=kind)
    pile = {f"{BOOK[:-2]}{number:02X}" for number in range(count)}
    for epc in pile:
        wire.lay(epc)

    assert reader(wire).inventory().keys() == pile


@both
@pytest.mark.parametrize("status", [Status.INVENTORY_TIMEOUT, Status.MEMORY_FULL])
def test_an_inventory_that_was_not_finished_tells_what_it_found(kind: type[Uhfreader18Device], status: Status) -> None:
    wire = WiredReader(kind=kind)
    wire.lay(BOOK)
    wire.misbehave("inventory_status", number=status)

    assert reader(wire).inventory() == {BOOK: None}


@pytest.mark.parametrize("status", [Status.AERIAL, Status.FAILED, Status.POOR_COMMUNICATION, Status.WRONG_PARAMETER])
def test_an_inventory_that_could_not_be_made_is_refused_and_is_no_empty_pad(status: Status) -> None:
    wire = WiredReader()
    wire.lay(BOOK)
    wire.misbehave("inventory_status", number=status)
    pad = reader(wire)

    with pytest.raises(ReaderRefusedError):
        pad.inventory()
    assert pad.inventory() == {BOOK: None}


def test_an_inventory_whose_last_frame_is_lost_is_none() -> None:
    def without_the_last(request: bytes, answer: bytes) -> Iterable[bytes]:
        return () if request[2] == Command.INVENTORY and answer[3] != Status.MORE else (answer,)

    wire = WiredReader(without_the_last)
    for number in range(6):
        wire.lay(f"{BOOK[:-2]}{number:02X}")

    with pytest.raises(NoAnswerError):
        reader(wire).inventory()


def test_a_reader_in_scan_mode_is_said_to_be_in_the_wrong_one() -> None:
    wire = WiredReader()
    wire.lay(BOOK)
    pad = reader(wire)
    wire.misbehave("scan_mode")

    with pytest.raises(DeviceLostError) as caught:
        pad.inventory()
    assert caught.value.reason is LossReason.WRONG_MODE


def test_control_word_epc_and_afi_are_read_at_once() -> None:
    wire = WiredReader()
    wire.lay(BOOK, afi=0x07)
    pad = reader(wire)
    pad.inventory()
    told = (pad.memory(BOOK), pad.user_memory(BOOK), pad.afi(BOOK))

    assert told == (written(BOOK, 0x07), None, 0x07)
    assert wire.asked.count(Command.READ) == 1
    assert pad.afi(BOOK) == 0x07
    assert wire.asked.count(Command.READ) == 2


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    late: list[bytes] = []

    def change(request: bytes, answer: bytes) -> Iterable[bytes]:
        if request[2] == Command.READ and not late:
            late.append(answer)
            return ()
        return (late[0], answer) if len(late) == 1 else (answer,)

    wire = WiredReader(change)
    wire.lay(BOOK, afi=0x07)
    pad = reader(wire)

    assert pad.all_memory(BOOK) == written(BOOK, 0x07)
    assert wire.asked[1:] == [Command.READ, Command.INFORMATION, Command.READ]


@pytest.mark.parametrize(
    ("unheard", "asked"),
    [
        (Command.READ, [Command.READ, Command.INFORMATION, Command.READ]),
        (Command.WRITE, [Command.READ, Command.WRITE]),
    ],
)
def test_a_read_without_an_answer_is_asked_once_more_and_a_write_is_not(unheard: Command, asked: list[Command]) -> None:
    wire = WiredReader(lambda request, answer: () if request[2] == unheard else (answer,))
    wire.lay(BOOK, afi=0x07)
    pad = reader(wire)
    with pytest.raises(NoAnswerError):
        pad.set_afi(BOOK, 0xC2)

    assert wire.asked[1:] == asked


def test_a_tag_that_is_not_there_is_gone() -> None:
    pad = reader(WiredReader())

    for ask in (pad.memory, pad.afi, lambda uid: pad.set_afi(uid, 0xC2)):
        with pytest.raises(TagGoneError):
            ask(BOOK)


def test_an_answer_that_names_another_tag_is_not_taken() -> None:
    def of_another(request: bytes, answer: bytes) -> Iterable[bytes]:
        if request[2] != Command.READ:
            return (answer,)
        return (Uhfreader18Codec.send(reply(Command.READ, Status.DONE, written(OTHER, 0x07))),)

    wire = WiredReader(of_another)
    wire.lay(BOOK, afi=0x07)
    pad = reader(wire)

    with pytest.raises(TagUnreadableError):
        pad.set_afi(BOOK, 0xC2)
    assert wire.tag(BOOK)["afi"] == 0x07


@pytest.mark.parametrize("laid", [("AAAABBBB", "AAAABBBBCCCC"), ("AAAABBBBCCCC", "AAAABBBB")])
def test_a_tag_whose_epc_begins_another_is_neither_read_nor_written_whichever_would_answer(
    laid: tuple[str, str],
) -> None:
    short, long = sorted(laid)
    wire = WiredReader()
    for epc in laid:
        wire.lay(epc, afi=0x07)
    pad = reader(wire)
    pad.inventory()
    pad.set_afi(long, 0xC2)

    with pytest.raises(TagUnreadableError):
        pad.set_afi(short, 0xC2)
    assert (wire.tag(long)["afi"], wire.tag(short)["afi"]) == (0xC2, 0x07)


def test_a_longer_tag_that_was_not_yet_found_is_not_written_in_place_of_a_shorter() -> None:
    lying = "AAAABBBBCCCC"
    wire = WiredReader()
    wire.lay(lying, afi=0x07)

    with pytest.raises(TagUnreadableError):
        reader(wire).set_afi("AAAABBBB", 0xC2)
    assert wire.tag(lying)["afi"] == 0x07


def test_a_tag_whose_epc_is_longer_than_can_be_asked_for_is_found_and_not_read() -> None:
    long = "AB" * 32
    wire = WiredReader()
    wire.lay(long)
    pad = reader(wire)

    assert pad.inventory() == {long: None}
    with pytest.raises(TagUnreadableError):
        pad.memory(long)


def test_an_afi_is_written_and_the_rest_of_the_control_word_stays() -> None:
    wire = WiredReader()
    wire.lay(BOOK, afi=0x07)
    writes(reader(wire)).afi(BOOK, 0xC2)

    assert wire.tag(BOOK)["memory"] == written(BOOK, 0xC2).hex()


def test_a_tag_without_an_afi_is_never_given_one_by_the_way() -> None:
    wire = WiredReader()
    wire.lay(BOOK)

    with pytest.raises(TagUnsupportedError):
        reader(wire).set_afi(BOOK, 0xC2)
    assert wire.tag(BOOK)["afi"] is None


@both
def test_a_tag_goes_by_the_epc_that_was_written(kind: type[Uhfreader18Device]) -> None:
    wire = WiredReader(kind=kind)
    wire.lay(BOOK)
    pad = reader(wire)

    assert writes(pad).memory(BOOK, written(NEW, 0x07)) == NEW
    assert pad.inventory() == {NEW: None}
    assert (wire.tag(NEW)["afi"], pad.all_memory(NEW)) == (0x07, written(NEW, 0x07))


@pytest.mark.parametrize("words", range(8))
@pytest.mark.parametrize("new", [NEW, NEW + "D3190000", "1CC04FC7"])
def test_an_epc_whose_writing_broke_off_is_found_and_written_to_its_end(words: int, new: str) -> None:
    wire = WiredReader()
    wire.lay(BOOK)
    wire.lay(APART)
    pad = reader(wire)
    pad.inventory()
    wire.misbehave("torn_write", words=words)
    writes(pad).memory(BOOK, written(new, 0x07))

    assert pad.inventory().keys() == {new, APART}


def test_an_epc_whose_writing_broke_off_where_it_begins_a_neighbours_waits_until_that_is_away() -> None:
    wire = WiredReader()
    wire.lay(BOOK)
    wire.lay(OTHER, afi=0x07)
    pad = reader(wire)
    pad.inventory()
    wire.misbehave("torn_write", words=1)
    with pytest.raises(MemoryNotVerifiedError):
        writes(pad).memory(BOOK, written("1CC04FC7", 0x07))
    neighbour = wire.tag(OTHER)["memory"]
    wire.device.do({"do": "lift", "uids": [OTHER]})
    pad.inventory()

    assert neighbour == written(OTHER, 0x07).hex()
    assert writes(pad).memory(BOOK, written("1CC04FC7", 0x07)) == "1CC04FC7"


def test_an_epc_that_is_not_kept_is_not_verified() -> None:
    wire = WiredReader()
    wire.lay(BOOK)
    wire.misbehave("write_ignored", times=99)

    with pytest.raises(MemoryNotVerifiedError):
        writes(reader(wire)).memory(BOOK, written(NEW))


@pytest.mark.parametrize("data", [b"\x30\x00", b"\x10\x00\xab\xcd", b"\x00\x00", written("AB" * 32)])
def test_a_control_word_of_another_length_and_an_epc_beyond_reach_are_not_written(data: bytes) -> None:
    wire = WiredReader()
    wire.lay(BOOK)

    with pytest.raises(ValueError, match="control word"):
        reader(wire).set_blocks(BOOK, 0, data)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ((Status.WRONG_PASSWORD,), TagLockedError),
        ((Status.TAG_ERROR, 0x04), TagLockedError),
        ((Status.TAG_ERROR, 0x03), TagUnsupportedError),
        ((Status.NOT_SUPPORTED_BY_TAG,), TagUnsupportedError),
        ((Status.TAG_ERROR, 0x0B), TagUnreadableError),
        ((Status.TAG_ERROR,), TagUnreadableError),
        ((Status.POOR_COMMUNICATION,), TagUnreadableError),
        ((Status.WRONG_LENGTH,), ReaderRefusedError),
    ],
)
def test_what_a_refusal_means_is_told(status: tuple[int, ...], error: type[Exception]) -> None:
    refusal = Uhfreader18Codec.send(reply(Command.WRITE, status[0], bytes(status[1:])))

    def refused(request: bytes, answer: bytes) -> Iterable[bytes]:
        return (refusal if request[2] == Command.WRITE else answer,)

    wire = WiredReader(refused)
    wire.lay(BOOK, afi=0x07)

    with pytest.raises(error):
        reader(wire).set_afi(BOOK, 0xC2)


def test_what_uhf_or_this_reader_has_not_is_refused() -> None:
    pad = reader(WiredReader())

    for ask in (
        pad.dsfid,
        pad.eas,
        lambda uid: pad.set_dsfid(uid, 6),
        lambda uid: pad.set_eas(uid, on=True),
    ):
        with pytest.raises(TagUnsupportedError):
            ask(BOOK)
    assert (pad.air, pad.abilities()) == (Air.UHF, frozenset((Ability.AFI, Ability.MEMORY)))
