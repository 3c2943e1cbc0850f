"""Recordings: their form, who may read them, and that a device is worked whatever becomes of them."""

import re
import stat
from pathlib import Path

import pytest

from drivers.device_url import DeviceUrl, UrlForm
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from drivers.serial_settings import SerialSettings
from drivers.spy import FIRST_LINE, MOST_BYTES, RecordedWire, Recording
from drivers.wire import WirePlace

SETTINGS = SerialSettings(9600)
TIME = re.compile(r"^\+(\d+\.\d{6}) ")


class FakeWire:
    """Says what it was told to say, in pieces, and loses itself when told to."""

    def __init__(self, *coming: bytes) -> None:
        self.coming = list(coming)
        self.sent: list[bytes] = []
        self.lost: LossReason | None = None
        self.interrupted = self.closed = False

    def read(self, timeout: float) -> bytes:
        del timeout
        self._check()
        return self.coming.pop(0) if self.coming else b""

    def write(self, data: bytes, timeout: float) -> None:
        del timeout
        self._check()
        self.sent.append(data)

    def drain(self) -> int:
        raise AssertionError("what is drained must be recorded too")

    def interrupt(self) -> None:
        self.interrupted = True

    def close(self) -> None:
        self.closed = True

    def _check(self) -> None:
        if self.lost is not None:
            raise DeviceLostError("/dev/pad", self.lost)


def recorded(path: Path, *coming: bytes) -> tuple[RecordedWire, FakeWire]:
    wire = FakeWire(*coming)
    return RecordedWire(wire, Recording(path, "/dev/pad")), wire


def lines(path: Path) -> list[str]:
    """Return the recording without its times."""
    return [TIME.sub("+ ", line) for line in path.read_text(encoding="ascii").splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pad.txt"


def test_what_goes_and_comes_is_written_a_line_a_piece(path: Path) -> None:
    spy, wire = recorded(path, b"\xd5\x00", b"", b"late", b"more")
    spy.write(b"\x07\xff", 1.0)
    heard = [spy.read(1.0), spy.read(1.0)]
    drained = spy.drain()
    spy.write(b"", 1.0)
    spy.interrupt()
    spy.close()

    assert (heard, drained, wire.sent) == ([b"\xd5\x00", b""], 8, [b"\x07\xff", b""])
    assert (wire.interrupted, wire.closed) == (True, True)
    assert lines(path) == [
        FIRST_LINE,
        "# device /dev/pad",
        "+ open",
        "+ > 07ff",
        "+ < d500",
        "+ < 6c617465",
        "+ < 6d6f7265",
        "+ close",
    ]


def test_times_are_seconds_since_the_opening_and_never_go_back(path: Path) -> None:
    spy, _ = recorded(path, b"a", b"b")
    spy.read(1.0)
    spy.read(1.0)
    spy.close()
    found = [TIME.match(line) for line in path.read_text(encoding="ascii").splitlines()[2:]]
    times = [float(match[1]) for match in found if match]

    assert len(times) == 4
    assert times == sorted(times)
    assert 0 <= times[0] < 60


def test_only_its_owner_may_read_a_recording(path: Path) -> None:
    Recording(path, "/dev/pad").close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_several_openings_follow_one_another_in_one_file(path: Path) -> None:
    for piece in (b"1", b"2"):
        spy, _ = recorded(path, piece)
        spy.read(1.0)
        spy.close()

    opening = ["# device /dev/pad", "+ open"]
    assert lines(path) == [FIRST_LINE, *opening, "+ < 31", "+ close", *opening, "+ < 32", "+ close"]


def test_every_line_is_there_at_once(path: Path) -> None:
    spy, _ = recorded(path)
    spy.write(b"!", 1.0)

    assert lines(path)[-1] == "+ > 21"
    spy.close()


def test_how_a_device_was_lost_is_written_and_what_was_to_be_sent(path: Path) -> None:
    spy, wire = recorded(path)
    wire.lost = LossReason.UNPLUGGED
    for use in (lambda: spy.read(1.0), lambda: spy.write(b"?", 1.0), spy.drain):
        with pytest.raises(DeviceLostError):
            use()
    spy.close()

    assert lines(path)[3:] == [
        "+ ! lost: unplugged",
        "+ > 3f",
        "+ ! lost: unplugged",
        "+ ! lost: unplugged",
        "+ close",
    ]


def test_a_remark_stays_on_one_line_and_in_plain_letters(path: Path) -> None:
    recording = Recording(path, "/dev/máy đọc")
    recording.note("hết\n  giấy\r!")
    recording.close()
    recording.close()

    assert lines(path)[1:] == [
        "# device /dev/m\\xe1y \\u0111\\u1ecdc",
        "+ open",
        "+ ! h\\u1ebft gi\\u1ea5y !",
        "+ close",
    ]


def test_a_recording_that_was_forgotten_stops_at_its_cap_and_the_device_goes_on(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MOST_BYTES - 100)
    spy, wire = recorded(path, *(b"x" * 20 for _ in range(100)))
    heard = sum(len(spy.read(1.0)) for _ in range(100))
    spy.close()

    assert (heard, wire.closed) == (2000, True)
    assert MOST_BYTES - 100 < path.stat().st_size <= MOST_BYTES


def test_a_full_disk_ends_the_recording_and_nothing_else() -> None:
    spy, wire = recorded(Path("/dev/full"), b"heard")
    heard = spy.read(1.0)
    spy.write(b"sent", 1.0)
    spy.close()

    assert (heard, wire.sent, wire.closed) == (b"heard", [b"sent"], True)


def test_a_recording_that_cannot_be_made_must_be_corrected(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "pad.txt"
    with pytest.raises(DeviceUrlError) as caught:
        WirePlace("/dev/pad", recording=path).open(SETTINGS)

    assert (caught.value.url, caught.value.part) == (str(path), "spy")


def test_a_device_that_could_not_be_opened_is_in_the_recording(tmp_path: Path, path: Path) -> None:
    missing = tmp_path / "tty"
    with pytest.raises(DeviceLostError):
        WirePlace(str(missing), recording=path).open(SETTINGS)

    assert lines(path) == [
        FIRST_LINE,
        f"# device {missing}",
        "+ open",
        f"+ ! not opened: {missing}: not_there",
        "+ close",
    ]


def test_a_place_is_called_by_its_path_or_its_address() -> None:
    assert [str(WirePlace("/dev/pad")), str(WirePlace(host="reader", port=10001))] == ["/dev/pad", "reader:10001"]


def test_a_place_without_a_recording_begins_none() -> None:
    assert WirePlace("/dev/pad").begin_recording() is None


def test_a_url_names_the_recording_and_the_driver_does_not_see_it() -> None:
    parts = DeviceUrl.parse("spy+feig:///dev/pad?baud=9600&spy=/srv/pad.txt", ("baud",))

    assert parts.place == WirePlace("/dev/pad", recording=Path("/srv/pad.txt"))
    assert parts.options == (("baud", "9600"),)


@pytest.mark.parametrize(
    "url",
    [
        "spy+feig:///dev/pad",
        "spy+feig:///dev/pad?baud=9600",
        "spy+feig:///dev/pad?spy=",
        "spy+feig:///dev/pad?spy=pad.txt",
        "feig:///dev/pad?spy=/srv/pad.txt",
        "spy+feig:///dev/pad?spy=/a&spy=/b",
    ],
)
def test_a_recording_is_asked_for_by_both_words_and_a_whole_path(url: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        DeviceUrl.parse(url, ("baud",))

    assert caught.value.part == "spy"


def test_an_address_can_be_recorded_as_well() -> None:
    parts = DeviceUrl.parse("spy+feig+tcp://reader:10001?spy=/srv/pad.txt", (), UrlForm.ADDRESS)

    assert parts.place == WirePlace(host="reader", port=10001, recording=Path("/srv/pad.txt"))
