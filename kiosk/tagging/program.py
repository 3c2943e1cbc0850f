"""``kiosk tag``: the tagging station at a terminal, with the pad and scanner of ``kiosk.toml``.

Scan a label, lay the book down, wait for "done", go on. Whatever was done stands in a record on disk, so the work may
be stopped at any book and goes on from there.
"""

import argparse
import asyncio
import contextlib
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from drivers.barcode.base import BarcodeScanner
from drivers.rfid.base import Air, PadReading, RfidPad
from drivers.rfid.tagdata.content import TagDataError, TagFormat
from drivers.rfid.tagdata.detect import detect
from drivers.rfid.tagdata.encode import DSFIDS
from kiosk.config import KioskConfig, load
from kiosk.devices.kept import Devices, devices_of
from kiosk.session.events import DeviceBack, DeviceLost, Event
from kiosk.session.values import Device, Language
from kiosk.tagging.record import Record, RecordError, complete, done, read_record
from kiosk.tagging.station import Station, StationRules
from kiosk.tagging.words import Action, Fault, Note, SecureTag, SeenTag, Tell, Tone, WriteTag
from kiosk.tagging.writer import TagWriter, WritingRules
from kiosk.terminal import typed_lines
from kiosk.texts import Texts, load_texts
from settings.errors import FaultyFileError

WRONG: Final = 2
_BELL: Final = "\a"
_RATE_OVER: Final = 20
"""Books over which the rate is told: long enough to be steady, short enough to show a better way of working."""
_SKIP: Final = frozenset(("skip", "bỏ qua", "bo qua"))
_QUIT: Final = frozenset(("quit", "exit", "thoát", "thoat"))
_SET: Final = ("set ", "bộ ", "bo ", "set-")


def main(argv: Sequence[str]) -> int:
    """Run the station until it is told to stop; 2 where it cannot begin, 1 where its record cannot be written."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.left and options.list is None:
        parser.error("--left needs --list: which numbers are there to be tagged?")
    try:
        config = load(options.config)
        devices = devices_of(config, options.config)
        rules = _rules(config, options)
        wanted = None if options.list is None else _numbers(options.list)
    except FaultyFileError as error:
        sys.stderr.writelines(f"{error.path}: {problem}\n" for problem in error.problems)
        return WRONG
    except ValueError as error:
        sys.stderr.write(f"kiosk tag: {error}\n")
        return WRONG
    texts = load_texts()[Language(options.language or config.language)]
    path = options.record or config.state_folder / "tagging.csv"
    try:
        if options.left:
            there = complete(read_record(path))
            sys.stdout.writelines(f"{number}\n" for number in wanted or () if number not in there)
            return 0
        with Record(path) as record:
            program = TaggingProgram(
                config, devices, record=record, rules=rules, wanted=wanted, texts=texts, out=sys.stdout
            )
            asyncio.run(program.run(typed_lines(sys.stdin)))
    except RecordError as error:
        return _unrecorded(error, texts)
    except ExceptionGroup as problems:  # the parts of the program end together
        unrecorded = problems.subgroup(RecordError)
        if unrecorded is None:
            raise
        return _unrecorded(unrecorded.exceptions[0], texts)
    return 0


def _unrecorded(error: Exception, texts: Texts) -> int:
    sys.stderr.write(texts.say("tag.no_record", problem=str(error)) + "\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk tag", description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, default=Path("/etc/library-kiosk/kiosk.toml"))
    parser.add_argument("--owner", default="", help="identifier written to the tags; the first of tags.owners")
    parser.add_argument("--format", default="iso28560-3", choices=[each.value for each in DSFIDS], help="of HF tags")
    parser.add_argument("--list", type=Path, help="the numbers that are to be tagged, one a line")
    parser.add_argument("--left", action="store_true", help="print which numbers of the list have no tag yet, and end")
    parser.add_argument("--record", type=Path, help="default: tagging.csv in the kiosk's state folder")
    parser.add_argument("--language", choices=[each.value for each in Language], help="default: that of kiosk.toml")
    return parser


def _rules(config: KioskConfig, options: argparse.Namespace) -> WritingRules:
    """Say how tags are written; raises `ValueError` where none could be."""
    first = config.tags.owners[0]
    owner = options.owner or (first if isinstance(first, str) else first.isil)
    if config.devices.rfid is None or not owner:
        raise ValueError("a pad and a first owner in kiosk.toml are needed to write tags")
    rules = WritingRules(owner, TagFormat(options.format), config.tags.scheme)
    try:
        rules.check()
    except TagDataError as error:
        raise ValueError(f"the owner {owner!r} does not fit a tag of the format {options.format}") from error
    return rules


def _numbers(path: Path) -> dict[str, None]:
    """Read the list, each number once, in order; raises `ValueError` where it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is no text in UTF-8; save the list anew as UTF-8, one number a line") from error
    return dict.fromkeys(number for line in lines if (number := line.strip()))


class TaggingProgram:
    """Joins the station to pad, scanner, keyboard, record and terminal."""

    def __init__(  # noqa: PLR0913 - the parts of one program, joined here and nowhere else
        self,
        config: KioskConfig,
        devices: Devices,
        *,
        record: Record,
        rules: WritingRules,
        wanted: dict[str, None] | None,
        texts: Texts,
        out: TextIO,
    ) -> None:
        self._config = config
        self._devices = devices
        self._record = record
        self._wanted = wanted
        self._texts = texts
        self._out = out
        self._writer = TagWriter(devices.pad, rules)
        former = {each.isil for each in config.tags.owners if not isinstance(each, str) and each.former}
        self._station = Station(
            StationRules(rules.owner, config.numbers, frozenset(former), wanted),
            done(record.lines),
            complete(record.lines),
        )
        self._airs: dict[str, Air] = {}
        self._inputs: asyncio.Queue[Callable[[], Iterable[Action]]] = asyncio.Queue()
        self._finished: deque[float] = deque(maxlen=_RATE_OVER)
        self._over = asyncio.Event()

    async def run(self, typed: AsyncIterator[str]) -> None:
        """Work until told to quit, or, where nothing else scans, until there is no more input."""
        self._greet()
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._devices.pad.keep(self._hear_pad, self._device_event)),
                *(
                    group.create_task(slot.keep(self._hear_scanner, self._device_event))
                    for slot in self._devices.scanners
                ),
                group.create_task(self._hear_keyboard(typed)),
                group.create_task(self._work()),
            ]
            try:
                await self._over.wait()
            except asyncio.CancelledError:  # Ctrl-C
                self._print(self._texts.say("tag.bye"))
                raise
            for task in tasks:
                task.cancel()
        self._print(self._texts.say("tag.bye"))

    def _greet(self) -> None:
        if self._record.lines:
            self._print(self._texts.say("tag.resumed", file=self._record.name, done=str(len(self._station.tagged))))
        if self._record.damaged:
            self._print(self._texts.say("tag.damaged", count=str(len(self._record.damaged))))
        self._print(self._texts.say("tag.help"))
        self._inputs.put_nowait(self._station.begin)

    async def _work(self) -> None:
        while True:
            actions = list((await self._inputs.get())())
            while actions:
                actions = [following for action in actions for following in await self._do(action)]

    async def _do(self, action: Action) -> tuple[Action, ...]:
        match action:
            case Tell():
                self._tell(action)
            case Note():
                await asyncio.to_thread(self._record.add, action, datetime.now(self._config.zone))
                self._count(action)
            case WriteTag(uid) | SecureTag(uid):
                answer = await self._writer.carry_out(action, self._airs.get(uid, Air.HF))
                if isinstance(answer, Fault):
                    return self._station.failed(uid, answer)
                return self._station.written(uid, answer)
        return ()

    async def _hear_pad(self, pad: RfidPad) -> None:
        async for reading in pad.readings():
            self._inputs.put_nowait(partial(self._laid, reading))

    async def _hear_scanner(self, scanner: BarcodeScanner) -> None:
        async for reading in scanner.readings():
            self._inputs.put_nowait(partial(self._said, reading.text))

    async def _hear_keyboard(self, typed: AsyncIterator[str]) -> None:
        async with contextlib.aclosing(typed):  # type: ignore[type-var]  # every caller gives a generator
            async for line in typed:
                self._inputs.put_nowait(partial(self._said, line))
        if not self._devices.scanners:
            self._inputs.put_nowait(self._quit)

    def _said(self, text: str) -> Iterable[Action]:
        words = text.strip()
        lower = words.lower()
        if lower in _QUIT:
            return self._quit()
        if lower in _SKIP:
            return self._station.skip()
        prefix = next((each for each in _SET if lower.startswith(each)), None)
        if prefix is not None and lower.removeprefix(prefix).isdecimal():
            return self._station.parts(int(lower.removeprefix(prefix)))
        return self._station.label(words) if words else ()

    def _laid(self, reading: PadReading) -> Iterable[Action]:
        return self._station.tags(self._seen(reading))

    def _quit(self) -> Iterable[Action]:
        self._over.set()
        return ()

    def _seen(self, reading: PadReading) -> list[SeenTag]:
        self._airs = {tag.uid: tag.air for tag in reading.tags}
        return [
            SeenTag(
                tag.uid,
                None if tag.memory is None else detect(tag.memory, tag.dsfid, air=tag.air, user_memory=tag.user_memory),
                tag.air,
            )
            for tag in reading.tags
        ]

    def _device_event(self, event: Event) -> None:
        match event:
            case DeviceLost(Device.PAD):
                self._print(self._texts.say("tag.pad_lost"), Tone.BAD)
            case DeviceBack(Device.PAD):
                self._print(self._texts.say("tag.pad_back"))
            case DeviceLost():
                self._print(self._texts.say("tag.scanner_lost"), Tone.BAD)
            case DeviceBack():
                self._print(self._texts.say("tag.scanner_back"))
            case _:
                pass

    def _tell(self, told: Tell) -> None:
        words = self._texts.say(
            told.say.value, item=told.item_id, found=told.found, part=str(told.part), parts=str(told.parts)
        )
        self._print(words, told.tone)

    def _count(self, note: Note) -> None:
        if not note.outcome.done or note.content.part < note.content.parts:
            return
        self._finished.append(time.monotonic())
        count = len(self._station.tagged)
        if self._wanted is None:
            self._print(self._texts.say("tag.progress", done=str(count), rate=self._rate()))
            return
        left = len(self._wanted.keys() - self._station.tagged)
        self._print(self._texts.say("tag.progress_left", done=str(count), left=str(left), rate=self._rate()))

    def _rate(self) -> str:
        """Books an hour over the last ones; a mark before the second."""
        if len(self._finished) < 2:  # noqa: PLR2004 - a rate needs two moments
            return "?"
        return str(round(3600 * (len(self._finished) - 1) / max(1e-3, self._finished[-1] - self._finished[0])))

    def _print(self, words: str, tone: Tone = Tone.CALM) -> None:
        mark = {Tone.CALM: " ", Tone.GOOD: "+", Tone.BAD: "!"}[tone]
        bell = {Tone.CALM: "", Tone.GOOD: _BELL, Tone.BAD: _BELL * 2}[tone]
        self._out.write(f"{bell}{mark} {words}\n")
        self._out.flush()
