"""Readers behind the system's PC/SC service (pcscd): which there are, whether a card lies there, what it answers.

The one module that knows pyscard, an optional extra: ``pip install library-kiosk[pcsc]``. An emulated service is
reached through a socket (`drivers.pcsc_bridge`), with all that stands here between it and the drivers.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from drivers.device_url import DeviceUrl
from drivers.errors import DeviceLostError, DeviceUrlError, DriverMissingError, LossReason
from drivers.pcsc_bridge import BridgedScard
from drivers.pcsc_codes import (
    SCARD_STATE_CHANGED,
    SCARD_STATE_MUTE,
    SCARD_STATE_PRESENT,
    SCARD_STATE_UNAVAILABLE,
    SCARD_STATE_UNKNOWN,
)
from drivers.spy import Recording

_GONE: Final = SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE
_NO_WAIT: Final = 0
SERVICE_OPTION: Final = "service"
_BUILT_IN: Final = " SAM "
"""In the name of a slot for a built-in chip, by which the ACR1552U shows itself a second time."""


class CardGoneError(Exception):
    """No card lies there, or it does not speak: look again later."""


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What lies on a reader; two differ also when a card was away in between."""

    raw: int = 0
    """The bits of PC/SC, the upper sixteen a count of changes."""

    @property
    def card(self) -> bool:
        """Whether a card lies there that speaks."""
        return bool(self.raw & SCARD_STATE_PRESENT) and not self.raw & SCARD_STATE_MUTE


class CardLink(Protocol):
    """A card that lies there."""

    def transmit(self, command: bytes) -> bytes:
        """Return the answer with its status; raises `CardGoneError`, `DeviceLostError`."""
        ...

    def close(self) -> None:
        """Let the card be; twice is harmless."""
        ...


class CardService(Protocol):
    """The service; it belongs to one thread, `interrupt` is for any. All raise `DeviceLostError`."""

    def readers(self) -> tuple[str, ...]:
        """Name the readers that are plugged in."""
        ...

    def state(self, reader: str, known: ReaderState | None, seconds: float) -> ReaderState:
        """Return what lies there, waiting at most so long for it to differ from ``known``."""
        ...

    def connect(self, reader: str) -> CardLink:
        """Speak to the card that lies there; raises `CardGoneError`."""
        ...

    def interrupt(self) -> None:
        """Make this and every later wait raise soon."""
        ...

    def close(self) -> None:
        """Give everything back; twice is harmless."""
        ...


def chosen_reader(url: str, part: str, service: CardService) -> str:
    """Return the reader whose name has ``part`` in it, in capitals or not; with no part the only one.

    Raises `DeviceLostError` where there is none, and `DeviceUrlError`, naming them, where there are several.
    """
    named = [name for name in service.readers() if part.casefold() in name.casefold()]
    fitting = [name for name in named if _BUILT_IN not in name] or named
    if not fitting:
        raise DeviceLostError(url, LossReason.NOT_THERE)
    if len(fitting) > 1:
        raise DeviceUrlError(url, "name", tuple(fitting))
    return fitting[0]


def service_named(parts: DeviceUrl) -> Callable[[], CardService]:
    """Return how to reach the system's service, or the one whose socket is the URL's ``service``.

    Raises `DeviceUrlError`, and `DriverMissingError` where the system's is meant and pyscard is not installed.
    """
    socket = parts.text(SERVICE_OPTION, "")
    if not socket:
        functions = _pyscard(parts.url)
    elif not socket.startswith("/"):
        raise DeviceUrlError(parts.url, SERVICE_OPTION, ("service=/folder/socket",))

    def reach() -> CardService:
        service: CardService = ScardService(BridgedScard(socket) if socket else functions, parts.url)
        return service if parts.recording is None else recorded(service, parts.recording, parts.url)

    return reach


def _pyscard(url: str) -> Any:
    try:
        from smartcard import scard  # noqa: PLC0415 - an optional extra: only a URL that asks for it loads it
    except ImportError as error:
        raise DriverMissingError(url, "driver", ("pip install 'library-kiosk[pcsc]'",)) from error
    return scard


class ScardService:
    """The service by pyscard's bare functions, which give a result code before what they return."""

    def __init__(self, scard: Any, device: str) -> None:
        self._scard = scard
        self._device = device
        self._closing = threading.Event()
        self._context = self._of(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER))
        self._open = True

    def readers(self) -> tuple[str, ...]:
        """Name the readers that are plugged in."""
        scard = self._scard
        result = scard.SCardListReaders(self._context, [])
        if result[0] == scard.SCARD_E_NO_READERS_AVAILABLE:
            return ()
        return tuple(self._of(result))

    def state(self, reader: str, known: ReaderState | None, seconds: float) -> ReaderState:
        """Return what lies there."""
        scard = self._scard
        before = scard.SCARD_STATE_UNAWARE if known is None else known.raw
        wait = _NO_WAIT if known is None else int(seconds * 1000)
        if self._closing.is_set():
            raise DeviceLostError(self._device, LossReason.CLOSED)
        result = scard.SCardGetStatusChange(self._context, wait, [(reader, before)])
        if self._closing.is_set():
            raise DeviceLostError(self._device, LossReason.CLOSED)
        if result[0] == scard.SCARD_E_TIMEOUT and known is not None:
            return known
        ((_, raw, _),) = self._of(result)
        if raw & _GONE:
            raise DeviceLostError(self._device, LossReason.UNPLUGGED)
        return ReaderState(raw & ~SCARD_STATE_CHANGED)

    def connect(self, reader: str) -> CardLink:
        """Speak to the card that lies there."""
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        handle, protocol = self._of(
            scard.SCardConnect(self._context, reader, scard.SCARD_SHARE_SHARED, protocols), several=True
        )
        return _ScardLink(self, handle, protocol)

    def transmit(self, handle: Any, protocol: int, command: bytes) -> bytes:
        """Hand a command to a card."""
        return bytes(self._of(self._scard.SCardTransmit(handle, protocol, list(command))))

    def disconnect(self, handle: Any) -> None:
        """Let a card be."""
        self._scard.SCardDisconnect(handle, self._scard.SCARD_LEAVE_CARD)

    def interrupt(self) -> None:
        """Make waits raise."""
        self._closing.set()
        if self._open:
            self._scard.SCardCancel(self._context)

    def close(self) -> None:
        """Give the context back."""
        if self._open:
            self._open = False
            self._scard.SCardReleaseContext(self._context)

    def _of(self, result: Any, *, several: bool = False) -> Any:
        """Return what stands behind a good result code; raises `CardGoneError`, `DeviceLostError`."""
        scard, code = self._scard, result[0]
        if code == scard.SCARD_S_SUCCESS:
            return result[1:] if several else result[1]
        if code in (
            scard.SCARD_W_REMOVED_CARD,
            scard.SCARD_W_RESET_CARD,
            scard.SCARD_W_UNRESPONSIVE_CARD,
            scard.SCARD_W_UNPOWERED_CARD,
            scard.SCARD_E_NO_SMARTCARD,
            scard.SCARD_E_PROTO_MISMATCH,
            scard.SCARD_E_NOT_TRANSACTED,
            scard.SCARD_F_COMM_ERROR,
        ):
            raise CardGoneError
        reasons = {
            scard.SCARD_E_NO_SERVICE: LossReason.NOT_THERE,
            scard.SCARD_E_TIMEOUT: LossReason.SILENT,
            scard.SCARD_E_SERVICE_STOPPED: LossReason.NOT_THERE,
            scard.SCARD_E_SHARING_VIOLATION: LossReason.IN_USE,
            scard.SCARD_W_SECURITY_VIOLATION: LossReason.NOT_ALLOWED,
            scard.SCARD_E_CANCELLED: LossReason.CLOSED,
        }
        raise DeviceLostError(self._device, reasons.get(code, LossReason.UNPLUGGED))


class _ScardLink:
    """A card by pyscard."""

    def __init__(self, service: ScardService, handle: Any, protocol: int) -> None:
        self._service = service
        self._handle = handle
        self._protocol = protocol
        self._open = True

    def transmit(self, command: bytes) -> bytes:
        """Return the answer."""
        return self._service.transmit(self._handle, self._protocol, command)

    def close(self) -> None:
        """Let the card be."""
        if self._open:
            self._open = False
            self._service.disconnect(self._handle)


def recorded(service: CardService, file: Path, device: str) -> CardService:
    """Return the same service, which writes down what is said to cards; raises `DeviceUrlError`."""
    try:
        return _RecordedService(service, Recording(file, device))
    except OSError as error:
        service.close()
        raise DeviceUrlError(device, "spy") from error


class _RecordedService:
    """A service that writes down what is said and changes nothing."""

    def __init__(self, service: CardService, recording: Recording) -> None:
        self._service = service
        self._recording = recording

    def readers(self) -> tuple[str, ...]:
        """Name the readers."""
        names = self._service.readers()
        self._recording.note(f"readers: {'; '.join(names)}")
        return names

    def state(self, reader: str, known: ReaderState | None, seconds: float) -> ReaderState:
        """Return what lies there."""
        found = self._service.state(reader, known, seconds)
        if found != known:
            self._recording.note(f"card: {'yes' if found.card else 'no'}")
        return found

    def connect(self, reader: str) -> CardLink:
        """Speak to the card."""
        return _RecordedLink(self._service.connect(reader), self._recording)

    def interrupt(self) -> None:
        """Make waits raise."""
        self._service.interrupt()

    def close(self) -> None:
        """Give everything back."""
        self._service.close()
        self._recording.close()


class _RecordedLink:
    """A card whose words are written down."""

    def __init__(self, link: CardLink, recording: Recording) -> None:
        self._link = link
        self._recording = recording

    def transmit(self, command: bytes) -> bytes:
        """Return the answer."""
        self._recording.sent(command)
        answer = self._link.transmit(command)
        self._recording.came(answer)
        return answer

    def close(self) -> None:
        """Let the card be."""
        self._link.close()
