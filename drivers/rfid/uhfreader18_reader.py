"""A UHFReader18 or UHFReader288 as a `TagReader`: a tag is addressed by its whole EPC and names itself before a write.

A tag goes by its EPC; its memory is control word and EPC. Replies name neither tag nor place, so a late one could be
taken for the next one's: after a question without an answer the reader is asked who it is before anything else, for it
answers in order.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from drivers.errors import (
    DeviceLostError,
    LossReason,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Ability
from drivers.rfid.exchange import BytePort, Exchange, Pace
from drivers.rfid.gen2_codec import CONTROL_WORD, Bank, ControlWord, TagErrorCode
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError, WireCounters
from drivers.rfid.uhf_reader import UhfReader
from drivers.rfid.uhfreader18_codec import ANY_READER, Frame, Uhfreader18Codec
from drivers.rfid.uhfreader18_messages import (
    ASK_INFORMATION,
    LAYOUTS,
    MOST_ADDRESSED_WORDS,
    UNANSWERED,
    Access,
    Band,
    Information,
    Layout,
    MessageError,
    Status,
    StatusError,
    UnaskedError,
    information_told,
    inventory,
    read,
    tags_told,
    words_told,
    write,
    written_told,
)

SCAN_TIME: Final = 5
"""Tenths of a second that a reader of the 288 family is given; one of the 18 family takes its own."""

_OVER: Final = 0.075
"""Seconds that an inventory may take longer than the reader's time for it, as the maker says."""

_DEFAULT_SCAN_TIME: Final = 10
_LEAST_SCAN_TIME: Final = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timings:
    """How long to wait, in seconds."""

    first: float = 1.5
    """For the first answer: a Raspberry Pi's newly opened USB port can keep the first byte for a second."""
    answer: float = 0.5
    broken_off: float = 0.1
    """The manual: bytes of a frame at most 15 ms apart. A USB adapter hands on what it has every 16 ms."""


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """What the URL says of the reader."""

    address: int = ANY_READER
    band: Band | None = None
    """Where it must be set to; ``None`` takes it as a person has set it."""
    layout: Layout | None = None
    """``None`` goes by the kind that it tells."""


class UnfinishedError(MessageError):
    """A good frame of an inventory, and not its last."""


class Uhfreader18Reader(UhfReader):
    """A `TagReader`; see the module."""

    most_words = MOST_ADDRESSED_WORDS

    def __init__(self, device: str, port: BytePort, settings: ReaderSettings, timings: Timings | None = None) -> None:
        super().__init__()
        self._device = device
        self._settings = settings
        self._timings = timings or Timings()
        self._exchange = Exchange(device, port, Uhfreader18Codec(), Pace(self._timings.broken_off), MessageError)
        self.counters: WireCounters = self._exchange.counters
        self._layout = settings.layout or Layout.R18
        self._scan_time = SCAN_TIME
        self._in_doubt = False
        self._seen: frozenset[str] = frozenset()
        """The newest inventory."""
        self._fresh: tuple[str, ControlWord] | None = None
        """What the last exchange read of a tag; good for one question."""

    def abilities(self) -> frozenset[Ability]:
        """Name what it can do; EAS would need a password and chips of one maker."""
        return frozenset((Ability.AFI, Ability.MEMORY))

    def probe(self) -> str:
        """Ask who is there, and whether it may send where it stands."""
        told, layout = self._introduced()
        if self._settings.band not in (None, told.band):
            raise DeviceLostError(self._device, LossReason.WRONG_MODE)
        self._layout = layout
        own = told.scan_time if told.scan_time >= _LEAST_SCAN_TIME else _DEFAULT_SCAN_TIME
        self._scan_time = own if layout is Layout.R18 else SCAN_TIME
        return _name(told, layout)

    def identity(self) -> str:
        """Ask who is there; raises `DeviceLostError`. Nothing is changed, nothing sent by air."""
        return _name(*self._introduced())

    def _introduced(self) -> tuple[Information, Layout]:
        told = self._information()
        layout = self._settings.layout or LAYOUTS.get(told.kind)
        if layout is None:
            raise DeviceLostError(self._device, LossReason.WRONG_DEVICE)
        return told, layout

    def _information(self) -> Information:
        for wait in (self._timings.first, self._timings.answer, self._timings.answer):
            with suppress(NoAnswerError, StatusError):
                return self._exchanged(ASK_INFORMATION, wait, information_told)
        strange = self._exchange.tail and not self._exchange.strays
        raise DeviceLostError(self._device, LossReason.WRONG_DEVICE if strange else LossReason.SILENT)

    # Finding

    def inventory(self) -> dict[str, int | None]:
        """Return the tags that are there; UHF knows no DSFID."""
        self._fresh = None
        found: set[str] = set()

        def take(frame: Frame) -> frozenset[str]:
            part = tags_told(frame, self._layout)
            found.update(tag.epc for tag in part.tags)
            if part.more:
                raise UnfinishedError(frame.command)
            return frozenset(found)

        wait = self._scan_time / 10 + _OVER + self._timings.answer
        try:
            self._seen = self._ask(inventory(self._layout, self._scan_time), wait, take)
        except StatusError as error:
            raise ReaderRefusedError from error
        self._names.found(self._seen)
        return dict.fromkeys(self._seen)

    # Reading

    def all_memory(self, uid: str) -> bytes:
        """Return control word and EPC, read from the tag, which so names itself."""
        control = self._sure(uid)
        self._fresh = (uid, control)
        return control.raw() + bytes.fromhex(self._names.of(uid))

    def user_memory(self, uid: str) -> bytes | None:
        """Return none: it is not read."""
        del uid
        return None

    def afi(self, uid: str) -> int | None:
        """Return the AFI in the tag's control word, if it has one."""
        fresh, self._fresh = self._fresh, None
        return fresh[1].afi if fresh is not None and fresh[0] == uid else self._sure(uid).afi

    def eas(self, uid: str) -> bool:
        """Refuse: it is not offered."""
        raise TagUnsupportedError(uid)

    # Writing

    def set_eas(self, uid: str, *, on: bool) -> None:
        """Refuse: it is not offered."""
        del on
        raise TagUnsupportedError(uid)

    # One tag

    @property
    def _found(self) -> Collection[str]:
        return self._seen

    def _sure(self, uid: str) -> ControlWord:
        """Read control word and EPC and make sure by them that this tag and no other answers."""
        self._fresh = None
        name = self._names.of(uid)
        words = 1 + len(name) // 4
        access = Access(name, Bank.EPC, CONTROL_WORD, words)
        told = self._of_tag(uid, read(access), lambda frame: words_told(frame, words), attempts=2)
        control = ControlWord(int.from_bytes(told[:2], "big"))
        if told[2:] != bytes.fromhex(name) or control.epc_bytes != len(told) - 2:
            raise TagUnreadableError(uid)
        return control

    def _write(self, uid: str, data: bytes) -> None:
        """Write words from the control word on, to a tag that has just named itself."""
        access = Access(self._names.of(uid), Bank.EPC, CONTROL_WORD, len(data) // 2, data)
        self._of_tag(uid, write(access), written_told, attempts=1)

    def _of_tag(self, uid: str, request: Frame, understand: Callable[[Frame], T], *, attempts: int) -> T:
        """Ask about one tag; raises as `TagReader` says."""
        name = self._names.of(uid)
        others = self._seen - {name}
        if len(name) // 4 > MOST_ADDRESSED_WORDS or any(other.startswith(name) for other in others):
            raise TagUnreadableError(uid)
        try:
            return self._ask(request, self._timings.answer, understand)
        except StatusError as error:
            if attempts == 1 or error.status not in UNANSWERED:
                raise self._refusal(uid, name, error) from error
        except NoAnswerError:
            if attempts == 1:
                raise
        return self._of_tag(uid, request, understand, attempts=attempts - 1)

    def _refusal(self, uid: str, name: str, error: StatusError) -> Exception:
        """Return what a refusal means for the tag."""
        if error.status in UNANSWERED:
            self.inventory()
            return TagUnreadableError(uid) if name in self._seen else TagGoneError(uid)
        if error.status == Status.WRONG_PASSWORD or error.tag == TagErrorCode.LOCKED:
            return TagLockedError(uid)
        if error.status == Status.NOT_SUPPORTED_BY_TAG or error.tag == TagErrorCode.OVERRUN:
            return TagUnsupportedError(uid)
        return TagUnreadableError(uid) if error.status == Status.TAG_ERROR else ReaderRefusedError()

    # The wire

    def _ask(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Ask; after a question without an answer make sure first that none is still to come."""
        if self._in_doubt:
            with suppress(StatusError):  # a refusal is an answer too
                self._exchanged(ASK_INFORMATION, self._timings.answer, information_told)
        self._in_doubt = True
        try:
            told = self._exchanged(request, wait, understand)
        except StatusError:
            self._in_doubt = False
            raise
        self._in_doubt = False
        return told

    def _exchanged(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        addressed = Frame(request.command, request.data, self._settings.address)
        try:
            return self._exchange.ask(Uhfreader18Codec.send(addressed), wait, understand)
        except UnaskedError as error:
            raise DeviceLostError(self._device, LossReason.WRONG_MODE) from error


def _name(told: Information, layout: Layout) -> str:
    return f"UHFReader{layout.value} kind {told.kind:02X} V{told.version}"
