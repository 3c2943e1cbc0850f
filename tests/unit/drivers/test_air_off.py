"""A reader that sends nothing by air finds no tag, and refuses whatever is asked of one."""

from collections.abc import Callable

import pytest

from drivers.errors import TagGoneError
from drivers.rfid.air_off import AirOff
from drivers.rfid.tag_reader import TagReader, WireCounters

UID = "E28068940000502458950001"

CALLS: list[Callable[[TagReader], object]] = [
    lambda reader: reader.memory(UID),
    lambda reader: reader.all_memory(UID),
    lambda reader: reader.user_memory(UID),
    lambda reader: reader.afi(UID),
    lambda reader: reader.eas(UID),
    lambda reader: reader.dsfid(UID),
    lambda reader: reader.set_afi(UID, 7),
    lambda reader: reader.set_dsfid(UID, 7),
    lambda reader: reader.set_eas(UID, on=True),
    lambda reader: reader.set_blocks(UID, 0, b""),
]


@pytest.mark.parametrize("call", CALLS)
def test_there_is_no_tag_to_ask_or_to_write(call: Callable[[TagReader], object]) -> None:
    with pytest.raises(TagGoneError):
        call(AirOff(lambda: "reader", WireCounters()))


def test_a_round_asks_who_is_there() -> None:
    asked: list[str] = []

    def identify() -> str:
        asked.append("who")
        return "reader"

    reader = AirOff(identify, WireCounters())

    assert (reader.probe(), reader.inventory(), reader.abilities()) == ("reader", {}, frozenset())
    assert asked == ["who", "who"]
