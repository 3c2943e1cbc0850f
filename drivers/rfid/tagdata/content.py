"""What a tag's memory can say, in whatever data model it was written."""

import re
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from drivers.errors import DeviceError

LABEL: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z $%*+./:_-]*[0-9A-Za-z$%*+./:_-])?")
"""What labels bear: the letters of Code 39 and Codabar, and small ones. Where no checksum vouches for a number, it must
look like this."""


class TagFormat(StrEnum):
    """The data models that are known."""

    ISO_28560_3 = "iso28560-3"
    """The Danish model, 32 or 34 bytes with a checksum."""
    ISO_28560_2 = "iso28560-2"
    """Elements by ISO/IEC 15962, without a checksum."""
    RFID501 = "3m-rfid501"
    """3M's model, 32 bytes without a checksum."""
    ISO_28560_4 = "iso28560-4-mb01"
    """UHF: number and owner in the EPC bank (MB01), elements as of ISO 28560-2 in the user bank."""
    CN_UNIVERSITY = "cn-university-uhf"
    """UHF tags of Chinese universities: known by their look and not read."""
    RAW_EPC = "raw-epc"
    """UHF: a number in the EPC, found by the site's own pattern."""
    ASCII = "ascii"
    """Nothing but a number in plain letters from block 0."""


class Usage(IntEnum):
    """What the tagged thing is for, by the numbers of ISO 28560-3."""

    ACQUISITION = 0
    CIRCULATING = 1
    NOT_FOR_LOAN = 2
    LOCAL_3 = 3
    LOCAL_4 = 4
    FUTURE_5 = 5
    UNKNOWN = 6
    DISCARDED = 7
    PATRON_CARD = 8
    EQUIPMENT = 9


class TagWarning(StrEnum):
    """What is odd about a tag that can be read all the same."""

    BLOCKS_REVERSED = "blocks_reversed"
    """Each block of four bytes came last byte first, as some readers hand it on."""
    NIBBLES_SWAPPED = "nibbles_swapped"
    """The usage stands in the high half of the first byte."""
    PARTS_SWAPPED = "parts_swapped"
    """The part's number stood where the number of parts belongs."""
    NO_ITEM_ID = "no_item_id"
    TEXT_NOT_UTF8 = "text_not_utf8"
    """Read as Latin-1."""
    TEXT_AFTER_END = "text_after_end"
    """Bytes behind the zero that ends a text; they are left out."""
    USAGE_UNKNOWN = "usage_unknown"
    EXTENSION_DAMAGED = "extension_damaged"
    """An extension block's length or check byte is wrong; it and what follows is left out."""
    ELEMENT_CUT_OFF = "element_cut_off"
    """The memory ends before the elements do; what stands beyond is not known. More of the tag may have to be read."""
    ELEMENT_UNREADABLE = "element_unreadable"
    """The owner cannot be read; it is left out."""
    ELEMENT_NOT_LISTED = "element_not_listed"
    """An element stands there that the content parameter does not name."""
    USER_BANK_NOT_READ = "user_bank_not_read"
    """A UHF tag says that its user bank holds something, and it was not read."""
    USER_BANK_UNREADABLE = "user_bank_unreadable"
    BANKS_DISAGREE = "banks_disagree"
    """Owner or parts are others in the user bank than in the EPC bank, which counts."""
    EXTENDED_CONTROL_WORD = "extended_control_word"
    """A UHF tag has a second control word (XPC), which is not read."""
    LAYOUT_NOT_READ = "layout_not_read"
    """The data model is known by its look, and its content is not read."""


class Damage(StrEnum):
    """Why a tag's memory says nothing."""

    TOO_SHORT = "too_short"
    CHECKSUM = "checksum"
    """It looks like ISO 28560-3 and its checksum is wrong."""
    UNKNOWN_FORMAT = "unknown_format"
    ELEMENT = "element"
    """It begins as ISO 28560-2 does and its elements make no sense."""
    FIELD = "field"
    """A field cannot be written or read: too long, or not of its alphabet."""
    NOT_ACCEPTED = "not_accepted"
    """It can be read, and the site accepts no tags of that data model."""


class TagDataError(DeviceError, ValueError):
    """A tag's memory cannot be read, or a content cannot be written, in a data model."""

    def __init__(self, damage: Damage, part: str = "") -> None:
        super().__init__(damage, part)
        self.damage = damage
        self.part = part
        """The field that is wrong, where it is known."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension block of ISO 28560-3."""

    number: int
    """1 library, 2 acquisition, 3 supplement, 4 title, 5 interlibrary loan; others are local."""
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TagContent:
    """What a readable tag says."""

    format: TagFormat
    item_id: str = field(repr=False)
    """The number of the thing, or of the patron where `usage` is a card; may be empty or hold any character."""
    part: int = 1
    parts: int = 1
    """This tag is number ``part`` of ``parts`` that make the item; a tag that stands for a whole set is 1 of 1."""
    country: str = ""
    """Of the owner, two letters by ISO 3166, as written; may be empty."""
    library: str = ""
    """Of the owner, within its country; may be empty. RFID501: ``BRANCH/LIBRARY`` in decimal, such as ``3/1048575``."""
    usage: Usage = Usage.CIRCULATING
    warnings: tuple[TagWarning, ...] = ()
    extensions: tuple[Extension, ...] = ()
    """Those that lie wholly in the memory that was read."""

    @property
    def isil(self) -> str:
        """The owner's international identifier, such as ``DK-718500``; empty where the tag names no owner."""
        return f"{self.country}-{self.library}" if self.country and self.library else ""

    @property
    def owner(self) -> str:
        """The owner in one text: its international identifier, else what the tag says of it; may be empty."""
        return self.isil or self.library or self.country


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing was ever written: all zeros, or the pattern that the maker leaves."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something stands there that no data model explains."""

    damage: Damage
