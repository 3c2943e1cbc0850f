"""How a model of scanner is set up, step by step: barcodes to scan, commands to send, maker's codes to glue in."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from drivers.profiles import Profile

FOLDER: Final = "sheets"

_Words = Annotated[str, Field(min_length=1, max_length=200)]
_Command = Annotated[str, Field(pattern=r"^([0-9a-f]{2}){1,64}$")]


class SheetStep(Profile):
    """One step; exactly one of ``code``, ``serial_hex`` and ``manual`` says how it is done."""

    vi: _Words
    en: _Words
    code: Annotated[str, Field(pattern=r"^[\x00-\x7f]{1,60}$")] | None = None
    """What is in the barcode, ASCII alone."""
    symbology: Literal["code128", "qr"] = "code128"
    fnc3: bool = False
    """A Code 128 that begins with FNC3 is an order to the scanner and never data (ISO/IEC 15417)."""
    serial_hex: Annotated[tuple[_Command, ...], Field(strict=False)] = ()
    """Commands to send over the scanner's line, in this order."""
    manual: str | None = None
    """Where the maker's own guide has the barcode, whose content is not published."""
    source: str = Field(min_length=1)
    """Where it is publicly written."""
    locks: bool = False
    """After this the scanner hears no setup code any more."""

    @model_validator(mode="after")
    def _is_done_in_one_way(self) -> Self:
        if (self.code is not None) + bool(self.serial_hex) + (self.manual is not None) != 1:
            raise ValueError("exactly one of code, serial_hex and manual")
        if self.fnc3 and (self.code is None or self.symbology != "code128"):
            raise ValueError("fnc3: in a Code 128 alone")
        return self


class SheetProfile(Profile):
    """A sheet: patrons do scan "factory default", so the last step locks, or the sheet warns that nothing does."""

    name: str
    url: str = Field(min_length=1)
    """The scanner's line in ``kiosk.toml`` that is right once the sheet is done."""
    steps: Annotated[tuple[SheetStep, ...], Field(strict=False, min_length=1)]
    warning_vi: str = ""
    warning_en: str = ""

    @model_validator(mode="after")
    def _ends_locked_or_warns(self) -> Self:
        if any(step.locks for step in self.steps[:-1]):
            raise ValueError("locks: nothing is heard after such a step, so it must be the last")
        warns = bool(self.warning_vi and self.warning_en)
        if warns == self.steps[-1].locks or bool(self.warning_vi) != bool(self.warning_en):
            raise ValueError("the last step locks, or else the sheet warns in both languages")
        return self
