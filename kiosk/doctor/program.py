"""``kiosk doctor``: finds what is connected, tries it with your help, names what is wrong, proposes ``[devices]``."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from drivers.errors import DeviceError, DeviceLostError, DeviceUrlError, LossReason, PaperOutError, PrinterError
from drivers.registry import Family, Registry, installed_registry
from kiosk.config import load
from kiosk.doctor.examine import LISTEN_S, prints, tag_on, usable, which_speaks
from kiosk.doctor.host import GROUP_OF, SCREEN_GROUP, Host, Port, PortKind
from kiosk.doctor.identify import PATIENCE_S, Found, Silent, Trouble, identify
from kiosk.session.values import Language
from kiosk.terminal import typed_lines
from kiosk.texts import Texts, load_texts
from settings.errors import FaultyFileError

_KEY: Final = {Family.RFID: "rfid", Family.CARD: "card", Family.PRINTER: "printer"}
_TROUBLE: Final = {
    LossReason.NOT_ALLOWED: "doctor.not_allowed",
    LossReason.IN_USE: "doctor.in_use",
    LossReason.WRONG_MODE: "doctor.wrong_mode",
    LossReason.NOT_THERE: "doctor.not_there",
}
LONGEST_WAIT_S: Final = 3600.0
"""Nobody fetches a book for longer."""
_WHY: Final = {
    LossReason.NOT_THERE: "doctor.why_not_there",
    LossReason.IN_USE: "doctor.why_in_use",
    LossReason.UNPLUGGED: "doctor.why_unplugged",
    LossReason.SILENT: "doctor.why_silent",
    LossReason.WRONG_DEVICE: "doctor.why_wrong_device",
    LossReason.WRONG_MODE: "doctor.why_wrong_mode",
    LossReason.CLOSED: "doctor.why_unplugged",
    LossReason.NOT_ALLOWED: "doctor.why_not_allowed",
}
_YES: Final = frozenset(("y", "yes", "c", "có", "co", ""))


class Person(Protocol):
    """Whoever stands there."""

    def say(self, words: str) -> None:
        """Show a line."""
        ...

    async def ask(self, words: str) -> str | None:
        """Show a question and give the line that is typed; ``None``: nobody answers any more."""
        ...


@dataclass(slots=True)
class Findings:
    """What came out."""

    devices: dict[str, list[str]] = field(default_factory=dict)
    """Key of ``[devices]`` -> URLs that work."""
    troubles: int = 0

    def add(self, key: str, url: str) -> None:
        """Note a device that works."""
        urls = self.devices.setdefault(key, [])
        if url not in urls:
            urls.append(url)

    def lines(self) -> list[str]:
        """Give the lines for ``kiosk.toml``; of what it takes one of, the others as remarks, unfinished ones last."""
        lines = ["[devices]"]
        for key, found in self.devices.items():
            urls = sorted(found, key=lambda url: url.endswith("="))
            if key == "barcode" and len(urls) > 1:
                lines.append(f"barcode = [{', '.join(_quoted(url) for url in urls)}]")
                continue
            lines.append(f"{key} = {_quoted(urls[0])}")
            lines += [f"# {key} = {_quoted(url)}" for url in urls[1:]]
        return lines


def main(argv: Sequence[str]) -> int:
    """Examine this machine: 0 where nothing is wrong, 1 where something is."""
    parser = argparse.ArgumentParser(prog="kiosk doctor", description=__doc__)
    parser.add_argument("--config", type=Path, help="also say what of this kiosk.toml is not there")
    parser.add_argument("--no-questions", action="store_true", help="only what needs nobody's help")
    parser.add_argument("--language", choices=[each.value for each in Language], default=Language.VIETNAMESE.value)
    parser.add_argument("--wait", type=_seconds, default=LISTEN_S, help="seconds to wait for a label, a card or a book")
    options = parser.parse_args(argv)
    texts = load_texts()[Language(options.language)]

    async def examine() -> int:
        terminal = Terminal(typed_lines(sys.stdin))
        doctor = Doctor(Host(), installed_registry(), texts, terminal, wait=options.wait)
        return await doctor.examine(options.config, questions=not options.no_questions)

    return asyncio.run(examine())


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= LONGEST_WAIT_S:
        raise argparse.ArgumentTypeError(f"1 to {LONGEST_WAIT_S:.0f} seconds, not {text}")
    return seconds


class Terminal:
    """The person at the terminal."""

    def __init__(self, typed: AsyncIterator[str]) -> None:
        self._typed = typed

    def say(self, words: str) -> None:
        """Show a line."""
        sys.stdout.write(words + "\n")
        sys.stdout.flush()

    async def ask(self, words: str) -> str | None:
        """Show a question and wait for a line."""
        self.say(words)
        line = await anext(self._typed, None)
        return None if line is None else line.strip().lower()


class Doctor:
    """Looks, asks, tries and tells."""

    def __init__(  # noqa: PLR0913 - the parts of one program
        self,
        host: Host,
        registry: Registry,
        texts: Texts,
        person: Person,
        *,
        wait: float = LISTEN_S,
        patience: float = PATIENCE_S,
    ) -> None:
        self._host = host
        self._registry = registry
        self._texts = texts
        self._person = person
        self._wait = wait
        self._patience = patience
        self._findings = Findings()
        self._pads: list[str] = []
        """Those that a book can be laid on."""

    async def examine(self, config: Path | None = None, *, questions: bool = True) -> int:
        """Do all of it; 0 where nothing is wrong, 1 where something is."""
        self._machine()
        silent = await self._ports()
        if config is not None:
            await self._configured(config)
        if questions:
            await self._with_help(silent)
        else:
            self._perhaps(silent)
        self._propose()
        return 1 if self._findings.troubles else 0

    def _machine(self) -> None:
        for name in self._host.meddlers():
            self._trouble("doctor.meddler", program=name, package=name.lower())
        for group in self._host.missing_groups():
            self._trouble("doctor.group", group=group, user=self._host.user())
        if not self._host.has_graphics():
            self._trouble("doctor.graphics", group=SCREEN_GROUP, user=self._host.user())

    async def _ports(self) -> list[Port]:
        ports = self._host.ports()
        if not ports:
            self._trouble("doctor.nothing")
        answers = await self._answers([port for port in ports if port.kind in (PortKind.SERIAL, PortKind.PRINTER)])
        silent: list[Port] = []
        for port in ports:
            if port in answers:
                if await self._told(port, answers[port]):
                    silent.append(port)
            elif port.allowed:
                silent.append(port)
            else:
                self._trouble("doctor.not_allowed", port=port.path, group=GROUP_OF[port.kind], program="")
        return silent

    async def _answers(self, ports: list[Port]) -> dict[Port, Found | Trouble | Silent]:
        """Ask at all of them at once: a silent one takes a quarter of a minute."""
        async with asyncio.TaskGroup() as group:
            asked = {}
            for port in ports:
                self._say("doctor.asking", port=port.path)
                asked[port] = group.create_task(identify(port, self._registry, self._patience))
        return {port: task.result() for port, task in asked.items()}

    async def _told(self, port: Port, answer: Found | Trouble | Silent) -> bool:
        """Say what was found; ``True``: somebody must still be asked to use it."""
        match answer:
            case Found(path, family, url, identity):
                self._say("doctor.found", port=path, identity=identity, url=url)
                self._findings.add(_KEY[family], url)
                if answer.unfinished:
                    self._say("doctor.fill_in", port=path, region=self._choices(url))
                else:
                    self._pads += [url] if family is Family.RFID else []
                return False
            case Trouble(path, reason, holder):
                self._trouble(_TROUBLE[reason], port=path, group=GROUP_OF[port.kind], program=holder or "?")
                return False
            case Silent(path):
                self._say("doctor.silent", port=path)
                return True

    def _choices(self, url: str) -> str:
        """Name what may be filled in at the end of a pad's unfinished line."""
        try:
            self._registry.pad(url)
        except DeviceUrlError as error:
            return ", ".join(error.allowed)
        raise AssertionError("a line that is whole")

    async def _configured(self, path: Path) -> None:
        """Try every device of a ``kiosk.toml``."""
        try:
            config = load(path)
        except FaultyFileError as error:
            for problem in error.problems:
                self._trouble("doctor.config", file=str(error.path), problem=problem)
            return
        made: dict[str, tuple[Callable[[str], Any], tuple[str | None, ...]]] = {
            "rfid": (self._registry.pad, (config.devices.rfid,)),
            "barcode": (self._registry.scanner, config.devices.scanners),
            "card": (self._registry.card_reader, (config.devices.card,)),
            "printer": (self._registry.printer, (config.devices.printer,)),
            "gpio": (self._registry.board, (config.devices.gpio,)),
        }
        for key, (make, urls) in made.items():
            for url in urls:
                if url is not None:
                    await self._opens(key, url, make)

    async def _opens(self, key: str, url: str, make: Callable[[str], Any]) -> None:
        try:
            async with asyncio.timeout(self._patience), make(url):
                self._say("doctor.opens", role=key, url=url)
                if key == _KEY[Family.RFID] and _place(url) not in map(_place, self._pads):
                    self._pads.append(url)
        except (DeviceError, TimeoutError) as error:
            self._trouble("doctor.opens_not", role=key, url=url, reason=self._why(error))

    def _why(self, error: DeviceError | TimeoutError) -> str:
        """Say in words why a device cannot be used."""
        match error:
            case DeviceLostError():
                return self._texts.say(_WHY[error.reason])
            case TimeoutError():
                return self._texts.say("doctor.why_silent")
            case PaperOutError():
                return self._texts.say("doctor.why_no_paper")
            case PrinterError():
                return self._texts.say("doctor.why_stopped")
            case _:  # the words name what stands in kiosk.toml, and what may stand there
                return str(error)

    async def _with_help(self, silent: list[Port]) -> None:
        for url in self._pads:
            await self._try_pad(url)
        taken: set[str] = set()
        for question, candidates in (("doctor.scan", _scanners(silent)), ("doctor.show_card", _card_readers(silent))):
            if not await self._listen(question, candidates, taken):
                return
        for url in self._findings.devices.get("printer", []):
            await self._try_printer(url)

    async def _listen(self, question: str, candidates: list[tuple[str, str]], taken: set[str]) -> bool:
        """Hear who speaks until nobody does; ``False``: nobody answers questions any more."""
        while listening := usable([each for each in candidates if _place(each[1]) not in taken], self._registry):
            if await self._person.ask(self._texts.say(question, seconds=f"{self._wait:.0f}")) is None:
                return False
            heard = await which_speaks(listening, self._registry, self._wait)
            if heard is None:
                self._say("doctor.nobody_spoke")
                return True
            self._say("doctor.spoke", role=heard.kind, url=heard.url)
            self._findings.add(heard.kind, heard.url)
            taken.add(_place(heard.url))
        return True

    async def _try_pad(self, url: str) -> None:
        if await self._person.ask(self._texts.say("doctor.lay", seconds=f"{self._wait:.0f}")) is None:
            return
        try:
            tag = await tag_on(url, self._registry, self._wait)
        except DeviceError:
            self._trouble("doctor.lost", url=url)
            return
        if tag is None:
            self._trouble("doctor.no_tag", url=url)
        elif tag.format:
            afi = "?" if tag.afi is None else f"{tag.afi:02X}"
            self._say("doctor.tag", item=tag.item_id, owner=tag.owner or "?", form=tag.format, afi=afi)
        else:
            self._say("doctor.tag_blank" if tag.blank else "doctor.tag_unknown")

    async def _try_printer(self, url: str) -> None:
        try:
            await prints(url, self._registry, self._texts.say("doctor.slip"))
        except DeviceError as error:
            self._trouble("doctor.printer", url=url, reason=self._why(error))
            return
        answer = await self._person.ask(self._texts.say("doctor.slip_good"))
        if answer is not None and answer not in _YES:
            self._trouble("doctor.printer_letters", url=url)

    def _perhaps(self, silent: list[Port]) -> None:
        for kind, url in usable([*_scanners(silent), *_card_readers(silent)], self._registry):
            self._say("doctor.perhaps", role=kind, url=url)

    def _propose(self) -> None:
        if self._findings.devices:
            self._say("doctor.propose")
            for line in self._findings.lines():
                self._person.say(line)
        self._say("doctor.well" if not self._findings.troubles else "doctor.unwell")

    def _say(self, key: str, **parts: str) -> None:
        self._person.say(self._texts.say(key, **parts))

    def _trouble(self, key: str, **parts: str) -> None:
        self._findings.troubles += 1
        self._person.say(f"! {self._texts.say(key, **parts)}")


def _card_readers(ports: Sequence[Port]) -> list[tuple[str, str]]:
    """Give the card readers that may speak at ports where nobody answers."""
    found: list[tuple[str, str]] = []
    for port in ports:
        match port.kind:
            case PortKind.SERIAL:
                found.append(("card", f"rdm6300://{port.path}"))
            case PortKind.KEYS:
                found.append(("card", f"evdev://{port.path}"))
            case PortKind.CAMERA | PortKind.PRINTER | PortKind.PINS:
                pass
    return found


def _scanners(ports: Sequence[Port]) -> list[tuple[str, str]]:
    """Give the scanners that may speak at ports where nobody answers."""
    found: list[tuple[str, str]] = []
    for port in ports:
        match port.kind:
            case PortKind.SERIAL:
                found.append(("barcode", f"serial://{port.path}"))
            case PortKind.KEYS:
                found.append(("barcode", f"evdev://{port.path}"))
            case PortKind.CAMERA:
                found.append(("barcode", f"camera://{port.node.removeprefix('/dev/video')}"))
            case PortKind.PRINTER | PortKind.PINS:
                pass
    return found


def _place(url: str) -> str:
    return url.partition("://")[2].partition("?")[0]


def _quoted(url: str) -> str:
    escaped = url.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
