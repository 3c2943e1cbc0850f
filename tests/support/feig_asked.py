"""The emulated FEIG reader asked frame by frame, for tests."""

from typing import Any

from drivers.emulators.feig_device import FeigDevice
from drivers.rfid.feig_codec import FeigCodec, Frame
from drivers.rfid.feig_messages import (
    Mode,
    TagCommand,
    TagRequest,
    TransparentMode,
    TransparentRequest,
    inventory_request,
    tag_request,
    tags_told,
    transparent_request,
)
from drivers.rfid.iso15693_codec import AirRequest, request_bytes

UID = "E0040150A05F02B7"
OTHER = "E00401001159139F"


def reader(*tags: dict[str, Any]) -> FeigDevice:
    """Give a reader with tags on it."""
    device = FeigDevice()
    device.do({"do": "lay", "tags": list(tags)})
    return device


def misbehave(device: FeigDevice, what: str, **more: Any) -> list[bytes]:
    """Order a misdeed; return what the reader says at once."""
    return [answer.data for answer in device.do({"do": "misbehave", "what": what, **more})[1]]


def answers(device: FeigDevice, frame: Frame) -> list[Frame]:
    """Return all that is answered."""
    codec = FeigCodec()
    for answer in device.received(FeigCodec.send(frame)):
        codec.receive_data(answer.data)
    return list(codec.messages())


def ask(device: FeigDevice, frame: Frame) -> Frame:
    """Return the one answer."""
    (answer,) = answers(device, frame)
    return answer


def told(
    device: FeigDevice, command: TagCommand, data: str = "", uid: str | None = UID, mode: Mode = Mode.ANY_TAG
) -> str:
    """Return a reply's status and data in hexadecimal."""
    answer = ask(device, tag_request(TagRequest(command, uid, bytes.fromhex(data), mode)))
    return f"{answer.data[0]:02x}:{answer.data[1:].hex()}"


def found(device: FeigDevice, frame: Frame | None = None) -> list[str]:
    """Name the tags that an inventory finds."""
    return [tag.uid for tag in tags_told(ask(device, frame or inventory_request())).tags]


def tag(device: FeigDevice, uid: str = UID) -> dict[str, Any]:
    """Return all that stands on a tag."""
    tags = device.do({"do": "tags"})[0]["tags"]
    if not isinstance(tags, list):
        raise TypeError("tags")
    return next(each for each in tags if isinstance(each, dict) and each["uid"] == uid)


def through(asked: AirRequest, reply_bytes: int) -> Frame:
    """Hand a request through; the answer has so many bytes with its checksum."""
    return transparent_request(TransparentRequest(TransparentMode.WRITE, 8 * reply_bytes, request_bytes(asked)))
