"""What is known of a reader before it is asked: its line, its USB ids, the frame that makes it name itself."""

from typing import Annotated, Final

from pydantic import Field

from drivers.profiles import Profile

FOLDER: Final = "readers"

_Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2}){0,64}$")]
_UsbId = Annotated[str, Field(pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$")]


class ReaderProfile(Profile):
    """One family of readers of tags or cards."""

    name: str
    url: str = Field(min_length=1)
    """The line to propose for ``kiosk.toml``; an option that ends in ``=`` is for a person to fill in."""
    line: str
    """Speed and parity as a person writes them, or the network port."""
    identify_hex: _Hex
    """A frame that every such reader answers and that changes nothing on it."""
    answer_hex: _Hex
    """How its answer begins; empty where that differs."""
    usb: Annotated[tuple[_UsbId, ...], Field(strict=False)]
    """Vendor and product of the reader or of the adapters it is sold with; a hint of where to ask, never a proof."""
    remark: str = ""
    source: str = Field(min_length=1)
