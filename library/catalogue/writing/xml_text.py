"""XML written piece by piece; whatever a text holds, what is written can be read."""

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_NO_CHARACTER: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to say: control characters, unpaired surrogates, U+FFFE and U+FFFF."""


def clean(text: str) -> str:
    """Give a text without what no XML may hold."""
    return _NO_CHARACTER.sub("", text)


def element(name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """Write an element that holds a text."""
    return around(name, escape(clean(text), {"\r": "&#13;"}), attributes)


def around(name: str, inside: str, attributes: Mapping[str, str] | None = None) -> str:
    """Write an element around what is written already."""
    said = "".join(f" {key}={quoteattr(clean(value))}" for key, value in (attributes or {}).items())
    return f"<{name}{said}>{inside}</{name}>" if inside else f"<{name}{said}/>"
