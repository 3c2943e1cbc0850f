"""An emulated UHF module without its process and its wire, for tests of what asks it."""

from collections.abc import Callable, Iterable

from drivers.emulators.device import Fact, Order
from drivers.emulators.m100_device import M100Device
from tests.support.threem import Wire


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
