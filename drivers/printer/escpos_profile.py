"""What a model of ESC/POS printer is told apart by; the models are in ``firmware_config/printers``."""

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from drivers.printer.raster_codec import WIDEST
from drivers.profiles import Profile
from drivers.serial_settings import SerialSettings

FOLDER: Final = "printers"
DEFAULT_PROFILE: Final = "epson-80mm"
LONGEST_RECEIPT_S: Final = 120
"""No patron waits longer for a receipt, however slowly it is drawn."""


class PrinterProfile(Profile):
    """One model."""

    name: str
    baud: int = 19200
    parity: Literal["N", "E", "O"] = "N"
    flow: Literal["none", "hardware", "software"] = "none"
    columns: int = Field(default=42, ge=16, le=96)
    dots: int = Field(default=512, ge=200, le=WIDEST)
    """How wide it prints."""
    text: Literal["cp1258", "tcvn3", "image", "ascii"] = "cp1258"
    """How Vietnamese is told to it; ``image``: it is told nothing and gets a picture of each line."""
    code_page_number: int = Field(default=52, ge=0, le=255)
    """What ``ESC t`` calls the page; makers disagree."""
    capitals_page_number: int | None = Field(default=None, ge=0, le=255)
    """Where TCVN-3 has a second page with the capitals: what ``ESC t`` calls that."""
    double_byte: bool = False
    """Sold for Chinese: reads two bytes as one sign until told not to (``FS .``)."""
    cut: Literal["full", "partial", "none"] = "partial"
    status: Literal["real_time", "none"] = "real_time"
    """Whether it answers ``DLE EOT``; one that answers nothing is believed when it has taken all bytes."""
    in_turn_status: bool = True
    """Answers ``GS r``."""
    raster: Literal["gs_v_0", "esc_star", "none"] = "gs_v_0"
    """How pictures are told to it."""
    band: int = Field(default=64, ge=8, le=512)
    """Rows of a picture that are sent as one command: what its buffer holds at least."""
    strip_feed: int = Field(default=24, ge=1, le=255)
    """What ``ESC 3`` takes for 24 dots; 48 for Epson's half dots."""
    qr: Literal["native", "image", "none"] = "image"
    seconds: float = Field(default=15.0, gt=0, le=LONGEST_RECEIPT_S)
    """The longest that one receipt takes."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.raster == "none" and (self.text == "image" or self.qr == "image"):
            raise ValueError("raster: pictures of text or codes are wanted of a printer that takes none")
        if self.capitals_page_number is not None and self.text != "tcvn3":
            raise ValueError("capitals_page_number: for tcvn3 alone")
        return self

    @property
    def answers_in_turn(self) -> bool:
        """Whether it says when all before is on paper."""
        return self.status == "real_time" and self.in_turn_status

    def serial_settings(self) -> SerialSettings:
        """Give what is asked of the line."""
        return SerialSettings(
            self.baud,
            self.parity,
            hardware_flow=self.flow == "hardware",
            software_flow=self.flow == "software",
        )
