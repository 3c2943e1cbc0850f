"""The front of a device URL: which driver it asks for, and whether what goes over the wire is to be recorded. Pure."""

from typing import Final
from urllib.parse import urlsplit

from drivers.errors import DeviceUrlError

SPY: Final = "spy+"


def without_spy(url: str) -> str:
    """Return the URL of the device itself."""
    return url.removeprefix(SPY)


def scheme_of(url: str) -> str:
    """Return the scheme of the device itself; raises `DeviceUrlError`."""
    try:
        return urlsplit(without_spy(url)).scheme
    except ValueError as error:
        raise DeviceUrlError(url, "form") from error
