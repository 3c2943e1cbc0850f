"""A UHF module (M100, QM100, R200) as a `TagReader`: polls for inventories, select before each read and write.

A tag goes by its EPC; its memory is control word and EPC. With ISO 28560-4 the alarm's AFI is the low byte of the
control word. NXP's EAS alarm is a call to all tags at once: it is told of one tag only while no other lies there.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
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
from drivers.rfid.exchange import BytePort
from drivers.rfid.gen2_codec import (
    CONTROL_AT_BIT,
    CONTROL_WORD,
    EPC_AT_BIT,
    MOST_EPC_WORDS,
    Bank,
    ControlWord,
    TagErrorCode,
)
from drivers.rfid.m100_codec import Frame, M100Codec
from drivers.rfid.m100_exchange import M100Exchange, ModuleTimings
from drivers.rfid.m100_messages import (
    ASK_REGION,
    EAS_ALARM,
    HOPPING_ON,
    MOST_MASK_BYTES,
    NO_PASSWORD,
    STOP_POLL,
    UNANSWERED,
    Access,
    Command,
    ErrorCode,
    Mask,
    ModuleRefusedError,
    Region,
    Sighting,
    TagAnswer,
    alarm_told,
    change_eas,
    done,
    multi_poll,
    number_told,
    read,
    select,
    set_power,
    set_region,
    tag_done,
    words_told,
    write,
)
from drivers.rfid.m100_poll import Finds
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError, WireCounters
from drivers.rfid.uhf_reader import UhfReader

MOST_USER_WORDS: Final = 64
"""Of the user bank: 1,024 bits; the largest of library tags have 512."""

_USER_STEP: Final = 16

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ModuleSettings:
    """What is asked of the module; the region has no default, for the law has none."""

    region: Region
    power_dbm: int | None = None
    """``None`` leaves what the module has."""
    rssi_min: int | None = None
    """dBm below which a tag counts as not on the pad."""
    user: bool = False
    """Read the user bank too."""
    password: bytes = field(default=NO_PASSWORD, repr=False)
    """The tags' access password, four bytes; without one there is no EAS."""


class M100Reader(UhfReader):
    """A `TagReader`; see the module."""

    most_words = MOST_EPC_WORDS

    def __init__(
        self, device: str, port: BytePort, settings: ModuleSettings, timings: ModuleTimings | None = None
    ) -> None:
        super().__init__()
        self._device = device
        self._settings = settings
        self._timings = timings or ModuleTimings()
        self._exchange = M100Exchange(device, port, self._timings)
        self.counters: WireCounters = self._exchange.counters
        self._seen: dict[str, Sighting] = {}
        """The newest inventory, weak tags too, each at its strongest."""
        self._selected: Mask | None = None
        self._fresh: tuple[str, ControlWord] | None = None
        """What the last exchange read of a tag; good for one question."""

    def abilities(self) -> frozenset[Ability]:
        """Name what it can do; NXP's chips take a change of their EAS bit only with a password."""
        eas = frozenset((Ability.EAS,)) if self._settings.password != NO_PASSWORD else frozenset[Ability]()
        return frozenset((Ability.AFI, Ability.MEMORY)) | eas

    # Opening

    def probe(self) -> str:
        """Ask who is there, and say where it stands and how strongly it may send."""
        identity = self._exchange.identity()
        settings = self._settings
        try:
            self._put(set_region(settings.region), lambda frame: done(frame, Command.SET_REGION))
            if self._put(ASK_REGION, lambda frame: number_told(frame, Command.REGION, 1)) != settings.region:
                raise DeviceLostError(self._device, LossReason.WRONG_MODE)
            self._put(HOPPING_ON, lambda frame: done(frame, Command.SET_HOPPING))
            if settings.power_dbm is not None:
                self._put(set_power(settings.power_dbm), lambda frame: done(frame, Command.SET_POWER))
        except ModuleRefusedError as error:
            raise DeviceLostError(self._device, LossReason.WRONG_MODE) from error
        except NoAnswerError as error:
            raise DeviceLostError(self._device, LossReason.SILENT) from error
        return identity

    # Finding

    def inventory(self) -> dict[str, int | None]:
        """Return the tags that are strong enough; UHF knows no DSFID."""
        self._poll()
        least = self._settings.rssi_min
        return {epc: None for epc, tag in self._seen.items() if least is None or tag.rssi >= least}

    def _poll(self) -> None:
        """Find what lies there, weak or not."""
        self._fresh = None
        finds = Finds(self._seen.keys())
        self._exchange.poll(multi_poll(finds.rounds), STOP_POLL, finds)
        if finds.refusal is not None and not finds.tags:
            raise ReaderRefusedError from finds.refusal
        self._seen = finds.tags
        self._names.found(finds.tags)

    # Reading

    def all_memory(self, uid: str) -> bytes:
        """Return control word and EPC, read from the tag."""
        name = self._names.of(uid)
        answer = self._read(uid, Access(Bank.EPC, CONTROL_WORD, 1 + len(name) // 4))
        control = ControlWord(int.from_bytes(answer.data[:2], "big"))
        self._fresh = (uid, control)
        return answer.data[: 2 + control.epc_bytes]

    def user_memory(self, uid: str) -> bytes | None:
        """Return the user bank as far as it goes, read in steps that halve where it ends."""
        if not self._settings.user or not self._control(uid).has_user_memory:
            return None
        told, step = b"", _USER_STEP
        while step and len(told) < MOST_USER_WORDS * 2:
            try:
                told += self._read(uid, Access(Bank.USER, len(told) // 2, step)).data
            except TagUnsupportedError:
                step //= 2
        return told or None

    def afi(self, uid: str) -> int | None:
        """Return the AFI in the tag's control word, if it has one."""
        return self._control(uid).afi

    def eas(self, uid: str) -> bool:
        """Ask all tags for an alarm, twice, between questions to this one; raises `TagUnreadableError` among others.

        An alarm while other tags lie there may be any one's; one that is heard but once is an alarm.
        """
        self._sure(uid)
        for _ in range(2):
            if self._alarms():
                self._poll()
                if self._seen.keys() - {self._names.of(uid)}:
                    raise TagUnreadableError(uid)
                return True
            self._sure(uid)
        return False

    # Writing

    def set_eas(self, uid: str, *, on: bool) -> None:
        """Set or clear the EAS bit of an NXP chip."""
        self._sure(uid)
        self._change(uid, change_eas(on=on, password=self._settings.password), Command.CHANGE_EAS)

    # One tag

    @property
    def _found(self) -> Collection[str]:
        return self._seen.keys()

    def _alarms(self) -> bool:
        """Say whether any tag answers the alarm."""
        try:
            self._ask(EAS_ALARM, self._timings.answer, alarm_told)
        except ModuleRefusedError as error:
            if error.code != ErrorCode.NO_EAS_ALARM:
                raise ReaderRefusedError from error
            return False
        return True

    def _control(self, uid: str) -> ControlWord:
        """Return a tag's control word, as the last exchange read it or by asking."""
        fresh, self._fresh = self._fresh, None
        if fresh is not None and fresh[0] == uid:
            return fresh[1]
        return ControlWord(int.from_bytes(self._read(uid, Access(Bank.EPC, CONTROL_WORD, 1)).data, "big"))

    def _sure(self, uid: str) -> ControlWord:
        """Select a tag anew and make sure by reading its control word that it and no other answers."""
        self._selected = self._fresh = None
        return self._control(uid)

    def _read(self, uid: str, access: Access) -> TagAnswer:
        """Read words, and once more where that fails."""
        return self._of_tag(uid, read(access), lambda frame: words_told(frame, access.words), attempts=2)

    def _write(self, uid: str, data: bytes) -> None:
        """Write words from the control word on."""
        access = Access(Bank.EPC, CONTROL_WORD, len(data) // 2, data, self._settings.password)
        self._change(uid, write(access), Command.WRITE)

    def _change(self, uid: str, request: Frame, code: Command) -> None:
        """Change something of a tag that `_sure` has just heard."""
        try:
            self._of_tag(uid, request, lambda frame: tag_done(frame, code), attempts=1)
        finally:
            self._selected = self._fresh = None

    def _of_tag(
        self, uid: str, request: Frame, understand: Callable[[Frame], TagAnswer], *, attempts: int
    ) -> TagAnswer:
        """Select a tag, ask it, and return its answer; raises as `TagReader` says."""
        name = self._names.of(uid)
        mask = self._mask(uid, name)
        for left in reversed(range(attempts)):
            try:
                if mask != self._selected:
                    self._put(select(mask), lambda frame: done(frame, Command.SELECT, Command.SELECT_MODE))
                    self._selected = mask
                answer = self._ask(request, self._timings.answer, understand)
            except ModuleRefusedError as error:
                if not left or error.code not in UNANSWERED:
                    raise self._refusal(uid, name, error) from error
            except NoAnswerError:
                if not left:
                    raise
            else:
                if answer.epc == name:
                    return answer
            self._selected = None
        raise TagUnreadableError(uid)

    def _mask(self, uid: str, name: str) -> Mask:
        """Return what is this tag's alone among those that lie there."""
        others = [tag for tag in self._seen.values() if tag.epc != name]
        for mask in self._masks(bytes.fromhex(name), self._seen.get(name)):
            if mask.data and not any(mask.fits(other.control, other.epc) for other in others):
                return mask
        raise TagUnreadableError(uid)

    @staticmethod
    def _masks(epc: bytes, seen: Sighting | None) -> Iterator[Mask]:
        """Give pieces of an EPC, its end first; at last its beginning with the control word, which has the length."""
        for start in range(max(0, len(epc) - MOST_MASK_BYTES), -1, -2):
            yield Mask(EPC_AT_BIT + start * 8, epc[start : start + MOST_MASK_BYTES])
        if seen is not None:
            yield Mask(CONTROL_AT_BIT, (seen.control.raw() + epc)[:MOST_MASK_BYTES])

    def _refusal(self, uid: str, name: str, error: ModuleRefusedError) -> Exception:
        """Return what a module's refusal means for the tag."""
        if error.code in UNANSWERED:
            self._poll()
            return TagUnreadableError(uid) if name in self._seen else TagGoneError(uid)
        if error.code == ErrorCode.ACCESS or error.tag == TagErrorCode.LOCKED:
            return TagLockedError(uid)
        if error.tag == TagErrorCode.OVERRUN:
            return TagUnsupportedError(uid)
        return ReaderRefusedError() if error.tag is None else TagUnreadableError(uid)

    # The wire

    def _put(self, request: Frame, understand: Callable[[Frame], T]) -> T:
        """Ask, and once more when no answer came: for what does no harm twice."""
        try:
            return self._ask(request, self._timings.answer, understand)
        except NoAnswerError:
            return self._ask(request, self._timings.answer, understand)

    def _ask(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        return self._exchange.ask(M100Codec.send(request), wait, understand)
