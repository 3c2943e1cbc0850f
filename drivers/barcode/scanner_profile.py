"""What models of serial scanner are told apart by; the models are in ``firmware_config/scanners``."""

from typing import Final, Literal

from pydantic import Field

from drivers.barcode.label_codec import LONGEST, LabelSettings, Suffix
from drivers.profiles import Profile
from drivers.serial_settings import SerialSettings

FOLDER: Final = "scanners"
DEFAULT_PROFILE: Final = "generic"


class ScannerProfile(Profile):
    """How a model of scanner is set up at the factory, or by the sheet of codes that comes with it."""

    name: str
    baud: int = 9600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    suffix: Literal["cr", "lf", "crlf", "any", "tab", "none"] = "any"
    prefix_hex: str = Field(default="", pattern=r"^([0-9a-f]{2}){0,8}$")
    aim: bool = False
    gap_ms: int = Field(default=500, ge=50, le=5000)
    encoding: Literal["utf-8", "latin-1", "ascii"] = "utf-8"
    longest: int = Field(default=LONGEST, ge=1, le=1024)

    def serial_settings(self) -> SerialSettings:
        """Give what is asked of the line."""
        return SerialSettings(self.baud, self.parity, self.stop_bits)

    def label_settings(self) -> LabelSettings:
        """Give what the codec needs."""
        return LabelSettings(
            suffix=Suffix(self.suffix),
            prefix=bytes.fromhex(self.prefix_hex),
            aim=self.aim,
            gap=self.gap_ms / 1000,
            encoding=self.encoding,
            longest=self.longest,
        )
