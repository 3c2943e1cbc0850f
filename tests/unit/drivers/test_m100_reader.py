"""A UHF module asked and answered without a wire: what it is told, whose tag it writes, and what is given up."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from drivers.rfid.base import Ability, Air
from drivers.rfid.gen2_codec import ControlWord
from drivers.rfid.m100_codec import M100Codec
from drivers.rfid.m100_exchange import ModuleTimings
from drivers.rfid.m100_messages import Command, Region, response
from drivers.rfid.m100_reader import M100Reader, ModuleSettings
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from drivers.rfid.verified import VerifiedWrites
from tests.support.m100 import WiredModule
from tests.support.threem import Wire

BOOK = "E28068940000502458950001"
OTHER = "E28068940000502458950002"
NEW = "1CC04FC70BADB5C6E2DA1DED"
PASSWORD = bytes.fromhex("0000ffff")
QUICK = ModuleTimings(first=0.05, answer=0.05, poll=0.05, quiet=0.01, dwell=0.5, broken_off=0.01)


def reader(wire: Wire, **asked: object) -> M100Reader:
    given_settings = ModuleSettings(**{"region": Region.EU, **asked})  # type: ignore[arg-type]  # a test's short hand
    return M100Reader("/dev/pad", wire, given_settings, QUICK)


def writes(module: M100Reader) -> VerifiedWrites:
    return VerifiedWrites(module, lambda _: None)


def written(epc: str, afi: int | None = None) -> bytes:
    raw = bytes.fromhex(epc)
    return ControlWord.of_epc(len(raw), afi).raw() + raw


def test_a_module_tells_what_it_is_and_takes_what_it_is_told() -> None:
    module = WiredModule()

    assert reader(module, power_dbm=15).probe() == "MagicRf M100 26dBm V1.0 V2.3.5"
    assert (module.state()["region"], module.state()["power"], module.state()["hopping"]) == (Region.EU, 1500, True)


def test_a_module_keeps_its_power_where_none_is_asked() -> None:
    module = WiredModule()
    reader(module).probe()

    assert module.state()["power"] == 2000


@pytest.mark.parametrize("asked", [{"region": Region.KR}, {"power_dbm": 33}])
def test_a_module_that_does_not_take_its_region_or_power_is_not_worked(asked: dict[str, object]) -> None:
    module = WiredModule()
    if "region" in asked:
        module.misbehave("refuses_region")

    with pytest.raises(DeviceLostError) as caught:
        reader(module, **asked).probe()

    assert caught.value.reason is LossReason.WRONG_MODE


def test_a_module_that_says_yes_and_stays_in_another_region_is_not_worked() -> None:
    def elsewhere(_: bytes, answer: bytes) -> Iterable[bytes]:
        return (M100Codec.send(response(Command.REGION, b"\x02")),) if answer[2] == Command.REGION else (answer,)

    with pytest.raises(DeviceLostError) as caught:
        reader(WiredModule(elsewhere)).probe()

    assert caught.value.reason is LossReason.WRONG_MODE


def test_a_module_that_tells_neither_maker_nor_software_is_one_all_the_same() -> None:
    module = WiredModule(lambda request, answer: (answer,) if request[2] != 3 or request[5] == 0 else ())

    assert reader(module).probe() == "M100 26dBm V1.0"


def test_a_module_that_was_left_polling_is_stopped() -> None:
    polling = True

    def change(request: bytes, answer: bytes) -> Iterable[bytes]:
        nonlocal polling
        polling = polling and request[2] != Command.STOP_POLL
        return () if polling else (answer,)

    module = WiredModule(change)
    module.misbehave("unsolicited", uid=BOOK)

    assert reader(module).probe().startswith("MagicRf")


def test_a_silent_line_is_no_module() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: ())).probe()

    assert caught.value.reason is LossReason.SILENT


def test_something_else_on_the_line_is_the_wrong_device() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: (b"login: ",))).probe()

    assert caught.value.reason is LossReason.WRONG_DEVICE


def test_a_module_that_falls_silent_while_it_is_told_is_lost() -> None:
    module = WiredModule(lambda request, answer: () if request[2] == Command.SET_REGION else (answer,))

    with pytest.raises(DeviceLostError) as caught:
        reader(module).probe()

    assert caught.value.reason is LossReason.SILENT


def test_tags_are_found_once_each_and_weak_ones_do_not_lie_there() -> None:
    module = WiredModule()
    module.lay(BOOK, rssi_below_zero=45)
    module.lay(OTHER, rssi_below_zero=70)

    assert reader(module).inventory() == {BOOK: None, OTHER: None}
    assert reader(module, rssi_min=-60).inventory() == {BOOK: None}


def test_no_tags_are_no_error() -> None:
    assert reader(WiredModule()).inventory() == {}


def test_a_tag_whose_own_checksum_is_wrong_is_not_believed() -> None:
    module = WiredModule()
    module.lay(BOOK)
    module.misbehave("unsound", uid=BOOK, times=1)
    pad = reader(module)

    assert pad.inventory() == {}
    assert pad.inventory() == {BOOK: None}


def test_a_module_that_names_its_aerial_is_understood() -> None:
    module = WiredModule()
    module.lay(BOOK)
    module.misbehave("aerial")

    assert reader(module).inventory() == {BOOK: None}


def test_channels_that_are_all_taken_are_the_modules_refusal() -> None:
    module = WiredModule()
    module.lay(BOOK)
    module.misbehave("busy")

    with pytest.raises(ReaderRefusedError):
        reader(module).inventory()


def test_a_poll_is_whole_though_its_stop_is_not_answered() -> None:
    module = WiredModule()
    module.lay(BOOK)
    module.misbehave("stop_unanswered")

    assert reader(module).inventory() == {BOOK: None}


def test_a_module_that_answers_nothing_is_asked_again_and_given_up_in_the_end() -> None:
    pad = reader(Wire(lambda _: ()))
    for _ in range(2):
        with pytest.raises(NoAnswerError):
            pad.inventory()
    with pytest.raises(DeviceLostError):
        pad.inventory()

    assert pad.counters.unanswered == 3


def test_a_frame_cut_short_hides_none_behind_it() -> None:
    module = WiredModule(lambda _, answer: (answer[:-4],) if answer[1] == 2 else (answer,))
    module.lay(BOOK)

    assert reader(module).inventory() == {}


def test_the_memory_is_control_word_and_epc() -> None:
    module = WiredModule()
    module.lay(BOOK, afi=0x07, user="0641")
    pad = reader(module)

    assert pad.memory(BOOK).hex().upper() == "3507" + BOOK
    assert (pad.afi(BOOK), pad.user_memory(BOOK)) == (0x07, None)


def test_the_afi_is_asked_of_the_tag_once_the_memory_is_no_longer_fresh() -> None:
    module = WiredModule()
    module.lay(BOOK, afi=0x07)
    pad = reader(module)
    pad.memory(BOOK)
    asked = len(module.sent)

    assert pad.afi(BOOK) == 0x07
    assert len(module.sent) == asked

    module.lay(BOOK, afi=0xC2)

    assert pad.afi(BOOK) == 0xC2


def test_a_tag_without_an_afi_has_none_and_is_given_none() -> None:
    module = WiredModule()
    module.lay(BOOK)
    pad = reader(module)

    assert pad.afi(BOOK) is None
    with pytest.raises(TagUnsupportedError):
        pad.set_afi(BOOK, 0xC2)
    assert module.tag(BOOK)["afi"] is None


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


@pytest.mark.parametrize("words", [1, 5, 16, 32, 63, 80])
def test_the_user_bank_is_read_to_its_end_or_its_cap(words: int) -> None:
    bank = bytes(range(words)) + bytes(reversed(range(words)))
    module = WiredModule()
    module.lay(BOOK, user=bank.hex())

    assert reader(module, user=True).user_memory(BOOK) == bank[:128]


def test_a_tag_without_a_user_bank_has_none() -> None:
    module = WiredModule()
    module.lay(BOOK)

    assert reader(module, user=True).user_memory(BOOK) is None


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


def test_more_tags_get_more_rounds_and_a_poll_ends_when_all_that_lay_there_were_found_twice() -> None:
    module = WiredModule()
    for number in range(20):
        module.lay(f"{number:024X}")
    pad = reader(module)
    first, second = pad.inventory(), pad.inventory()
    asked = [request[6:8] for request in module.sent if request[2] == Command.MULTI_POLL]

    assert (len(first), first, asked) == (20, second, [b"\0\x04", b"\0\x0e"])


def test_what_a_poll_says_after_it_was_stopped_is_heard_too() -> None:
    module = WiredModule()
    for epc in (BOOK, OTHER):
        module.lay(epc)
    pad = reader(module)
    pad.inventory()
    pad.inventory()

    assert pad.counters.damaged == 0
