"""The codecs of frames, each with what it sends, for the laws that all of them keep."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

from drivers import pcsc_bridge_codec
from drivers.card import pn532_codec, rdm6300_codec
from drivers.frames import FrameBuffer
from drivers.rfid import feig_codec, m100_codec, threem_codec, uhfreader18_codec

F = TypeVar("F")

_BYTE: Final = st.integers(0, 255)


@dataclass(frozen=True, slots=True)
class FrameKind:
    """One codec."""

    codec: Callable[[], FrameBuffer[Any]]
    send: Callable[[Any], bytes]
    frames: st.SearchStrategy[Any]
    cap: int
    begun: str
    """The beginning of a frame; hexadecimal."""
    telling: Any = None
    """A frame that holds ``2050000001``, where frames hold what stands on a tag or a card and may be shown."""
    marked: bool = True
    """A frame's start can be told from noise, once nothing more comes."""
    certain: bool = True
    """Its checksum lets no noise pass for a frame in as many cases as are tried."""
    apart: bytes = field(default=b"")
    """What must stand between noise and a frame."""


KINDS: Final = MappingProxyType(
    {
        "threem": FrameKind(
            threem_codec.ThreemCodec,
            threem_codec.ThreemCodec.send,
            st.builds(threem_codec.Frame, command=_BYTE, data=st.binary(max_size=60), boot=st.booleans()),
            threem_codec.BUFFER_CAP,
            begun="d6002020",
            telling=threem_codec.Frame(0x02, b"2050000001"),
        ),
        "feig": FrameKind(
            feig_codec.FeigCodec,
            feig_codec.FeigCodec.send,
            st.builds(
                feig_codec.Frame, command=_BYTE, data=st.binary(max_size=60), address=_BYTE, advanced=st.booleans()
            ),
            feig_codec.BUFFER_CAP,
            begun="1100b0",
            telling=feig_codec.Frame(0xB0, b"2050000001"),
        ),
        "m100": FrameKind(
            m100_codec.M100Codec,
            m100_codec.M100Codec.send,
            st.builds(
                m100_codec.Frame,
                type=st.sampled_from(m100_codec.FrameType),
                command=_BYTE,
                parameters=st.binary(max_size=60),
            ),
            m100_codec.BUFFER_CAP,
            begun="bb0139",
            telling=m100_codec.Frame(m100_codec.FrameType.NOTICE, 0x22, b"2050000001"),
            certain=False,
        ),
        "uhfreader18": FrameKind(
            uhfreader18_codec.Uhfreader18Codec,
            uhfreader18_codec.Uhfreader18Codec.send,
            st.builds(
                uhfreader18_codec.Frame,
                command=_BYTE,
                data=st.binary(max_size=uhfreader18_codec.LONGEST_LENGTH - 4),
                address=_BYTE,
            ),
            uhfreader18_codec.BUFFER_CAP,
            begun="130001",
            telling=uhfreader18_codec.Frame(0x02, b"2050000001"),
            marked=False,
        ),
        "pn532": FrameKind(
            pn532_codec.Pn532Codec,
            pn532_codec.Pn532Codec.send,
            st.one_of(
                st.binary(min_size=1, max_size=40).map(pn532_codec.Frame),
                st.binary(min_size=250, max_size=pn532_codec.LONGEST_DATA).map(pn532_codec.Frame),
                st.sampled_from([pn532_codec.ACK, pn532_codec.NACK, pn532_codec.ERROR]),
            ),
            pn532_codec.BUFFER_CAP,
            begun="00ff06fad5",
            telling=pn532_codec.Frame(b"2050000001"),
            apart=b"\x01",
        ),
        "rdm6300": FrameKind(
            rdm6300_codec.Rdm6300Codec,
            rdm6300_codec.Rdm6300Codec.send,
            st.binary(min_size=5, max_size=5),
            rdm6300_codec.BUFFER_CAP,
            begun="02363730",
        ),
        "pcsc-bridge": FrameKind(
            partial(pcsc_bridge_codec.BridgeCodec, pcsc_bridge_codec.Request),
            pcsc_bridge_codec.BridgeCodec.send,
            st.builds(
                pcsc_bridge_codec.Request,
                number=st.integers(0, 1 << 40),
                call=st.sampled_from(pcsc_bridge_codec.Call),
                reader=st.text(max_size=40),
                known=st.none() | st.integers(0, 1 << 32),
                card=st.integers(0, 99),
                data=st.binary(max_size=40).map(bytes.hex),
            ),
            pcsc_bridge_codec.LONGEST_LINE,
            begun=b'{"number":'.hex(),
            telling=pcsc_bridge_codec.Request(number=1, call=pcsc_bridge_codec.Call.TRANSMIT, data="2050000001"),
            marked=False,
        ),
    }
)


def received(codec: FrameBuffer[F], *pieces: bytes) -> list[F]:
    """Give a codec bytes as they come; return the frames."""
    found: list[F] = []
    for piece in pieces:
        codec.receive_data(piece)
        found += codec.messages()
    return found


def until_nothing_comes(codec: FrameBuffer[F], data: bytes) -> list[F]:
    """Give a codec bytes, and then nothing more for so long that it gives up whatever it waits for."""
    found = received(codec, data)
    while codec.waiting:
        codec.skip_incomplete()
        found += codec.messages()
    return found
