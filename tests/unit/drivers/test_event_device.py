"""Taking an event device for this process alone: what is refused, what is waited for, what is given back."""

import errno
import os
import threading
import tty
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from drivers.input_keys.event_codec import EV_KEY
from drivers.input_keys.event_device import EventDevice, open_node, take
from drivers.wire import WirePlace

KEYS: Mapping[int, Iterable[object]] = {EV_KEY: range(1, 100)}
MOUSE: Mapping[int, Iterable[object]] = {EV_KEY: range(0x110, 0x118)}


class FakeNode:
    """A keyboard of the kernel's whose keys and refusals are told to it; keeps to ``KeyboardNode``."""

    name = "fake keyboard"

    def __init__(
        self,
        capabilities: Mapping[int, Iterable[object]] = KEYS,
        refusal: int = 0,
        down: Callable[[], Iterable[int]] = tuple,
    ) -> None:
        self.fd, self.other_end = os.pipe()
        os.set_blocking(self.fd, False)
        self._capabilities = capabilities
        self._refusal = refusal
        self._down = down
        self.grabbed = False
        self.closed = False

    def capabilities(self) -> Mapping[int, Iterable[object]]:
        """Say what was told."""
        return self._capabilities

    def active_keys(self) -> Iterable[int]:
        """Say what was told."""
        return self._down()

    def grab(self) -> None:
        """Be taken, or refuse."""
        if self._refusal:
            raise OSError(self._refusal, os.strerror(self._refusal))
        self.grabbed = True

    def close(self) -> None:
        """Be given back, once."""
        if not self.closed:
            self.closed = True
            os.close(self.fd)
            os.close(self.other_end)


@pytest.fixture
def stand_in() -> Iterator[tuple[int, str]]:
    device_end, host_end = os.openpty()
    tty.setraw(host_end)
    yield device_end, os.ttyname(host_end)
    os.close(device_end)
    os.close(host_end)


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (lambda: FakeNode(MOUSE), LossReason.WRONG_DEVICE),
        (lambda: FakeNode({}), LossReason.WRONG_DEVICE),
        (lambda: FakeNode(refusal=errno.EBUSY), LossReason.IN_USE),
        (lambda: FakeNode(refusal=errno.EPERM), LossReason.NOT_ALLOWED),
        (lambda: FakeNode(refusal=errno.ENODEV), LossReason.NOT_THERE),
        (lambda: FakeNode(refusal=errno.EIO), LossReason.UNPLUGGED),
    ],
    ids=["mouse", "nothing", "busy", "forbidden", "gone", "broken"],
)
def test_a_device_that_cannot_be_taken_is_given_back_with_the_reason(
    node: Callable[[], FakeNode], reason: LossReason
) -> None:
    device = node()

    with pytest.raises(DeviceLostError) as caught:
        take("/dev/input/by-id/scanner", device)

    assert (caught.value.device, caught.value.reason) == ("/dev/input/by-id/scanner", reason)
    assert device.closed


def test_a_keyboard_is_taken_only_once_its_keys_are_up() -> None:
    left = [[30, 42], [42], []]
    node = FakeNode(down=lambda: left.pop(0))
    os.write(node.other_end, b"events of keys that come up")
    taken = take("scanner", node)

    assert (taken, node.grabbed, left) == (node, True, [])
    node.close()


def test_a_key_that_is_stuck_does_not_keep_the_scanner_from_being_taken() -> None:
    node = FakeNode(down=lambda: [30])

    taken = EventDevice("scanner", take("scanner", node))

    assert node.grabbed
    assert (taken.name, list(taken.held())) == ("fake keyboard", [30])
    taken.close()
    taken.close()
    assert node.closed


def test_a_device_that_says_nothing_is_no_loss() -> None:
    node = FakeNode()
    device = EventDevice("scanner", node)

    assert device.read(0.01) == b""

    device.close()


@pytest.mark.parametrize("kind", ["file", "folder", "null"])
def test_what_is_no_event_device_is_refused(kind: str, tmp_path: Path) -> None:
    path = {"file": tmp_path / "file", "folder": tmp_path, "null": Path("/dev/null")}[kind]
    if kind == "file":
        path.touch()

    with pytest.raises(DeviceLostError) as caught:
        open_node(str(path))

    assert caught.value.reason is LossReason.WRONG_DEVICE


def test_a_device_that_is_not_there_is_said_to_be_so_also_in_the_recording(tmp_path: Path) -> None:
    record, path = tmp_path / "record.txt", tmp_path / "scanner"

    with pytest.raises(DeviceLostError) as caught:
        EventDevice.open(WirePlace(str(path), recording=record))

    assert caught.value.reason is LossReason.NOT_THERE
    assert f"! not opened: {path}: not_there" in record.read_text(encoding="ascii")


def test_a_recording_that_cannot_be_written_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    place = WirePlace(str(tmp_path), recording=tmp_path / "no folder" / "record.txt")

    with pytest.raises(DeviceUrlError) as caught:
        EventDevice.open(place)

    assert caught.value.part == "spy"


def test_a_named_pipe_stands_in_for_a_device_and_belongs_to_one(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    device = EventDevice.open(WirePlace(str(path)))
    with path.open("wb") as writer:
        writer.write(b"events")
    read = device.read(5)
    with pytest.raises(DeviceLostError) as caught:
        open_node(str(path))
    device.close()

    assert (read, caught.value.reason) == (b"events", LossReason.IN_USE)


def test_what_lies_in_a_device_before_it_is_opened_is_thrown_away(stand_in: tuple[int, str]) -> None:
    device_end, path = stand_in
    os.write(device_end, b"before")
    device = EventDevice.open(WirePlace(path))
    os.write(device_end, b"after")

    assert device.read(5) == b"after"
    device.close()


def test_whoever_waits_is_told_when_the_device_is_closed_on_this_side(stand_in: tuple[int, str]) -> None:
    device = EventDevice.open(WirePlace(stand_in[1]))
    reasons: list[LossReason] = []

    def wait() -> None:
        try:
            device.read(60)
        except DeviceLostError as error:
            reasons.append(error.reason)

    waiting = threading.Thread(target=wait)
    waiting.start()
    device.interrupt()
    waiting.join(20)
    device.close()
    device.interrupt()

    assert reasons == [LossReason.CLOSED]


def test_a_device_that_was_unplugged_is_lost_and_the_recording_says_so(tmp_path: Path) -> None:
    record = tmp_path / "record.txt"
    device_end, host_end = os.openpty()
    tty.setraw(host_end)
    device = EventDevice.open(WirePlace(os.ttyname(host_end), recording=record))
    os.close(device_end)
    os.close(host_end)

    with pytest.raises(DeviceLostError) as caught:
        device.read(5)

    assert caught.value.reason is LossReason.UNPLUGGED
    assert record.read_text(encoding="ascii").endswith("! lost: unplugged\n")
    device.close()


def test_a_device_that_cannot_be_read_any_more_is_lost(tmp_path: Path) -> None:
    node = FakeNode()
    folder = os.open(tmp_path, os.O_RDONLY)  # ready at once, and fails when it is read, like a device that is gone
    os.dup2(folder, node.fd)
    os.close(folder)
    device = EventDevice("scanner", node)
    with pytest.raises(DeviceLostError) as caught:
        device.read(5)
    device.close()

    assert caught.value.reason is LossReason.UNPLUGGED


def test_a_device_that_goes_while_its_keys_are_asked_for_is_lost() -> None:
    def gone() -> Iterable[int]:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    device = EventDevice("scanner", FakeNode(down=gone))
    with pytest.raises(DeviceLostError) as caught:
        device.held()
    device.close()

    assert caught.value.device == "scanner"


class UnpluggedInOpening(EventDevice):
    """Goes between being taken and being read for the first time."""

    def drain(self) -> int:
        raise DeviceLostError("scanner", LossReason.UNPLUGGED)


def test_a_device_that_goes_while_it_is_opened_leaves_nothing_open(stand_in: tuple[int, str], tmp_path: Path) -> None:
    before = psutil.Process().num_fds()
    with pytest.raises(DeviceLostError):
        UnpluggedInOpening.open(WirePlace(stand_in[1], recording=tmp_path / "record.txt"))

    assert psutil.Process().num_fds() == before


def test_a_device_that_ends_is_lost() -> None:
    node = FakeNode()
    device = EventDevice("scanner", node)
    os.close(node.other_end)
    with pytest.raises(DeviceLostError) as caught:
        device.read(5)
    node.other_end = os.dup(node.fd)
    device.close()

    assert caught.value.reason is LossReason.UNPLUGGED
