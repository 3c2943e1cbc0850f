"""A scanner's setup sheet as one HTML page for A4 paper, its barcodes drawn in it; pure."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

from drivers.barcode.sheet_profile import SheetProfile, SheetStep
from kiosk.hardware.code128 import modules

BAR_MM: Final = 0.4
"""The narrowest bar: read by the coarsest of scanners (15 mil), and the longest code still fits the paper."""
BAR_HEIGHT_MM: Final = 16
BAR_QUIET: Final = 10
SQUARE_MM: Final = 0.9
SQUARE_QUIET: Final = 4
LANGUAGES: Final = ("vi", "en")

_WORDS: Final = {
    "title": ("Cài đặt máy quét", "Setting up the scanner"),
    "how": (
        "Làm lần lượt từ trên xuống dưới. Khi quét, lấy tờ giấy che các mã khác.",
        "Work from top to bottom. While scanning, cover the other codes with a sheet of paper.",
    ),
    "send": ("Gõ trên máy tính của kiosk:", "Type on the kiosk's computer:"),
    "glue": (
        "Cắt mã này trong sách hướng dẫn của hãng và dán vào đây:",
        "Cut this code out of the maker's guide and glue it in here:",
    ),
    "lock": (
        "Bước cuối: KHÓA. Nếu bỏ qua, bạn đọc có thể vô tình quét một mã cài đặt khác và làm sai máy.",
        "Last step: LOCK. Without it a patron may scan a setup code and undo all this.",
    ),
    "warning": ("MÁY NÀY KHÔNG KHÓA ĐƯỢC", "THIS SCANNER CANNOT BE LOCKED"),
    "then": ("Sau đó trong kiosk.toml:", "Then in kiosk.toml:"),
    "source": ("Nguồn", "Source"),
}

_STYLE: Final = """
@page { size: A4; margin: 14mm }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 182mm; color: #000 }
body { font: 11pt/1.35 "Be Vietnam Pro", "Noto Sans", "DejaVu Sans", sans-serif }
h1 { font-size: 18pt; margin: 2mm 0 1mm } .model { font-size: 13pt; margin: 0 0 3mm } p { margin: 0 0 2mm }
.en { color: #444 } ol { list-style: none; margin: 5mm 0; padding: 0 }
li { break-inside: avoid; border: 0.3mm solid #888; border-radius: 2mm; padding: 3mm 4mm; margin: 0 0 5mm }
li.lock, .warning { border: 1mm solid #000 }
.warning { border-radius: 2mm; padding: 3mm 4mm; margin: 0 0 5mm; break-inside: avoid }
.number { float: left; font-size: 20pt; font-weight: 700; min-width: 12mm; line-height: 1.1 }
.words { margin-left: 14mm; overflow-wrap: anywhere } .words p { margin: 0 }
.do { margin: 4mm 0 2mm 14mm; clear: left }
svg { display: block; max-width: 100% }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 9.5pt }
.glue { border: 0.4mm dashed #000; min-height: 26mm; padding: 3mm } .source { font-size: 8pt; color: #555 }
.source { margin: 1mm 0 0 14mm; overflow-wrap: anywhere }
.code { font: 9pt monospace; margin: 1mm 0 0 4mm }
"""


def sheet_page(profile: SheetProfile, languages: Sequence[str] = LANGUAGES) -> str:
    """Return the page; with two languages the first is the larger."""
    steps = "".join(_step(number, step, languages) for number, step in enumerate(profile.steps, 1))
    return (
        f'<!DOCTYPE html>\n<html lang="{languages[0]}"><head><meta charset="utf-8">'
        f"<title>{escape(profile.name)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{escape(_say('title', languages[0]))}</h1>"
        f'<p class="model">{escape(profile.name)}</p>{_both("how", languages)}'
        f"<ol>{steps}</ol>{_ending(profile, languages)}</body></html>\n"
    )


def picture_of(step: SheetStep) -> str:
    """Return a step's barcode as SVG in millimetres; raises `ValueError` for a step without one."""
    if step.code is None:
        raise ValueError("this step has no barcode")
    if step.symbology == "qr":
        return _squares(step.code)
    bars = modules(step.code, fnc3=step.fnc3)
    width = (len(bars) + 2 * BAR_QUIET) * BAR_MM
    drawn = [
        _rectangle((BAR_QUIET + first) * BAR_MM, 0, length * BAR_MM, BAR_HEIGHT_MM)
        for first, length in _runs([bar == "1" for bar in bars])
    ]
    return _svg(width, BAR_HEIGHT_MM, drawn)


def _squares(text: str) -> str:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=SQUARE_QUIET)
    code.add_data(text)
    matrix = code.get_matrix()
    drawn = [
        _rectangle(first * SQUARE_MM, y * SQUARE_MM, length * SQUARE_MM, SQUARE_MM)
        for y, row in enumerate(matrix)
        for first, length in _runs(row)
    ]
    return _svg(len(matrix) * SQUARE_MM, len(matrix) * SQUARE_MM, drawn)


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Give where each dark run begins and how long it is: drawn as one, so that no printer leaves a gap in it."""
    place = 0
    for dark, cells in groupby(row):
        length = len(list(cells))
        if dark:
            yield place, length
        place += length


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"/>'


def _svg(width: float, height: float, drawn: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}mm" height="{height:.2f}mm" '
        f'viewBox="0 0 {width:.2f} {height:.2f}" shape-rendering="crispEdges">{"".join(drawn)}</svg>'
    )


def _step(number: int, step: SheetStep, languages: Sequence[str]) -> str:
    words = "".join(
        f'<p{_class(place)} lang="{language}">{escape(step.vi if language == "vi" else step.en)}</p>'
        for place, language in enumerate(languages)
    )
    lock = _both("lock", languages) if step.locks else ""
    return (
        f'<li{" class=lock" if step.locks else ""}><div class="number">{number}</div>'
        f'<div class="words">{words}{lock}</div><div class="do">{_way(step, languages)}</div>'
        f'<p class="source">{_say("source", languages[0])}: {escape(step.source)}</p></li>'
    )


def _way(step: SheetStep, languages: Sequence[str]) -> str:
    if step.code is not None:
        return f'{picture_of(step)}<p class="code">{escape(_legible(step))}</p>'
    if step.manual is not None:
        return f'<div class="glue">{_both("glue", languages)}<p><b>{escape(step.manual)}</b></p></div>'
    return f"{_both('send', languages)}<pre>{escape(chr(10).join(map(_command, step.serial_hex)))}</pre>"


def _legible(step: SheetStep) -> str:
    """Write what is in a barcode, so that a person can compare it with the maker's guide."""
    text = (step.code or "").encode("unicode_escape").decode("ascii")
    return f"FNC3 {text}" if step.fnc3 else text


def _command(order: str) -> str:
    """Write an order as a line for a shell."""
    return "printf '" + "".join(f"\\{byte:03o}" for byte in bytes.fromhex(order)) + "' > /dev/kiosk-scanner"


def _ending(profile: SheetProfile, languages: Sequence[str]) -> str:
    warning = ""
    if profile.warning_en:
        texts = {"vi": profile.warning_vi, "en": profile.warning_en}
        body = "".join(
            f"<p{_class(place)}><b>{escape(_say('warning', each))}</b>. {escape(texts[each])}</p>"
            for place, each in enumerate(languages)
        )
        warning = f'<div class="warning">{body}</div>'
    line = escape(f'scanner = "{profile.url}"')
    return f"{warning}{_both('then', languages)}<pre>[devices]\n{line}</pre>"


def _both(key: str, languages: Sequence[str]) -> str:
    return "".join(f"<p{_class(place)}>{escape(_say(key, each))}</p>" for place, each in enumerate(languages))


def _say(key: str, language: str) -> str:
    return _WORDS[key][LANGUAGES.index(language)]


def _class(place: int) -> str:
    return ' class="en"' if place else ""
