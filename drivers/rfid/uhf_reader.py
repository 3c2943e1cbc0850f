"""What every UHF reader does alike as a `TagReader`: a tag is its control word and its EPC, and goes by that EPC.

Before each write the tag is asked for its control word, so that it and no other has just answered. One whose writing
broke off may go by half of the new EPC and half of the old: it is looked for.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from contextlib import suppress

from drivers.errors import TagError, TagUnsupportedError
from drivers.rfid.base import Air
from drivers.rfid.epc_names import EpcNames
from drivers.rfid.gen2_codec import ControlWord
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError


class UhfReader(ABC):
    """A `TagReader` but for its protocol."""

    air = Air.UHF
    most_words: int
    """Words of the longest EPC by which a tag can be addressed."""

    def __init__(self) -> None:
        self._names = EpcNames()

    @abstractmethod
    def inventory(self) -> Mapping[str, int | None]:
        """Return the tags that are there."""

    @abstractmethod
    def all_memory(self, uid: str) -> bytes:
        """Return control word and EPC, read from the tag."""

    @property
    @abstractmethod
    def _found(self) -> Collection[str]:
        """The EPCs of the newest inventory."""

    @abstractmethod
    def _sure(self, uid: str) -> ControlWord:
        """Make sure by reading its control word that a tag and no other answers."""

    @abstractmethod
    def _write(self, uid: str, data: bytes) -> None:
        """Write words from the control word on, once, to a tag that `_sure` has just heard."""

    def memory(self, uid: str) -> bytes:
        """Return control word and EPC, read from the tag."""
        return self.all_memory(uid)

    def dsfid(self, uid: str) -> int:
        """Refuse: there is none."""
        raise TagUnsupportedError(uid)

    def set_dsfid(self, uid: str, value: int) -> None:
        """Refuse: there is none."""
        del value
        raise TagUnsupportedError(uid)

    def set_afi(self, uid: str, value: int) -> None:
        """Write the low byte of the control word; a tag whose control word has no AFI is left as it is."""
        control = self._sure(uid)
        if control.afi is None:
            raise TagUnsupportedError(uid)
        self._write(uid, control.with_afi(value).raw())

    def set_blocks(self, uid: str, first: int, data: bytes) -> None:
        """Write control word and EPC, whose length the control word says; the tag then goes by that EPC."""
        control, new = ControlWord(int.from_bytes(data[:2], "big")), data[2:].hex().upper()
        if first or len(data) - 2 != control.epc_bytes or not 0 < len(new) // 4 <= self.most_words:
            raise ValueError(f"a control word and the EPC of its length, at most {self.most_words} words, are needed")
        before = self._found
        try:
            self._sure(uid)
            self._write(uid, data)
        except (TagError, NoAnswerError, ReaderRefusedError):
            self._find_torn(uid, new, before)
            raise
        self._names.whole(uid)

    def _find_torn(self, uid: str, new: str, before: Collection[str]) -> None:
        """Learn by which EPC a tag goes whose writing broke off."""
        with suppress(NoAnswerError, ReaderRefusedError):
            self.inventory()
            self._names.broke_off(uid, new, before, self._found)
