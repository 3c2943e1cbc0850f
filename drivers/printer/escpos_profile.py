"""What a model of ESC/POS printer is told apart by; the models are in ``firmware_config/printers``."""

from typing import Final, Literal

from pydantic import Field

from drivers.printer.code_page import CodePage
from drivers.profiles import Profile
from drivers.serial_port import SerialSettings

FOLDER: Final = "printers"
DEFAULT_PROFILE: Final = "epson-80mm"


class PrinterProfile(Profile):
    """One model."""

    name: str
    baud: int = 19200
    parity: Literal["N", "E", "O"] = "N"
    flow: Literal["none", "hardware", "software"] = "none"
    columns: int = Field(default=42, ge=16, le=96)
    code_page: Literal["cp1258", "ascii"] = "cp1258"
    code_page_number: int = Field(default=52, ge=0, le=255)
    """What ``ESC t`` calls the page; makers disagree."""
    double_byte: bool = False
    """Sold for Chinese: reads two bytes as one sign until told not to (``FS .``)."""
    cut: Literal["full", "partial", "none"] = "partial"
    in_turn_status: bool = True
    """Answers ``GS r``."""
    seconds: float = Field(default=15.0, gt=0, le=120)
    """The longest that one receipt takes."""

    @property
    def page(self) -> CodePage:
        """The code page."""
        return CodePage(self.code_page)

    def serial_settings(self) -> SerialSettings:
        """Give what is asked of the line."""
        return SerialSettings(
            self.baud,
            self.parity,
            hardware_flow=self.flow == "hardware",
            software_flow=self.flow == "software",
        )
