"""pyscard's result codes become what drivers know; the reader that is meant is found; what is said is written down."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drivers import pcsc_codes as codes
from drivers.emulators.pcsc_reader import ACR122U, ACR1552U
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from drivers.pcsc_port import CardGoneError, ReaderState, ScardService, chosen_reader, recorded
from tests.support.pcsc_service import EmulatedCardService

SAM = "ACS ACR1552 1S CL Reader SAM 00 01"


class FakeScard:
    """pyscard's bare functions, each with a result code first; ``fails`` names a function and its code."""

    def __init__(self, fails: str = "", code: int = 0) -> None:
        self._fails = fails
        self._code = code
        self.calls: list[tuple[Any, ...]] = []
        self.state = 0x00010022

    def __getattr__(self, name: str) -> int:
        value: int = getattr(codes, name)
        return value

    def _result(self, name: str, *arguments: Any, gives: tuple[Any, ...] = ()) -> Any:
        self.calls.append((name, *arguments))
        code = self._code if name == self._fails else 0
        return (code, *gives) if gives else code

    def SCardEstablishContext(self, scope: int) -> Any:  # noqa: N802 - pyscard's own name
        return self._result("establish", scope, gives=("context",))

    def SCardListReaders(self, context: str, groups: list[str]) -> Any:  # noqa: N802 - pyscard's own name
        return self._result("list", context, groups, gives=([ACR122U],))

    def SCardGetStatusChange(self, context: str, wait: int, states: list[Any]) -> Any:  # noqa: N802 - the same
        return self._result("wait", context, wait, states, gives=([(states[0][0], self.state, [])],))

    def SCardConnect(self, context: str, reader: str, share: int, protocols: int) -> Any:  # noqa: N802 - the same
        return self._result("connect", context, reader, share, protocols, gives=("card", 2))

    def SCardTransmit(self, card: str, protocol: int, command: list[int]) -> Any:  # noqa: N802 - the same
        return self._result("transmit", card, protocol, command, gives=([0x04, 0xA2, 0x90, 0x00],))

    def SCardDisconnect(self, card: str, how: int) -> Any:  # noqa: N802 - the same
        return self._result("disconnect", card, how)

    def SCardCancel(self, context: str) -> Any:  # noqa: N802 - the same
        return self._result("cancel", context)

    def SCardReleaseContext(self, context: str) -> Any:  # noqa: N802 - the same
        return self._result("release", context)


def service(*readers: str) -> EmulatedCardService:
    emulated = EmulatedCardService()
    for reader in readers:
        emulated.plug(reader)
    return emulated


def test_a_card_is_waited_for_spoken_to_and_let_be() -> None:
    scard = FakeScard()
    found = ScardService(scard, "pcsc://")
    state = found.state(ACR122U, ReaderState(0x00000010), 0.25)
    link = found.connect(*found.readers())
    answer = link.transmit(bytes.fromhex("ffca000000"))
    for close in (link.close, link.close, found.close, found.close):
        close()
    found.interrupt()

    assert (state, state.card) == (ReaderState(0x00010020), True)
    assert answer.hex() == "04a29000"
    assert scard.calls == [
        ("establish", 0),
        ("wait", "context", 250, [(ACR122U, 0x10)]),
        ("list", "context", []),
        ("connect", "context", ACR122U, 2, 3),
        ("transmit", "card", 2, [0xFF, 0xCA, 0, 0, 0]),
        ("disconnect", "card", 0),
        ("release", "context"),
    ]


def test_the_first_look_does_not_wait() -> None:
    scard = FakeScard()
    ScardService(scard, "pcsc://").state(ACR122U, None, 9)

    assert scard.calls[-1] == ("wait", "context", 0, [(ACR122U, 0)])


@pytest.mark.parametrize(("raw", "card"), [(0x20, True), (0x220, False), (0x10, False), (0x122, True)])
def test_a_card_that_is_mute_is_none(raw: int, *, card: bool) -> None:
    assert ReaderState(raw).card is card


def test_nothing_that_changes_is_what_was_known() -> None:
    known = ReaderState(0x20)

    assert ScardService(FakeScard("wait", codes.SCARD_E_TIMEOUT), "pcsc://").state(ACR122U, known, 1) == known


def test_no_readers_are_no_error() -> None:
    assert ScardService(FakeScard("list", codes.SCARD_E_NO_READERS_AVAILABLE), "pcsc://").readers() == ()


@pytest.mark.parametrize(
    "code",
    [
        codes.SCARD_W_REMOVED_CARD,
        codes.SCARD_W_RESET_CARD,
        codes.SCARD_W_UNRESPONSIVE_CARD,
        codes.SCARD_E_NO_SMARTCARD,
        codes.SCARD_E_NOT_TRANSACTED,
    ],
)
@pytest.mark.parametrize("where", ["connect", "transmit"])
def test_a_card_that_left_is_gone_and_the_reader_is_not(where: str, code: int) -> None:
    found = ScardService(FakeScard(where, code), "pcsc://")

    with pytest.raises(CardGoneError):
        found.connect(ACR122U).transmit(b"")


@pytest.mark.parametrize(
    ("where", "code", "reason"),
    [
        ("establish", codes.SCARD_E_NO_SERVICE, LossReason.NOT_THERE),
        ("wait", codes.SCARD_E_SERVICE_STOPPED, LossReason.NOT_THERE),
        ("wait", codes.SCARD_E_UNKNOWN_READER, LossReason.UNPLUGGED),
        ("wait", codes.SCARD_E_CANCELLED, LossReason.CLOSED),
        ("connect", codes.SCARD_E_SHARING_VIOLATION, LossReason.IN_USE),
        ("connect", codes.SCARD_E_TIMEOUT, LossReason.SILENT),
        ("establish", codes.SCARD_W_SECURITY_VIOLATION, LossReason.NOT_ALLOWED),
    ],
)
def test_a_reader_that_is_not_to_be_had_says_why(where: str, code: int, reason: LossReason) -> None:
    with pytest.raises(DeviceLostError) as caught:
        look(lambda: ScardService(FakeScard(where, code), "pcsc://"))

    assert caught.value.reason is reason


def look(make: Callable[[], ScardService]) -> None:
    found = make()
    found.state(ACR122U, ReaderState(0x10), 1)
    found.connect(ACR122U)


def test_a_reader_that_is_unplugged_while_it_is_waited_for_is_lost() -> None:
    scard = FakeScard()
    scard.state = 0x0A
    with pytest.raises(DeviceLostError) as caught:
        ScardService(scard, "pcsc://").state(ACR122U, ReaderState(0x10), 1)

    assert caught.value.reason is LossReason.UNPLUGGED


def test_an_interrupted_service_waits_no_more() -> None:
    scard = FakeScard()
    found = ScardService(scard, "pcsc://")
    found.interrupt()
    with pytest.raises(DeviceLostError) as caught:
        found.state(ACR122U, None, 1)

    assert caught.value.reason is LossReason.CLOSED
    assert scard.calls == [("establish", 0), ("cancel", "context")]


def test_the_reader_that_is_meant_is_found_by_a_part_of_its_name() -> None:
    assert chosen_reader("pcsc://", "", service(ACR122U)) == ACR122U
    assert chosen_reader("pcsc://acr1552", "acr1552", service(ACR122U, SAM, ACR1552U)) == ACR1552U
    assert chosen_reader("pcsc://", "", service(SAM, ACR1552U)) == ACR1552U
    assert chosen_reader("pcsc://", "", service(SAM)) == SAM


def test_several_readers_are_named_and_none_is_guessed() -> None:
    with pytest.raises(DeviceUrlError) as caught:
        chosen_reader("pcsc://", "", service(ACR122U, ACR1552U))

    assert (caught.value.part, caught.value.allowed) == ("name", (ACR122U, ACR1552U))


@pytest.mark.parametrize("part", ["", "omnikey"])
def test_a_reader_that_is_not_plugged_in_is_not_there(part: str) -> None:
    with pytest.raises(DeviceLostError) as caught:
        chosen_reader(f"pcsc://{part}", part, service(*(() if not part else (ACR122U,))))

    assert caught.value.reason is LossReason.NOT_THERE


def test_what_is_said_to_cards_is_written_down(tmp_path: Path) -> None:
    emulated = service(ACR122U)
    written = recorded(emulated, tmp_path / "card.txt", "pcsc://")
    assert written.readers() == (ACR122U,)
    before = written.state(ACR122U, None, 0)
    emulated.show(ACR122U, bytes.fromhex("04a2b3c4"))
    written.state(ACR122U, before, 1)
    link = written.connect(ACR122U)
    link.transmit(bytes.fromhex("ffca000000"))
    link.close()
    written.interrupt()
    written.close()

    lines = [line.partition(" ")[2] for line in (tmp_path / "card.txt").read_text().splitlines()]
    assert lines[2:] == [
        "open",
        f"! readers: {ACR122U}",
        "! card: no",
        "! card: yes",
        "> ffca000000",
        "< 04a2b3c49000",
        "close",
    ]
    assert (emulated.closed, emulated.open_links) == (True, 0)


def test_a_recording_that_cannot_be_written_is_a_wrong_url(tmp_path: Path) -> None:
    emulated = service(ACR122U)
    with pytest.raises(DeviceUrlError) as caught:
        recorded(emulated, tmp_path, "pcsc://")

    assert (caught.value.part, emulated.closed) == ("spy", True)


def test_without_pyscard_the_url_says_that_its_driver_cannot_be_used() -> None:
    asked = (
        "import sys; sys.modules['smartcard'] = None\n"
        "from drivers.errors import DeviceUrlError\n"
        "from drivers.registry import installed_registry\n"
        "for make in (installed_registry().pad, installed_registry().card_reader):\n"
        "    try: make('pcsc://')\n"
        "    except DeviceUrlError as error: print(error.part)\n"
    )

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.split() == ["driver", "driver"]


def test_with_pyscard_pad_and_card_reader_reach_the_systems_service(tmp_path: Path) -> None:
    """In a process of its own: a stand-in for pyscard that has a reader and no card."""
    package = tmp_path / "smartcard"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "scard.py").write_text(
        "from tests.unit.drivers.test_pcsc_port import FakeScard\n"
        "import sys\n"
        "fake = FakeScard()\n"
        "fake.state = 0x10\n"
        "sys.modules[__name__] = fake\n"
    )
    asked = (
        "import asyncio, sys\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "from drivers.registry import installed_registry\n"
        "async def main():\n"
        "    for device in (installed_registry().pad('pcsc://ACR122?poll_ms=50'),\n"
        f"                   installed_registry().card_reader('spy+pcsc://?spy={tmp_path}/card.txt')):\n"
        "        async with device:\n"
        "            print(device.health().identity)\n"
        "asyncio.run(main())\n"
    )

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False, timeout=60)

    assert (done.stderr, done.stdout.splitlines()) == ("", [ACR122U, ACR122U])
    assert (tmp_path / "card.txt").read_text().endswith("close\n")
