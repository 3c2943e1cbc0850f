"""Reads a page as a browser would, far enough for tests: its elements, its text, and whether its tags are closed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"article", "button", "dd", "div", "dt", "h1", "h2", "h3", "li", "p", "section", "td", "th", "tr", "ul"}
)
_VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "path", "circle"})


@dataclass(slots=True)
class Element:
    """One element; ``text`` is all text inside it, with white space as one space."""

    tag: str
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


class Markup(HTMLParser):
    """A page; fails with ``AssertionError`` when a tag is closed that is not the open one, or none is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(page)
        self.close()
        assert [element.tag for element in self._open] == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.handle_data(" ")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self._open, f"</{tag}> without its beginning"
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.pieces.append(data)

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Find elements by tag and attributes; ``data_kiosk`` stands for ``data-kiosk``, ``class_`` for one class."""
        return [element for element in self.elements if tag in {"", element.tag} and _matches(element, attributes)]

    def one(self, tag: str = "", **attributes: str) -> Element:
        """Find the only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]


def _matches(element: Element, attributes: dict[str, str]) -> bool:
    for name, expected in attributes.items():
        if name == "class_":
            if expected not in element.attributes.get("class", "").split():
                return False
        elif element.attributes.get(name.replace("_", "-")) != expected:
            return False
    return True
