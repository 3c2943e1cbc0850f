"""Explains the frames of readers of library tags: 3M/Bibliotheca, FEIG, the M100 and UHFReader18 families; pure."""

from contextlib import suppress
from typing import Any, Final

from drivers.errors import DeviceError
from drivers.rfid import (
    feig_codec,
    feig_messages,
    m100_codec,
    m100_messages,
    threem_codec,
    threem_messages,
    uhfreader18_codec,
    uhfreader18_messages,
)
from kiosk.decode.dissect import Dissector, Problem, cut_off, name_of, wrong_sum

_CRC: Final = 2


class _Threem:
    """``D6 LEN LEN COMMAND data CRC CRC``."""

    marked: Final = True

    def begin(self, data: bytes) -> int:
        starts = (threem_codec.START_COMMAND, threem_codec.START_BOOT)
        return next((at for at, byte in enumerate(data) if byte in starts), len(data))

    def measure(self, data: bytes) -> tuple[int, Problem | None]:
        if len(data) < 3:  # noqa: PLR2004 - start and length
            return len(data), cut_off(6, len(data))
        length = int.from_bytes(data[1:3], "big")
        if not 3 <= length <= threem_codec.LONGEST_LENGTH:  # noqa: PLR2004 - command and checksum
            return 1, Problem("length", f"3 to {threem_codec.LONGEST_LENGTH}", str(length))
        size = 3 + length
        return (size, None) if len(data) >= size else (len(data), cut_off(size, len(data)))

    def check(self, frame: bytes) -> Problem | None:
        return wrong_sum(threem_codec.crc16_genibus(frame[1:-_CRC]).to_bytes(_CRC, "big"), frame[-_CRC:])

    def explain(self, frame: bytes) -> dict[str, Any]:
        told = threem_codec.Frame(frame[3], frame[4:-_CRC], frame[0] == threem_codec.START_BOOT)
        reply = self._is_reply(told)
        said = {
            "direction": "reply" if reply else "request",
            "command": "boot" if told.boot else name_of(threem_messages.Command, told.command),
            "data": told.data.hex(),
        }
        if reply and not told.boot:
            said["status"] = name_of(threem_messages.ErrorCode, told.data[0])
        return said | (_told(self._meaning, told) if reply else {})

    @staticmethod
    def _is_reply(frame: threem_codec.Frame) -> bool:
        if frame.boot:
            return len(frame.data) > 2  # noqa: PLR2004 - what is asked for
        if frame.command == threem_messages.Command.INVENTORY:
            return len(frame.data) > 3 or len(frame.data) == 1  # noqa: PLR2004 - AFI, options, protocols; an error
        if frame.command == threem_messages.Command.INITIALISE:
            return len(frame.data) == 1
        if frame.command == threem_messages.Command.PASS_THROUGH:
            return not _fits(threem_messages.pass_asked, frame)
        return bool(frame.data) and not frame.data.startswith(b"\xe0")

    @staticmethod
    def _meaning(frame: threem_codec.Frame) -> dict[str, Any]:
        if frame.boot or frame.command == threem_messages.Command.VERSION:
            return {"version": threem_messages.version_told(frame)}
        if frame.command == threem_messages.Command.INVENTORY:
            return {"tags": [_tag(tag.uid, tag.dsfid) for tag in threem_messages.tags_told(frame)]}
        reply = threem_messages.tag_told(frame, threem_messages.Command(frame.command))
        return {"uid": reply.uid} | _told(_of_tag, reply)


def _of_tag(reply: threem_messages.TagFrame) -> dict[str, Any]:
    """Say what a tag told of itself; the memory is fit for ``kiosk decode tag``."""
    match reply.command:
        case threem_messages.Command.GET_AFI:
            return {"afi": f"{threem_messages.byte_told(reply):02x}"}
        case threem_messages.Command.GET_DSFID:
            return {"dsfid": f"{threem_messages.byte_told(reply):02x}"}
        case threem_messages.Command.READ_BLOCKS:
            for first, count in (reply.data[1::-1], reply.data[:2]):
                with suppress(threem_messages.MessageError):
                    return {"memory": threem_messages.blocks_told(reply, first, count).hex()}
    return {}


class _Feig:
    """``LEN ADDRESS COMMAND data CRC CRC`` or ``02 LEN LEN ADDRESS COMMAND data CRC CRC``."""

    marked: Final = False

    def begin(self, data: bytes) -> int:  # noqa: ARG002 - any byte may be a length
        return 0

    def measure(self, data: bytes) -> tuple[int, Problem | None]:
        advanced = data[0] == feig_codec.START_ADVANCED
        head, least = (3, 7) if advanced else (1, 5)
        if len(data) < head:
            return len(data), cut_off(least, len(data))
        size = int.from_bytes(data[1:3], "big") if advanced else data[0]
        most = feig_codec.LONGEST_ADVANCED if advanced else feig_codec.LONGEST_STANDARD
        if not least <= size <= most:
            return len(data), Problem("length", f"{least} to {most}", str(size))
        return (size, None) if len(data) >= size else (len(data), cut_off(size, len(data)))

    def check(self, frame: bytes) -> Problem | None:
        return wrong_sum(feig_codec.crc16_feig(frame[:-_CRC]).to_bytes(_CRC, "little"), frame[-_CRC:])

    def explain(self, frame: bytes) -> dict[str, Any]:
        advanced = frame[0] == feig_codec.START_ADVANCED
        head = 3 if advanced else 1
        told = feig_codec.Frame(frame[head + 1], frame[head + 2 : -_CRC], frame[head], advanced)
        request = self._is_request(told)
        said: dict[str, Any] = {
            "direction": "request" if request else "reply",
            "advanced": advanced,
            "address": told.address,
            "command": name_of(feig_messages.Command, told.command),
            "data": told.data.hex(),
        }
        if request:
            if told.command == feig_messages.Command.ISO and told.data:
                said["tag_command"] = name_of(feig_messages.TagCommand, told.data[0])
            return said
        said["status"] = name_of(feig_messages.Status, told.data[0])
        return said | _told(self._meaning, told)

    @staticmethod
    def _is_request(frame: feig_codec.Frame) -> bool:
        """Take for a question what is for any reader, has no status, or asks a tag for more than a status could be."""
        if frame.address == feig_codec.ANY_READER or not frame.data:
            return True
        of_tag = frame.command == feig_messages.Command.ISO and frame.data[0] in tuple(feig_messages.TagCommand)
        return of_tag and len(frame.data) > 1

    @staticmethod
    def _meaning(frame: feig_codec.Frame) -> dict[str, Any]:
        if frame.command == feig_messages.Command.VERSION:
            return {"version": feig_messages.version_told(frame)}
        if frame.command == feig_messages.Command.ISO:
            with suppress(feig_messages.MessageError):
                found = feig_messages.tags_told(frame)
                return {"tags": [_tag(tag.uid, tag.dsfid) for tag in found.tags], "more": found.more}
            return {"memory": feig_messages.blocks_told(frame, frame.data[1]).data.hex()}
        return {}


class _M100:
    """``BB TYPE COMMAND LEN LEN parameters SUM 7E``."""

    marked: Final = True

    def begin(self, data: bytes) -> int:
        at = data.find(m100_codec.START)
        return len(data) if at < 0 else at

    def measure(self, data: bytes) -> tuple[int, Problem | None]:
        if len(data) < 5:  # noqa: PLR2004 - start, type, command, length
            return len(data), cut_off(7, len(data))
        length = int.from_bytes(data[3:5], "big")
        if length > m100_codec.LONGEST_PARAMETERS:
            return 1, Problem("length", f"0 to {m100_codec.LONGEST_PARAMETERS}", str(length))
        size = 7 + length
        return (size, None) if len(data) >= size else (len(data), cut_off(size, len(data)))

    def check(self, frame: bytes) -> Problem | None:
        if frame[-1] != m100_codec.END:
            return Problem("end", f"{m100_codec.END:02x}", f"{frame[-1]:02x}")
        return wrong_sum(bytes((m100_codec.checksum(frame[1:-2]),)), frame[-2:-1])

    def explain(self, frame: bytes) -> dict[str, Any]:
        kind = name_of(m100_codec.FrameType, frame[1])
        said = {
            "direction": {"command": "request", "response": "reply"}.get(kind, kind),
            "command": name_of(m100_messages.Command, frame[2]),
            "data": frame[5:-2].hex(),
        }
        if frame[1] not in tuple(m100_codec.FrameType):
            return said | {"direction": "unknown"}
        told = m100_codec.Frame(m100_codec.FrameType(frame[1]), frame[2], frame[5:-2])
        if told.command == m100_messages.Command.FAILED and told.parameters:
            said["status"] = name_of(m100_messages.ErrorCode, told.parameters[0])
        return said | _told(self._meaning, told)

    @staticmethod
    def _meaning(frame: m100_codec.Frame) -> dict[str, Any]:
        match frame.type, frame.command:
            case m100_codec.FrameType.NOTICE, _:
                tag = m100_messages.sighting_told(frame)
                return {"epc": tag.epc, "rssi_dbm": tag.rssi, "tag_crc_good": tag.sound}
            case m100_codec.FrameType.RESPONSE, m100_messages.Command.VERSION:
                part = m100_messages.VersionOf(frame.parameters[0])
                return {"version": m100_messages.version_told(frame, part)}
            case _:
                return {}


class _Uhfreader18:
    """``LEN ADDRESS COMMAND data CRC CRC``, LEN not counting itself; the two families' inventories are told apart."""

    marked: Final = False

    def begin(self, data: bytes) -> int:  # noqa: ARG002 - any byte may be a length
        return 0

    def measure(self, data: bytes) -> tuple[int, Problem | None]:
        if data[0] < uhfreader18_codec.LEAST_LENGTH:
            allowed = f"{uhfreader18_codec.LEAST_LENGTH} to {uhfreader18_codec.LONGEST_LENGTH}"
            return len(data), Problem("length", allowed, str(data[0]))
        size = 1 + data[0]
        return (size, None) if len(data) >= size else (len(data), cut_off(size, len(data)))

    def check(self, frame: bytes) -> Problem | None:
        return wrong_sum(feig_codec.crc16_feig(frame[:-_CRC]).to_bytes(_CRC, "little"), frame[-_CRC:])

    def explain(self, frame: bytes) -> dict[str, Any]:
        """Take what is for any reader, or has no status, for a question."""
        told = uhfreader18_codec.Frame(frame[2], frame[3:-_CRC], frame[1])
        request = told.address == uhfreader18_codec.ANY_READER or not told.data
        said: dict[str, Any] = {
            "direction": "request" if request else "reply",
            "address": told.address,
            "command": name_of(uhfreader18_messages.Command, told.command),
            "data": told.data.hex(),
        }
        if request:
            return said
        said["status"] = name_of(uhfreader18_messages.Status, told.data[0])
        return said | _told(self._meaning, told)

    @staticmethod
    def _meaning(frame: uhfreader18_codec.Frame) -> dict[str, Any]:
        if frame.command == uhfreader18_messages.Command.INFORMATION:
            told = uhfreader18_messages.information_told(frame)
            return {"version": told.version, "kind": f"{told.kind:02x}", "power_dbm": told.power_dbm}
        if frame.command != uhfreader18_messages.Command.INVENTORY:
            return {}
        for layout in uhfreader18_messages.Layout:
            with suppress(uhfreader18_messages.MessageError):
                found = uhfreader18_messages.tags_told(frame, layout)
                return {"family": layout.value, "epcs": [tag.epc for tag in found.tags], "more": found.more}
        return {}


def _tag(uid: str, dsfid: int | None) -> dict[str, Any]:
    return {"uid": uid, "dsfid": None if dsfid is None else f"{dsfid:02x}"}


def _fits(reading: Any, frame: Any) -> bool:
    """Say whether a frame can be read so."""
    try:
        reading(frame)
    except DeviceError:
        return False
    return True


def _told(meaning: Any, frame: Any) -> dict[str, Any]:
    """Add what a frame means, where it means something; a refusal's reason stands in its status."""
    try:
        told: dict[str, Any] = meaning(frame)
    except (DeviceError, ValueError, IndexError):
        return {}
    return told


THREEM: Final[Dissector] = _Threem()
FEIG: Final[Dissector] = _Feig()
M100: Final[Dissector] = _M100()
UHFREADER18: Final[Dissector] = _Uhfreader18()
