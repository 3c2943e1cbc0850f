"""A PC/SC service in the process of a test: its readers and cards are worked by method calls."""

import threading
from collections.abc import Callable

from drivers.emulators.device import Fact
from drivers.emulators.pcsc_reader import CardAwayError, EmulatedReader
from drivers.errors import DeviceLostError, LossReason
from drivers.pcsc_port import CardGoneError, CardLink, ReaderState


class EmulatedCardService:
    """A `drivers.pcsc_port.CardService`; readers and cards are changed from any thread."""

    def __init__(self) -> None:
        self._readers: dict[str, EmulatedReader] = {}
        self._changed = threading.Condition()
        self._interrupted = False
        self._running = True
        self.looks = 0
        """How often it was asked what lies on a reader."""
        self.open_links = 0
        self.closed = False

    @property
    def asked(self) -> list[bytes]:
        """Give every command that came to a card."""
        return [command for reader in self._readers.values() for command in reader.asked]

    # What a person does

    def plug(self, reader: str, *, hands_through: bool = False) -> None:
        """Plug a reader in."""
        with self._changed:
            self._readers[reader] = EmulatedReader(hands_through)

    def unplug(self, reader: str) -> None:
        """Pull a reader's cable."""
        with self._changed:
            del self._readers[reader]
            self._changed.notify_all()

    def stop(self) -> None:
        """End the service, as an update of it does."""
        with self._changed:
            self._running = False
            self._changed.notify_all()

    def show(self, reader: str, uid: bytes) -> None:
        """Hold a chip to a reader."""
        self._change(reader, lambda found: setattr(found, "uid", uid))

    def take_away(self, reader: str) -> None:
        """Take the chip away."""
        self._change(reader, lambda found: setattr(found, "uid", b""))

    def lay(self, reader: str, *tags: dict[str, Fact]) -> None:
        """Lay tags down; `drivers.emulators.tags` says what one is."""
        self._change(reader, lambda found: found.pad.lay({"tags": [*tags]}))

    def lift(self, reader: str) -> None:
        """Lift all tags."""
        self._change(reader, lambda found: found.pad.lift({}))

    def tag(self, reader: str, uid: str) -> dict[str, Fact]:
        """Give what stands on a tag."""
        with self._changed:
            return self._readers[reader].pad.known[uid].facts(lying=True)

    # What goes wrong

    def misbehave(self, reader: str, what: str, **arguments: Fact) -> None:
        """Let a tag do wrong: what `drivers.emulators.tags` knows."""
        with self._changed:
            self._readers[reader].pad.misbehave({"what": what, **arguments})

    def mute(self, reader: str, *, mute: bool = True) -> None:
        """Let the card lie there and not speak."""
        self._change(reader, lambda found: setattr(found, "mute", mute))

    def answer(self, reader: str, *statuses: int) -> None:
        """Answer the next commands with these statuses and nothing else."""
        with self._changed:
            self._readers[reader].statuses += statuses

    def take_away_after(self, reader: str, commands: int) -> None:
        """Take the card away when so many more commands were answered."""
        with self._changed:
            self._readers[reader].removed_after = commands

    def spoil(self, reader: str, how: Callable[[bytes], bytes] | None) -> None:
        """Change each answer."""
        with self._changed:
            self._readers[reader].spoil = how

    def tell_backwards(self, reader: str) -> None:
        """Tell identifiers of tags least byte first."""
        with self._changed:
            self._readers[reader].backwards = True

    # What a driver does

    def readers(self) -> tuple[str, ...]:
        """Name the readers."""
        with self._changed:
            self._alive()
            return tuple(self._readers)

    def state(self, reader: str, known: ReaderState | None, seconds: float) -> ReaderState:
        """Return what lies there."""
        with self._changed:
            self.looks += 1
            self._changed.wait_for(lambda: self._ended(reader) or self._state(reader) != known, seconds)
            self._alive()
            if reader not in self._readers:
                raise DeviceLostError(reader, LossReason.UNPLUGGED)
            return self._state(reader)

    def connect(self, reader: str) -> CardLink:
        """Speak to the card."""
        with self._changed:
            self._alive()
            if not self._state(reader).card:
                raise CardGoneError
            self.open_links += 1
            return _EmulatedLink(self, reader, self._readers[reader].changes)

    def interrupt(self) -> None:
        """Make waits raise."""
        with self._changed:
            self._interrupted = True
            self._changed.notify_all()

    def close(self) -> None:
        """Note that the driver has given it back."""
        self.closed = True

    def transmit(self, reader: str, changes: int, command: bytes) -> bytes:
        """Answer a command to the card that lay there after so many changes."""
        with self._changed:
            self._alive()
            found = self._readers.get(reader)
            if found is None:
                raise DeviceLostError(reader, LossReason.UNPLUGGED)
            try:
                return found.transmit(changes, command)
            except CardAwayError as error:
                raise CardGoneError from error
            finally:
                self._changed.notify_all()

    def _ended(self, reader: str) -> bool:
        return self._interrupted or not self._running or reader not in self._readers

    def _alive(self) -> None:
        if self._interrupted:
            raise DeviceLostError("pcsc", LossReason.CLOSED)
        if not self._running:
            raise DeviceLostError("pcsc", LossReason.NOT_THERE)

    def _state(self, reader: str) -> ReaderState:
        return ReaderState(self._readers[reader].state)

    def _change(self, reader: str, make: Callable[[EmulatedReader], None]) -> None:
        with self._changed:
            make(self._readers[reader])
            self._readers[reader].changed()
            self._changed.notify_all()


class _EmulatedLink:
    """The card that lay there when it was spoken to."""

    def __init__(self, service: EmulatedCardService, reader: str, changes: int) -> None:
        self._service = service
        self._reader = reader
        self._changes = changes
        self._open = True

    def transmit(self, command: bytes) -> bytes:
        """Return the answer."""
        return self._service.transmit(self._reader, self._changes, command)

    def close(self) -> None:
        """Let the card be."""
        if self._open:
            self._open = False
            self._service.open_links -= 1
