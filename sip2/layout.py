"""The shape of a message, read once from its class: which fixed fields in which places, which tagged fields."""

from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import ClassVar, get_args, get_type_hints

from sip2.fields import Fixed, Tag

CODE_WIDTH = 2
ID_WIDTH = 2


@dataclass(frozen=True, slots=True)
class Wire:
    """How a received message stood on the line, so that it can be sent on byte for byte."""

    fixed: str = field(repr=False)
    order: tuple[str, ...]
    """The ids of its tagged fields as they came."""
    closed: bool = True
    """The last field ended with a delimiter."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Message:
    """What all messages share; printing one shows no card, name, title or secret."""

    code: ClassVar[str] = ""
    extensions: tuple[tuple[str, str], ...] = ()
    """Tagged fields that this class does not know, as (id, value), in the order of the line."""
    wire: Wire | None = field(default=None, compare=False)
    """Set by the decoder alone."""

    def extension(self, tag_id: str) -> str | None:
        """Return the first unknown field of that id, or ``None``."""
        return next((value for name, value in self.extensions if name == tag_id), None)

    def __repr__(self) -> str:
        shape = layout_of(type(self))
        shown = [f"{name}={getattr(self, name)!r}" for name, _ in shape.fixed]
        for tag, name in shape.tagged:
            value = getattr(self, name)
            if value is not None and value != ():
                shown.append(f"{name}=..." if tag.private else f"{name}={value!r}")
        shown += [f"{tag_id}=..." for tag_id, _ in self.extensions]
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Request(Message):
    """A message from a terminal (SC) to the library system (ACS)."""

    changes: ClassVar[bool] = False
    """Executing it twice is not the same as executing it once."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Response(Message):
    """A message from the library system (ACS) to a terminal (SC)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A message class as data."""

    fixed: tuple[tuple[str, Fixed], ...]
    width: int
    """Characters of all fixed fields, without the message code."""
    tagged: tuple[tuple[Tag, str], ...]
    """Tag and attribute name in the order of the specification."""
    by_id: dict[str, tuple[Tag, str]]
    required: frozenset[str]
    """Ids that the specification demands."""
    essential: frozenset[str]
    """Ids without which a message says nothing: which patron, which item."""
    repeatable: frozenset[str]
    """Attribute names of the fields that may come again."""


def layout_of(kind: type[Message]) -> Layout:
    """Return the layout of a message class, from its annotations."""
    return _read(kind)  # type: ignore[arg-type] # mypy takes the instances' __hash__ for the class's own


@cache
def _read(kind: type[Message]) -> Layout:
    hints = get_type_hints(kind, include_extras=True)
    fixed: list[tuple[str, Fixed]] = []
    tagged: list[tuple[Tag, str]] = []
    required: set[str] = set()
    essential: set[str] = set()
    for attribute in fields(kind):
        match get_args(hints[attribute.name]):
            case (_, Fixed() as how):
                fixed.append((attribute.name, how))
            case (what, Tag() as tag):
                tagged.append((tag, attribute.name))
                if attribute.default is MISSING:
                    required.add(tag.id)
                if what is str:
                    essential.add(tag.id)
            case _:
                pass
    return Layout(
        fixed=tuple(fixed),
        width=sum(how.width for _, how in fixed),
        tagged=tuple(tagged),
        by_id={tag.id: (tag, name) for tag, name in tagged},
        required=frozenset(required),
        essential=frozenset(essential),
        repeatable=frozenset(name for tag, name in tagged if tag.repeatable),
    )
