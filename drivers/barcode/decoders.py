"""The two libraries that read codes in a picture, in one shape: zxing-cpp, quick and exact, and ZBar, slow and mild."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zxingcpp
from pyzbar import pyzbar

from drivers.barcode.symbology import AIM, Symbology

Grey = npt.NDArray[np.uint8]
Corners = npt.NDArray[np.float32]
"""Four points, a row each, in the order in which they go around."""

_Z: Final = zxingcpp.BarcodeFormat
_ZXING: Final[Mapping[Symbology, tuple[Any, ...]]] = MappingProxyType(
    {
        Symbology.CODABAR: (_Z.Codabar,),
        Symbology.CODE39: (_Z.Code39Std,),
        Symbology.CODE128: (_Z.Code128,),
        Symbology.EAN13: (_Z.EAN13, _Z.UPCA),
        Symbology.ITF: (_Z.ITF,),
        Symbology.QRCODE: (_Z.QRCode,),
    }
)
"""Code 39 as it stands: read as full ASCII, ``A/P12`` would be told as ``A012``."""
_OF_ZXING: Final = {form: symbology for symbology, forms in _ZXING.items() for form in forms} | {
    _Z.Code39: Symbology.CODE39  # by which reads of the plain kind are called
}
_S: Final = pyzbar.ZBarSymbol
_ZBAR: Final[Mapping[Symbology, tuple[Any, ...]]] = MappingProxyType(
    {
        Symbology.CODABAR: (_S.CODABAR,),
        Symbology.CODE39: (_S.CODE39,),
        Symbology.CODE128: (_S.CODE128,),
        Symbology.EAN13: (_S.EAN13, _S.UPCA),
        Symbology.ITF: (_S.I25,),
        Symbology.QRCODE: (_S.QRCODE,),
    }
)
_OF_ZBAR: Final = {form.name: symbology for symbology, forms in _ZBAR.items() for form in forms}

MATRIX: Final = frozenset({Symbology.QRCODE})
"""Codes of two dimensions."""


class Binarizer(StrEnum):
    """How zxing-cpp tells dark from light."""

    LOCAL = "local"
    GLOBAL = "global"


_BINARIZERS: Final = {
    Binarizer.LOCAL: zxingcpp.Binarizer.LocalAverage,
    Binarizer.GLOBAL: zxingcpp.Binarizer.GlobalHistogram,
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a decoder says is in a picture."""

    symbology: Symbology
    text: str = field(repr=False)
    corners: Corners
    aim: str


def zxing(
    grey: Grey,
    symbologies: Iterable[Symbology],
    *,
    thorough: bool = False,
    inverted: bool = False,
    binarizer: Binarizer = Binarizer.LOCAL,
) -> list[Sighting]:
    """Read with zxing-cpp; ``thorough`` also looks at a quarter turn and at smaller copies."""
    formats: Any = tuple(form for symbology in symbologies for form in _ZXING[symbology])
    if not formats or not grey.size:
        return []
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=formats,
        try_rotate=thorough,
        try_downscale=thorough,
        try_invert=inverted,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=_BINARIZERS[binarizer],
    )
    return [
        Sighting(_OF_ZXING[read.format], read.text, _corners(read.position), read.symbology_identifier)
        for read in found
        if read.format in _OF_ZXING
    ]


def zbar(grey: Grey, symbologies: Iterable[Symbology]) -> list[Sighting]:
    """Read with ZBar; what is no UTF-8 is no label."""
    symbols = [form for symbology in symbologies for form in _ZBAR[symbology]]
    if not symbols or not grey.size:
        return []
    found = []
    for read in pyzbar.decode(np.ascontiguousarray(grey), symbols=symbols):
        symbology = _OF_ZBAR[read.type]
        left, top, width, height = read.rect
        corners = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]]
        try:
            text = read.data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        found.append(Sighting(symbology, text, np.array(corners, np.float32), AIM[symbology]))
    return found


def _corners(position: Any) -> Corners:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(point.x, point.y) for point in points], np.float32)
