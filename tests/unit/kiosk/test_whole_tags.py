"""The rest of a tag is read where its first bytes do not tell all, once, and only then."""

import pytest

from drivers.errors import TagGoneError
from drivers.rfid.base import PadReading, TagReading
from drivers.rfid.tagdata import iso28560_2, iso28560_3
from drivers.rfid.tagdata.content import TagContent, TagFormat, Usage
from drivers.rfid.tagdata.rules import DEFAULT_RULES
from kiosk.devices.whole_tags import WholeTags

LONG = iso28560_2.encode(
    TagContent(TagFormat.ISO_28560_2, "TVX.000055/PHULUC/DB/2026", 2, 3, "VN", "QN01-abcdef", usage=Usage.NOT_FOR_LOAN)
).ljust(112, b"\0")
SHORT = iso28560_3.encode(TagContent(TagFormat.ISO_28560_3, "TVX.000001", country="VN", library="QN01"))


class FakePad:
    """Holds one tag's memory; counts how often it was read."""

    def __init__(self, memory: bytes | Exception) -> None:
        self.memory = memory
        self.reads = 0

    async def read_memory(self, uid: str) -> bytes:
        del uid
        self.reads += 1
        if isinstance(self.memory, Exception):
            raise self.memory
        return self.memory


def lying(memory: bytes | None, uid: str = "T1") -> PadReading:
    return PadReading((TagReading(uid, memory, 7, 6),), 0)


async def test_a_tag_that_is_cut_short_is_read_whole_once() -> None:
    pad = FakePad(LONG)
    tags = WholeTags(pad, lambda: DEFAULT_RULES)
    told = [(await tags.completed(lying(LONG[:36]))).tags[0].memory for _ in range(3)]

    assert told == [LONG] * 3
    assert pad.reads == 1


async def test_a_tag_that_was_lifted_or_written_is_read_anew() -> None:
    pad = FakePad(LONG)
    tags = WholeTags(pad, lambda: DEFAULT_RULES)
    await tags.completed(lying(LONG[:36]))
    await tags.completed(PadReading((), 0))
    await tags.completed(lying(LONG[:36]))

    assert pad.reads == 2


@pytest.mark.parametrize("memory", [None, SHORT, bytes(36)], ids=["unreadable", "short", "blank"])
async def test_a_tag_that_tells_all_is_not_read_again(memory: bytes | None) -> None:
    pad = FakePad(LONG)
    told = await WholeTags(pad, lambda: DEFAULT_RULES).completed(lying(memory))

    assert told == lying(memory)
    assert pad.reads == 0


@pytest.mark.parametrize("answer", [TagGoneError("T1"), TimeoutError(), b"another tag by now".ljust(112, b"\0")])
async def test_a_tag_that_cannot_be_read_whole_is_told_as_far_as_it_was(answer: bytes | Exception) -> None:
    told = await WholeTags(FakePad(answer), lambda: DEFAULT_RULES).completed(lying(LONG[:36]))

    assert told == lying(LONG[:36])
