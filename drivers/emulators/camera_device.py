"""A camera: shows the labels that it is ordered to see, drawn; ``camera://LINK`` is the driver's URL.

Orders: ``show`` (labels, each with ``symbology``, ``text`` and, as whole numbers, ``module`` (tenths of a pixel),
``angle`` (degrees), ``x`` and ``y`` (hundredths of the picture), ``tilt`` (hundredths), ``inverted``; and for the whole
picture ``blur`` (tenths of a pixel), ``motion`` (pixels), ``noise`` (grey levels), ``light``, ``contrast``, ``glare``,
``shadow`` (hundredths), ``seed``); ``size`` (width, height); ``state``. Misdeeds besides those of every wire: ``black``
(until ``normal``).
"""

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np

from drivers.barcode.symbology import Symbology
from drivers.emulators.device import Answer, Order, OrderError, flag_of, number_of, text_of
from drivers.emulators.label_pictures import Label, LabelTextError, Pose, Seeing, picture

_SMALLEST: Final = 16
_LARGEST: Final = 4096


class CameraDevice:
    """Draws a scene whenever it changes."""

    def __init__(self) -> None:
        self._size = (1280, 720)
        self._scene: Order = {"labels": []}
        self._black = False

    def received(self, data: bytes) -> Iterable[Answer]:
        """Give the picture to a host that was plugged in; cameras are told nothing."""
        del data
        return (self._picture(),)

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        match text_of(order, "do"):
            case "show":
                before, self._scene = self._scene, order
                try:
                    return self._told(), (self._picture(),)
                except OrderError:
                    self._scene = before
                    raise
            case "size":
                self._size = (
                    max(_SMALLEST, number_of(order, "width", most=_LARGEST)),
                    max(_SMALLEST, number_of(order, "height", most=_LARGEST)),
                )
                return self._told(), (self._picture(),)
            case "misbehave" if text_of(order, "what") in ("black", "normal"):
                self._black = order["what"] == "black"
                return {}, (self._picture(),)
            case "state":
                return self._told(), ()
            case unknown:
                raise OrderError(f"{unknown}: no such order")

    def _told(self) -> Order:
        return {
            "width": self._size[0],
            "height": self._size[1],
            "labels": len(_labels(self._scene)),
            "black": self._black,
        }

    def _picture(self) -> Answer:
        labels, seeing = _labels(self._scene), _seeing(self._scene)
        seed = number_of(self._scene, "seed", 0)
        width, height = self._size
        try:
            drawn = np.zeros((height, width), np.uint8) if self._black else picture(labels, seeing, self._size, seed)
        except LabelTextError as error:
            raise OrderError(f"labels: {error}") from error
        _, data = cv2.imencode(".png", drawn, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        return Answer(data.tobytes())


def _labels(scene: Order) -> list[tuple[Label, Pose]]:
    found = scene.get("labels")
    if not isinstance(found, list):
        raise OrderError("labels: a list is missing")
    return [_label(each) for each in found if isinstance(each, dict)]


def _label(order: Order) -> tuple[Label, Pose]:
    try:
        symbology = Symbology(text_of(order, "symbology", "code128"))
    except ValueError as error:
        raise OrderError(f"symbology: one of {', '.join(Symbology)}") from error
    label = Label(symbology, text_of(order, "text"), inverted=flag_of(order, "inverted", default=False))
    pose = Pose(
        module=max(5, number_of(order, "module", 20, most=200)) / 10,
        angle=number_of(order, "angle", 0, most=360),
        tilt=number_of(order, "tilt", 0, most=80) / 100,
        at=(number_of(order, "x", 50, most=100) / 100, number_of(order, "y", 50, most=100) / 100),
    )
    return label, pose


def _seeing(order: Order) -> Seeing:
    def hundredths(name: str, default: int) -> float:
        return number_of(order, name, default, most=100) / 100

    return Seeing(
        blur=number_of(order, "blur", 0, most=200) / 10,
        motion=number_of(order, "motion", 0, most=100),
        noise=number_of(order, "noise", 2, most=100),
        light=hundredths("light", 100),
        contrast=hundredths("contrast", 100),
        glare=hundredths("glare", 0),
        shadow=hundredths("shadow", 0),
    )
