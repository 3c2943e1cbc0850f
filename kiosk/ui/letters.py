"""Which font holds which letters: Be Vietnam Pro, drawn for Vietnamese, and another one for other scripts."""

import re
from importlib.resources import files

FAMILY = "Be Vietnam Pro"
OTHER_SCRIPTS = "DejaVuSans"
"""Comes with Kivy; holds Greek, Cyrillic and more, in one weight."""

_HELD = re.compile(
    "[ -~\u00a0-\u0107\u010a-\u0113\u0116-\u011b\u011e-\u0121\u0126-\u012b\u012e-\u0131\u0139\u013a\u013d\u013e"
    "\u0141-\u0144\u0147\u0148\u014c\u014d\u0150-\u0155\u0158-\u015b\u015e-\u016b\u016e-\u017e\u01a0\u01a1\u01af"
    "\u01b0\u01e6\u01e7\u0300-\u0304\u0306-\u030c\u031b\u0323\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9\u2013\u2014"
    "\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u2044\u20ab\u20ac\u2122\u2212\n]*"
)
"""The characters of Be Vietnam Pro that occur in text; a test compares them with the font's own table."""


def font_files() -> tuple[str, str]:
    """Give the paths of Be Vietnam Pro in its regular and its bold weight."""
    folder = files("fontpkg_be_vietnam_pro").joinpath("files")
    regular, bold = (str(folder.joinpath(f"BeVietnamPro-{weight}.ttf")) for weight in ("Regular", "SemiBold"))
    return regular, bold


def font_for(words: str) -> str:
    """Give the font that holds all of `words`, as far as one does."""
    return FAMILY if _HELD.fullmatch(words) else OTHER_SCRIPTS
