"""What a device can fail with; one root, split by what the caller does next, facts in fields."""

import errno
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class DeviceError(Exception):
    """Anything that a driver raises on purpose."""


class LossReason(StrEnum):
    """Why a device is not to be had."""

    NOT_THERE = "not_there"
    """Nothing is plugged in under that path."""
    IN_USE = "in_use"
    """Another process holds the port."""
    UNPLUGGED = "unplugged"
    """The cable went while the port was open."""
    SILENT = "silent"
    """The port is there and the device does not answer."""
    WRONG_DEVICE = "wrong_device"
    """Something answers and it is not the device that the URL names."""
    WRONG_MODE = "wrong_mode"
    """The right device answers in a mode that cannot be worked: a FEIG reader in scan or notification mode."""
    CLOSED = "closed"
    """This side closed it."""
    NOT_ALLOWED = "not_allowed"
    """The operating system refuses the port to this user."""


_REASONS: Final[Mapping[int, LossReason]] = MappingProxyType(
    {
        errno.ENOENT: LossReason.NOT_THERE,
        errno.ENODEV: LossReason.NOT_THERE,
        errno.ENXIO: LossReason.NOT_THERE,
        errno.ECONNREFUSED: LossReason.NOT_THERE,
        errno.EHOSTUNREACH: LossReason.NOT_THERE,
        errno.ENETUNREACH: LossReason.NOT_THERE,
        errno.ECONNRESET: LossReason.UNPLUGGED,
        errno.EAGAIN: LossReason.IN_USE,
        errno.EBUSY: LossReason.IN_USE,
        errno.EACCES: LossReason.NOT_ALLOWED,
        errno.EPERM: LossReason.NOT_ALLOWED,
    }
)


def reason_of(error: OSError, otherwise: LossReason = LossReason.UNPLUGGED) -> LossReason:
    """Say why a device could not be opened, by what the operating system says of it."""
    return _REASONS.get(error.errno or 0, otherwise)


class DeviceLostError(DeviceError, ConnectionError):
    """The device is gone or never came: close it, open it again later."""

    def __init__(self, device: str, reason: LossReason) -> None:
        super().__init__(device, reason)
        self.device = device
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.device}: {self.reason.value}"


class DeviceUrlError(DeviceError, ValueError):
    """A device URL cannot be used as it stands: a person must correct the configuration."""

    def __init__(self, url: str, part: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(url, part, allowed)
        self.url = url
        self.part = part
        """The piece of the URL that is wrong, such as ``scheme`` or ``baud``."""
        self.allowed = allowed

    def __str__(self) -> str:
        known = f"; known: {', '.join(self.allowed)}" if self.allowed else ""
        return f"{self.url}: {self.part} cannot be used{known}"


class UnknownSchemeError(DeviceUrlError):
    """No driver of that family goes by the URL's scheme; ``allowed`` names those that exist."""


class DriverMissingError(DeviceUrlError):
    """What the URL's driver needs is not installed here; ``allowed`` names it, or the order that installs it."""

    def __str__(self) -> str:
        return f"{self.url}: what its driver needs is not installed: {', '.join(self.allowed)}"


class ProfileError(DeviceError, ValueError):
    """A hardware profile is not there or says something that its model forbids."""

    def __init__(self, profile: str, problem: str) -> None:
        super().__init__(profile, problem)
        self.profile = profile
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.profile}: {self.problem}"


class TagError(DeviceError):
    """A command to one tag did not do what it was to do; the pad itself is well."""

    def __init__(self, uid: str) -> None:
        super().__init__(uid)
        self.uid = uid


class TagGoneError(TagError):
    """The tag does not answer any more; a value that was being written may stand on it or not."""


class TagUnreadableError(TagError):
    """The tag lies there and did not say what was asked."""


class TagLockedError(TagError):
    """The tag refuses the change for good: its memory is locked."""


class TagUnsupportedError(TagError):
    """The tag, or the reader, has no such function: another way must be configured."""


class MemoryNotVerifiedError(TagError):
    """The tag answers, and its memory, read back, is not what was to be written."""


class AlarmNotVerifiedError(TagError):
    """The tag answers, and what it says is not what was to be written."""

    def __init__(self, uid: str, wanted: int, found: int | None) -> None:
        super().__init__(uid)
        self.wanted = wanted
        self.found = found
        """The AFI read back last, or the EAS bit as 0 or 1; ``None`` where it could not be read."""


class PrinterError(DeviceError):
    """The printer is there and does not print."""


class PaperOutError(PrinterError):
    """There is no paper, or it ran out before the receipt was whole."""


class PrinterStoppedError(PrinterError):
    """The printer says that it is off line: its cover is open or its cutter is stuck."""
