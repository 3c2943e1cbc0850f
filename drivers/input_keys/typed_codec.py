"""What a device types: the bytes of input events in, whole labels or card texts out; and back. Pure."""

from collections.abc import Iterable, Iterator

from drivers.barcode.label_codec import Label, LabelCodec, LabelSettings
from drivers.input_keys.event_codec import EV_SYN, SYN_DROPPED, SYN_REPORT, EventCodec, InputEvent
from drivers.input_keys.keys_codec import KeysCodec
from drivers.input_keys.layout_codec import Layout


class TypedCodec:
    """Either end of an event device; never raises on what it receives; its caps are those of the codecs in it."""

    def __init__(self, settings: LabelSettings, layout: Layout) -> None:
        self._events = EventCodec()
        self._keys = KeysCodec(layout)
        self._labels = LabelCodec(settings)
        self._deaf = False
        self._quiet_at = 0.0
        """When it was last certain that nothing more had come."""
        self.lost_track = False
        """The kernel threw events away: say which keys are down, by `hold`."""

    @property
    def damaged(self) -> int:
        """Bytes and keys that belonged to no whole label."""
        return self._events.damaged + self._keys.unknown + self._labels.damaged

    @property
    def waiting(self) -> int:
        """How many bytes are kept, of an event and of a label that are not whole yet."""
        return self._events.waiting + self._labels.kept

    @property
    def silence_matters(self) -> float:
        """Seconds of silence after which `receive_data` should be called with nothing."""
        return self._labels.silence_matters

    def hold(self, keys: Iterable[int]) -> None:
        """Begin anew with ``keys`` down: nothing that they do counts until they have been up."""
        self._keys.hold(keys)
        self.lost_track = False

    def receive_data(self, data: bytes, now: float) -> Iterator[Label]:
        """Take bytes that came at ``now`` (monotonic seconds) and yield the labels that they complete.

        Only a call without bytes tells of silence: bytes may have lain there long before a busy computer took them,
        and a number that is cut for that could be another patron's.
        """
        if not data:
            self._quiet_at = now
            yield from self._labels.silent(now)
        for event in self._events.receive_data(data):
            yield from self._receive(event, self._quiet_at)

    def send(self, label: Label, microseconds: int = 0) -> bytes:
        """Give the events, all of one time, by which a device set up in this way types a label."""
        text = self._labels.send(label).decode()
        return EventCodec.send(self._keys.send(text), microseconds)

    def _receive(self, event: InputEvent, now: float) -> Iterator[Label]:
        if event.type == EV_SYN and event.code == SYN_DROPPED:
            self._deaf = self.lost_track = True
            self._keys.hold(())
            self._labels.spoil(now)
        elif event.type == EV_SYN:
            self._deaf = self._deaf and event.code != SYN_REPORT
        elif not self._deaf and (text := self._keys.receive(event)):
            yield from self._labels.receive_data(text.encode(), now)
