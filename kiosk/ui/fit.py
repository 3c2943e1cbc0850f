"""Sets words into a box: breaks lines, takes a smaller letter where needed, ends in an ellipsis as a last resort."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from library.text import printable

Measure = Callable[[str, int], tuple[float, float]]
"""Width and height in pixels of a text in one line, at a font size in pixels. A line with a capital under two marks
(like the first letter of "Ổi") is higher than others."""

_WORTH_A_WORD = 0.6
"""A line is cut after a whole word if so much of it is left."""

ELLIPSIS = "\u2026"


@dataclass(frozen=True, slots=True)
class Setting:
    """Words as they stand in their box."""

    lines: tuple[str, ...]
    font_size: int
    height: float
    """Of all lines, in pixels."""
    shortened: bool
    """Whether something was left out."""

    @property
    def text(self) -> str:
        """The lines, joined by line feeds."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Box:
    """The room for words, in pixels."""

    width: float
    height: float
    most_lines: int | None = None
    last_lines: int | None = None
    """So many lines at the last font size, if it is more; ``None``: no more than at the others."""

    def holds(self, lines: Sequence[str], font_size: int, measure: Measure) -> bool:
        """Say whether the lines fit under each other."""
        if self.most_lines is not None and len(lines) > self.most_lines:
            return False
        return _height(lines, font_size, measure) <= self.height


def fit(words: str, box: Box, font_sizes: Sequence[int], measure: Measure) -> Setting:
    """Set `words` at the first of `font_sizes` (largest first) at which all of them fit; else shorten at the last.

    At the last, the box may hold more lines (``Box.last_lines``) before anything is left out, and only there a word is
    broken. Line feeds in `words` are kept as line breaks; other control characters become spaces, and what is drawn as
    nothing is dropped. At least one line is always given, however low the box.
    """
    paragraphs = [printable(part) for part in words.split("\n")]
    for font_size in font_sizes:
        lines = [line for part in paragraphs for line in break_lines(part, box.width, font_size, measure)]
        whole = all(measure(line, font_size)[0] <= box.width for line in lines)
        if whole and box.holds(lines, font_size, measure):
            return Setting(tuple(lines), font_size, _height(lines, font_size, measure), shortened=False)
    last = box if box.last_lines is None else replace(box, most_lines=box.last_lines)
    return _shortened(paragraphs, last, font_sizes[-1], measure)


def break_lines(words: str, width: float, font_size: int, measure: Measure) -> list[str]:
    """Break between words so that each line holds as many as fit; a word wider than `width` stays whole."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, font_size)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _shortened(paragraphs: Sequence[str], box: Box, font_size: int, measure: Measure) -> Setting:
    lines = [line for part in paragraphs for line in _forced_lines(part, box.width, font_size, measure)]
    kept = lines
    while len(kept) > 1 and not box.holds(kept, font_size, measure):
        kept = kept[:-1]
    if len(kept) < len(lines):
        kept = [*kept[:-1], _with_ellipsis(kept[-1], box.width, font_size, measure)]
    return Setting(tuple(kept), font_size, _height(kept, font_size, measure), shortened=len(kept) < len(lines))


def _height(lines: Sequence[str], font_size: int, measure: Measure) -> float:
    return sum(measure(line, font_size)[1] for line in lines)


def _forced_lines(words: str, width: float, font_size: int, measure: Measure) -> list[str]:
    lines: list[str] = []
    for line in break_lines(words, width, font_size, measure):
        rest = line
        while len(rest) > 1 and measure(rest, font_size)[0] > width:
            head = _longest_beginning(rest, width, font_size, measure)
            lines.append(head)
            rest = rest[len(head) :]
        lines.append(rest)
    return lines


def _with_ellipsis(line: str, width: float, font_size: int, measure: Measure) -> str:
    kept = line
    while kept and measure(kept + ELLIPSIS, font_size)[0] > width:
        kept = kept[:-1]
    word_end = kept.rfind(" ")
    if len(kept) < len(line) and line[len(kept)] != " " and word_end >= len(kept) * _WORTH_A_WORD:
        kept = kept[:word_end]
    return kept.rstrip(" ,.;:") + ELLIPSIS


def _longest_beginning(text: str, width: float, font_size: int, measure: Measure) -> str:
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle], font_size)[0] <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low]
