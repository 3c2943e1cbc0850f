"""Codecs of wires: any bytes at all, however they are cut."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from drivers import pcsc_bridge_codec, pcsc_codec
from drivers.barcode.label_codec import LONGEST, Label, LabelCodec, LabelSettings, Suffix
from drivers.card import pn532_codec, pn532_messages, rdm6300_codec
from drivers.emulators.recording_frames import RecordingError, read_recording
from drivers.errors import DeviceError
from drivers.gpio import bridge_codec
from drivers.input_keys import event_codec
from drivers.input_keys.layout import load_layout
from drivers.input_keys.typed_codec import TypedCodec
from drivers.printer.escpos_status import said
from drivers.rfid import (
    feig_codec,
    feig_messages,
    iso15693_codec,
    m100_codec,
    m100_messages,
    threem_codec,
    threem_messages,
    uhfreader18_codec,
    uhfreader18_messages,
)
from drivers.spy import FIRST_LINE
from tests.fuzz.inputs import cut, held
from tests.fuzz.target import Target, framed, refusing, total

_DATA: Final = Path(__file__).parents[1] / "data" / "rfid"
_RECORDING: Final = (
    f"{FIRST_LINE}\n+0.000000 open\n+0.001000 > d500050400118c66\n+0.010000 < d500090400110a0500027250\n+1.0 close\n"
)
_KEPT_OF_A_LABEL: Final = 4 * LONGEST + 8
"""Bytes: a letter has up to four; a mark and a line's end come with them."""


_KEYBOARDS: Final = tuple(map(load_layout, ("de", "fr", "us")))
_TYPED: Final = TypedCodec(LabelSettings(), _KEYBOARDS[-1])


def frames(file: str) -> tuple[bytes, ...]:
    """Give the published frames of a file, good and bad."""
    found = json.loads((_DATA / file).read_text(encoding="utf-8"))["frames"]
    return tuple(bytes.fromhex(vector["hex"]) for vector in found)


def _labels(data: bytes, dice: Random) -> None:
    suffix = dice.choice(list(Suffix))
    codec = LabelCodec(LabelSettings(suffix=suffix))
    now = 0.0
    for piece in cut(dice, data):
        now += dice.choice((0.0, 0.01, 1.0))
        labels = list(codec.receive_data(piece, now))
        if held(codec) > _KEPT_OF_A_LABEL:
            raise AssertionError(f"{held(codec)} kept")
        if any(len(label.text) > LONGEST for label in labels):
            raise AssertionError("a label beyond the longest")


def _lines(data: bytes, dice: Random) -> None:
    codec = bridge_codec.LineCodec()
    for piece in cut(dice, data):
        codec.receive_data(piece)
        if held(codec) > 2 * bridge_codec.LONGEST:
            raise AssertionError(f"{held(codec)} kept")


def _events(data: bytes, dice: Random) -> None:
    codec = event_codec.EventCodec()
    for piece in cut(dice, data):
        for event in codec.receive_data(piece):
            event_codec.EventCodec.send([event])
        if codec.waiting > event_codec.BUFFER_CAP:
            raise AssertionError(f"{codec.waiting} kept")


def _typed(data: bytes, dice: Random) -> None:
    codec = TypedCodec(LabelSettings(suffix=dice.choice(list(Suffix))), dice.choice(_KEYBOARDS))
    now = 0.0
    for piece in cut(dice, data):
        now += dice.choice((0.0, 0.01, 1.0))
        if any(len(label.text) > LONGEST for label in codec.receive_data(piece, now)):
            raise AssertionError("a label beyond the longest")
        if codec.lost_track:
            codec.hold((dice.randrange(128),))
        if codec.waiting > _KEPT_OF_A_LABEL + event_codec.SIZE:
            raise AssertionError(f"{codec.waiting} kept")


def _threem_tag(frame: threem_codec.Frame) -> None:
    for command in threem_messages.Command:
        with suppress(DeviceError):
            reply = threem_messages.tag_told(frame, command)
            threem_messages.written_told(reply, 0, 4)
            for tell in (
                threem_messages.byte_told,
                threem_messages.info_told,
                partial(threem_messages.blocks_told, first=0, count=8),
            ):
                with suppress(DeviceError):
                    tell(reply)


def _recording(data: bytes) -> None:
    read_recording(data.decode("utf-8", "replace"))


_Tells = tuple[Callable[[Any], object], ...]

_THREEM: Final[_Tells] = (
    threem_messages.version_told,
    threem_messages.tags_told,
    threem_messages.passed_told,
    threem_messages.tag_asked,
    threem_messages.pass_asked,
    _threem_tag,
)
_FEIG: Final[_Tells] = (
    feig_messages.version_told,
    feig_messages.tags_told,
    partial(feig_messages.blocks_told, count=8),
    partial(feig_messages.information_told, uid="E004010031269117"),
    *(partial(feig_messages.done_told, command=command) for command in feig_messages.Command),
    feig_messages.transparent_told,
    feig_messages.tag_asked,
    feig_messages.transparent_asked,
)
_M100: Final[_Tells] = (
    m100_messages.sighting_told,
    partial(m100_messages.version_told, part=next(iter(m100_messages.VersionOf))),
    partial(m100_messages.words_told, words=4),
    m100_messages.alarm_told,
    m100_messages.mask_asked,
    m100_messages.access_asked,
    *(partial(m100_messages.done, code=code) for code in m100_messages.Command),
    *(partial(m100_messages.tag_done, code=code) for code in m100_messages.Command),
)
_UHFREADER18: Final[_Tells] = (
    uhfreader18_messages.information_told,
    *(partial(uhfreader18_messages.tags_told, layout=layout) for layout in uhfreader18_messages.Layout),
    partial(uhfreader18_messages.words_told, words=7),
    uhfreader18_messages.written_told,
    uhfreader18_messages.access_asked,
)
_PN532: Final[_Tells] = (
    pn532_messages.command_told,
    pn532_messages.version_told,
    pn532_messages.targets_told,
    *(partial(pn532_messages.answer_told, command) for command in pn532_messages.Command),
)

TARGETS: Final = (
    Target("threem", framed(threem_codec.ThreemCodec, threem_codec.BUFFER_CAP, _THREEM), frames("threem_frames.json")),
    Target("feig", framed(feig_codec.FeigCodec, feig_codec.BUFFER_CAP, _FEIG), frames("feig_frames.json")),
    Target("m100", framed(m100_codec.M100Codec, m100_codec.BUFFER_CAP, _M100), frames("m100_frames.json")),
    Target(
        "uhfreader18",
        framed(uhfreader18_codec.Uhfreader18Codec, uhfreader18_codec.BUFFER_CAP, _UHFREADER18),
        frames("uhfreader18_frames.json"),
    ),
    Target("pn532", framed(pn532_codec.Pn532Codec, pn532_codec.BUFFER_CAP, _PN532), frames("card_frames.json")),
    Target("rdm6300", framed(rdm6300_codec.Rdm6300Codec, rdm6300_codec.BUFFER_CAP), frames("card_frames.json")),
    Target(
        "iso15693",
        refusing(DeviceError, iso15693_codec.request_told, iso15693_codec.reply_told, iso15693_codec.information_told),
        tuple(map(bytes.fromhex, ("260100", "22a204", "000fe0040100312691173e07031b01"))),
    ),
    Target(
        "pcsc",
        refusing(
            DeviceError,
            pcsc_codec.told,
            pcsc_codec.exchange_told,
            pcsc_codec.session_told,
            pcsc_codec.uid_told,
            pcsc_codec.exchange_asked,
        ),
        (
            pcsc_codec.exchange_answer(b"\0\x11"),
            pcsc_codec.exchange_request(b"\x26\x01\0"),
            pcsc_codec.session_answer(),
        ),
    ),
    Target(
        "pcsc-bridge",
        framed(partial(pcsc_bridge_codec.BridgeCodec, pcsc_bridge_codec.Reply), pcsc_bridge_codec.LONGEST_LINE),
        (
            b'{"number":7,"code":0,"data":"04a29000"}\n',
            b'{"number":8,"code":0,"readers":["ACS ACR122U"]}\n',
            b'{"number":9,"code":0,"state":65568}\n',
        ),
    ),
    Target("labels", _labels, (b"2050000001\r\n", b"]C0A123\r", b"\x02A\t")),
    Target("pin-lines", _lines, (b"pin 17 1\n", b"watch 4\n")),
    Target("input-events", _events, (bytes(24), bytes(16) + b"\x01\0\x1e\0\x01\0\0\0")),
    Target("typed", _typed, tuple(_TYPED.send(Label(text)) for text in ("2050000001", "]C0A\x1dé€"))),
    Target("printer-status", total(said), (b"\x12", b"\x16\x1e", b"\x00")),
    Target("recordings", refusing(RecordingError, _recording), (_RECORDING.encode("ascii"),)),
)
