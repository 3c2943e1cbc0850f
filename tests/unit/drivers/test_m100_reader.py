"""A UHF module asked and answered without a wire: what it is told, what it finds and reads, and what is given up."""

from collections.abc import Iterable

import pytest

from drivers.errors import (
    DeviceLostError,
    LossReason,
    TagUnsupportedError,
)
from drivers.rfid.m100_codec import M100Codec
from drivers.rfid.m100_messages import Command, Region, response
from drivers.rfid.m100_poll import Finds
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from tests.support.m100 import BOOK, OTHER, WiredModule, reader
from tests.support.threem import Wire

PASSWORD = bytes.fromhex("0000ffff")


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


def test_what_belongs_to_no_poll_ends_none() -> None:
    finds = Finds({BOOK})
    finds.take(response(Command.REGION, b"\x03"))

    assert (finds.enough, finds.stopped, finds.tags) == (False, False, {})
