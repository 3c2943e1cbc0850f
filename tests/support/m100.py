"""An emulated UHF module without its process and its wire, for tests of what asks it."""

from collections.abc import Callable, Iterable

from drivers.emulators.device import Fact, Order
from drivers.emulators.m100_device import M100Device
from drivers.rfid.gen2_codec import ControlWord
from drivers.rfid.m100_exchange import ModuleTimings
from drivers.rfid.m100_messages import Region
from drivers.rfid.m100_reader import M100Reader, ModuleSettings
from drivers.rfid.verified import VerifiedWrites
from tests.support.threem import Wire

BOOK = "E28068940000502458950001"
OTHER = "E28068940000502458950002"
QUICK = ModuleTimings(first=0.05, answer=0.05, poll=0.05, quiet=0.01, dwell=0.5, broken_off=0.01)


class WiredModule(Wire):
    """The emulated module without its process, with some answers changed."""

    def __init__(self, change: Callable[[bytes, bytes], Iterable[bytes]] = lambda _, answer: (answer,)) -> None:
        self.device = M100Device()

        def answer(request: bytes) -> Iterable[bytes]:
            return [piece for whole in self.device.received(request) for piece in change(request, whole.data)]

        super().__init__(answer)

    def lay(self, uid: str, **more: Fact) -> None:
        """Lay one tag."""
        self.device.do({"do": "lay", "tags": [{"uid": uid, **more}]})

    def misbehave(self, what: str, **arguments: Fact) -> None:
        """Order a misdeed."""
        for stray in self.device.do({"do": "misbehave", "what": what, **arguments})[1]:
            self._coming.append(stray.data)

    def state(self) -> Order:
        """Give all that the emulator tells of itself."""
        return self.device.do({"do": "state"})[0]

    def tag(self, uid: str) -> Order:
        """Give what stands on a tag."""
        tags = self.state()["tags"]
        assert isinstance(tags, list)
        return next(tag for tag in tags if isinstance(tag, dict) and tag["uid"] == uid)


def reader(wire: Wire, **asked: object) -> M100Reader:
    """Make the reader over a wire, in Europe unless ``asked``, a module's settings, says otherwise."""
    settings = ModuleSettings(**{"region": Region.EU, **asked})  # type: ignore[arg-type]  # a test's short hand
    return M100Reader("/dev/pad", wire, settings, QUICK)


def writes(module: M100Reader) -> VerifiedWrites:
    """Make sure of writes without a pause."""
    return VerifiedWrites(module, lambda _: None)


def written(epc: str, afi: int | None = None) -> bytes:
    """Return a control word and the EPC of its length."""
    raw = bytes.fromhex(epc)
    return ControlWord.of_epc(len(raw), afi).raw() + raw
