"""A camera on the ribbon cable of a Raspberry Pi, through picamera2; reads labels as `drivers.barcode.camera` does.

URL: ``picamera://0``; options as there, the profile is ``csi`` unless said. picamera2 comes with Debian's
``python3-picamera2`` and is loaded when the camera is opened.

| function | supported | remarks |
| --- | --- | --- |
| everything of ``camera://`` | yes | the grey plane of its YUV stream is taken as it is |
| proven on a Raspberry Pi | no | on a stand-in for picamera2 only |
"""

from collections.abc import Callable
from importlib import import_module
from threading import Event
from typing import Any, Final, Protocol, Self

import numpy as np

from drivers.barcode.camera import CameraScanner
from drivers.barcode.camera_profile import CameraProfile
from drivers.barcode.camera_settings import OPTIONS, camera_settings
from drivers.barcode.picture_file import Frame
from drivers.device_url import DeviceUrl, UrlForm
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason

DEFAULT_PROFILE: Final = "csi"


class Picamera2(Protocol):
    """What is used of ``picamera2.Picamera2``."""

    def create_video_configuration(self, **wishes: Any) -> Any:
        """Make a configuration."""
        ...

    def configure(self, configuration: Any) -> Any:
        """Take it."""
        ...

    def start(self) -> Any:
        """Begin."""
        ...

    def capture_array(self, name: str) -> Any:
        """Wait for the newest frame of a stream."""
        ...

    def stop(self) -> Any:
        """End."""
        ...

    def close(self) -> Any:
        """Give it back."""
        ...


class PicameraScanner(CameraScanner):
    """A `BarcodeScanner`; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, OPTIONS, UrlForm.NAME)
        settings = camera_settings(parts, DEFAULT_PROFILE)
        name = parts.name or "0"
        if not (name.isascii() and name.isdigit()):
            raise DeviceUrlError(url, "name", ("0", "1"))
        return cls(f"picamera {name}", RibbonCamera(int(name), settings.profile), settings)


class RibbonCamera:
    """A `FrameSource`; ``make`` opens the camera of a number."""

    def __init__(self, number: int, profile: CameraProfile, make: Callable[[int], Picamera2] | None = None) -> None:
        self._number = number
        self._profile = profile
        self._make = make or _picamera2
        self._camera: Picamera2 | None = None
        self._ending = Event()

    def open(self) -> str:
        """Open it."""
        name = f"picamera {self._number}"
        try:
            self._camera = self._make(self._number)
            self._camera.configure(
                self._camera.create_video_configuration(
                    main={"size": (self._profile.width, self._profile.height), "format": "YUV420"},
                    controls={"FrameRate": self._profile.fps},
                    buffer_count=2,
                )
            )
            self._camera.start()
        except ImportError as error:
            raise DeviceLostError(name, LossReason.NOT_THERE) from error
        except IndexError as error:  # picamera2's word for a camera that is not there
            raise DeviceLostError(name, LossReason.NOT_THERE) from error
        except RuntimeError as error:  # and for one that another process holds
            raise DeviceLostError(name, LossReason.IN_USE) from error
        return f"{self._profile.name} {self._profile.width}x{self._profile.height}"

    def newest(self) -> Frame | None:
        """Wait for the newest picture."""
        if self._camera is None or self._ending.is_set():
            return None
        try:
            planes = np.asarray(self._camera.capture_array("main"), np.uint8)
        except RuntimeError as error:
            raise DeviceLostError(f"picamera {self._number}", LossReason.UNPLUGGED) from error
        return planes[: self._profile.height, : self._profile.width]

    def interrupt(self) -> None:
        """Make waiting end."""
        self._ending.set()

    def close(self) -> None:
        """Give it back."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.stop()
            camera.close()


def _picamera2(number: int) -> Picamera2:
    camera: Picamera2 = import_module("picamera2").Picamera2(number)
    return camera
