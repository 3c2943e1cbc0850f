"""Breaks text into lines of a given number of columns."""

from library.text.forms import nfc
from library.text.width import display_width


def wrap(text: str, columns: int) -> tuple[str, ...]:
    """Break `text` between words into lines of at most `columns`, which must be two or more.

    Only a word that is longer than a whole line is cut, never between a letter and its marks. No text gives no line.
    """
    lines: list[str] = []
    line = ""
    for word in nfc(text).split():
        joined = f"{line} {word}" if line else word
        if display_width(joined) <= columns:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _cut(word, columns)
        lines += full
    return (*lines, line) if line else tuple(lines)


def centred(text: str, columns: int) -> str:
    """Put `text` in the middle of so many columns; nothing follows it."""
    return " " * ((columns - display_width(text)) // 2) + text


def _cut(word: str, columns: int) -> list[str]:
    parts = [""]
    for char in word:
        if display_width(parts[-1] + char) > columns:
            parts.append("")
        parts[-1] += char
    return parts
