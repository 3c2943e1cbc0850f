"""Sets words into a box: breaks lines, takes a smaller letter where needed, ends in an ellipsis as a last resort."""

from collections.abc import Callable, Iterator, Sequence
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

    def holds(self, lines: int, height: float) -> bool:
        """Say whether so many lines of that height together fit under each other."""
        return (self.most_lines is None or lines <= self.most_lines) and height <= self.height


def fit(words: str, box: Box, font_sizes: Sequence[int], measure: Measure) -> Setting:
    """Set `words` at the first of `font_sizes` (largest first) at which all of them fit; else shorten at the last.

    At the last, the box may hold more lines (``Box.last_lines``) before anything is left out, and only there a word is
    broken. Line feeds in `words` are kept as line breaks; other control characters become spaces, and what is drawn as
    nothing is dropped. At least one line is always given, however low the box.
    """
    paragraphs = [printable(part) for part in words.split("\n")]
    for font_size in font_sizes:
        setting = _whole(paragraphs, box, font_size, measure)
        if setting is not None:
            return setting
    last = box if box.last_lines is None else replace(box, most_lines=box.last_lines)
    return _shortened(paragraphs, last, font_sizes[-1], measure)


def break_lines(words: str, width: float, font_size: int, measure: Measure) -> Iterator[str]:
    """Break between words so that each line holds as many as fit; a word wider than `width` stays whole."""
    line = ""
    for number, word in enumerate(words.split(" ")):
        longer = f"{line} {word}" if number else word
        if number and measure(longer, font_size)[0] > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _whole(paragraphs: Sequence[str], box: Box, font_size: int, measure: Measure) -> Setting | None:
    lines: list[str] = []
    height = 0.0
    for line in (line for part in paragraphs for line in break_lines(part, box.width, font_size, measure)):
        line_width, line_height = measure(line, font_size)
        lines.append(line)
        height += line_height
        if line_width > box.width or not box.holds(len(lines), height):
            return None
    return Setting(tuple(lines), font_size, height, shortened=False)


def _shortened(paragraphs: Sequence[str], box: Box, font_size: int, measure: Measure) -> Setting:
    lines: list[str] = []
    height = 0.0
    shortened = False
    for line in (line for part in paragraphs for line in _forced_lines(part, box.width, font_size, measure)):
        line_height = measure(line, font_size)[1]
        if lines and not box.holds(len(lines) + 1, height + line_height):
            shortened = True
            break
        lines.append(line)
        height += line_height
    if shortened:
        height -= measure(lines[-1], font_size)[1]
        lines[-1] = _with_ellipsis(lines[-1], box.width, font_size, measure)
        height += measure(lines[-1], font_size)[1]
    return Setting(tuple(lines), font_size, height, shortened)


def _forced_lines(words: str, width: float, font_size: int, measure: Measure) -> Iterator[str]:
    for line in break_lines(words, width, font_size, measure):
        rest = line
        while len(rest) > 1 and measure(rest, font_size)[0] > width:
            head = _longest_beginning(rest, width, font_size, measure)
            yield head
            rest = rest[len(head) :]
        yield rest


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
