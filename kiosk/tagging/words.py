"""What the station is told, what it orders and what it says; pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.rfid.base import Air
from drivers.rfid.tagdata.detect import Finding


@dataclass(frozen=True, slots=True)
class SeenTag:
    """A tag that lies on the pad now."""

    uid: str
    finding: Finding | None
    """``None``: it cannot be read."""
    air: Air = Air.HF


@dataclass(frozen=True, slots=True)
class Content:
    """What is to stand on a tag."""

    item_id: str = field(repr=False)
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True)
class WriteTag:
    """Write the content, the data format and the alarm "secured", each read back."""

    uid: str
    content: Content


@dataclass(frozen=True, slots=True)
class SecureTag:
    """The content is right: only see to it that the alarm is on."""

    uid: str
    content: Content


class Outcome(StrEnum):
    """What became of a tag; written into the record."""

    WRITTEN = "written"
    CHECKED = "checked"
    """The tag said it already."""
    DIFFERS = "differs"
    """Cover and tag say different things, and it was left so."""
    FOREIGN = "foreign"
    """It belongs to another library and was left alone."""
    LOCKED = "locked"
    """Its memory cannot be written."""
    ALARM_LOCKED = "alarm_locked"
    """Its content is right and its alarm cannot be switched: such a book sets off the gate for ever, or never."""
    FAILED = "failed"
    """It did not hold what was written."""

    @property
    def done(self) -> bool:
        """Whether the item needs nothing more."""
        return self in (Outcome.WRITTEN, Outcome.CHECKED)


@dataclass(frozen=True, slots=True)
class Note:
    """Put a line into the record, on disk before anything else."""

    content: Content
    uid: str
    outcome: Outcome
    found: str = field(default="", repr=False)
    """What the tag said instead, where it differs: a number or an owner."""


class Say(StrEnum):
    """What the person at the station is told; each has its words in both languages."""

    SCAN = "tag.scan"
    SCAN_TO_CHECK = "tag.scan_to_check"
    SCAN_BLANK = "tag.scan_blank"
    LAY = "tag.lay"
    LAY_PART = "tag.lay_part"
    ONE_BY_ONE = "tag.one_by_one"
    TAKE_AWAY = "tag.take_away"
    WRITING = "tag.writing"
    DONE = "tag.done"
    CHECKED = "tag.checked"
    PART_DONE = "tag.part_done"
    NO_LABEL = "tag.no_label"
    IS_CARD = "tag.is_card"
    NOT_LISTED = "tag.not_listed"
    HAS_TAG = "tag.has_tag"
    DIFFERS = "tag.differs"
    OTHER_CONTENT = "tag.other_content"
    FOREIGN = "tag.foreign"
    CARD_TAG = "tag.card_tag"
    UNREADABLE = "tag.unreadable"
    GONE = "tag.gone"
    LOCKED = "tag.locked"
    ALARM_LOCKED = "tag.alarm_locked"
    FAILED = "tag.failed"
    TOO_LONG = "tag.too_long"
    PAD_LOST = "tag.pad_lost"
    PARTS = "tag.parts"
    NOT_PARTS = "tag.not_parts"
    SKIPPED = "tag.skipped"


class Tone(StrEnum):
    """How a word to the person sounds: without looking one hears whether to go on."""

    CALM = "calm"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the person."""

    say: Say
    tone: Tone = Tone.CALM
    item_id: str = field(default="", repr=False)
    found: str = field(default="", repr=False)
    part: int = 1
    parts: int = 1


Action = WriteTag | SecureTag | Note | Tell


class Fault(StrEnum):
    """Why a tag could not be written."""

    GONE = "gone"
    LOCKED = "locked"
    ALARM_LOCKED = "alarm_locked"
    NOT_VERIFIED = "not_verified"
    TOO_LONG = "too_long"
    """The number does not fit the tag or the data model."""
    PAD_LOST = "pad_lost"
