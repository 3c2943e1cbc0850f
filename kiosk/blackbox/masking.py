"""Takes out of events and states whatever belongs to a patron; what stays is enough to play the visit again."""

from dataclasses import Field, fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, get_args, get_type_hints

from kiosk.session.citizen_values import NOBODYS_CARD
from kiosk.session.touches import KeyTouched
from kiosk.session.values import ItemId, PatronId, Pin, TagUid
from library.identity.citizen_card import CitizenCard

LONGEST_TEXT = 300
"""Letters of a text's placeholder: no screen shows more."""
_Value = TypeVar("_Value")


class Mask:
    """Gives cards, items and tags numbers in the order of their coming, the same one to the same thing all visit long.

    Every text that is unprintable by type (``field(repr=False)``) becomes as many letters x. A PIN keeps its length, a
    typed number as well, whatever its keys were; a picture nothing.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], str] = {}
        self._hints: dict[str, dict[str, Any]] = {}

    def masked(self, value: _Value) -> _Value:
        """Give a dataclass without anybody's data; it is of the same type."""
        given: _Value = self._masked(value, None)
        return given

    def _masked(self, value: Any, hint: Any) -> Any:  # noqa: PLR0911 - one return for each kind of value
        match value:
            case PatronId(text):
                return PatronId(self._numbered("patron", text))
            case ItemId(text):
                return ItemId(self._numbered("item", text))
            case Pin(text):
                return Pin("0" * len(text))
            case CitizenCard():
                return NOBODYS_CARD
            case Enum():
                return value
            case str() if _names_tag(hint):
                return self._numbered("tag", value)
            case tuple():
                return tuple(self._masked(each, hint) for each in value)
            case frozenset():
                return frozenset(self._masked(each, hint) for each in value)
            case _ if is_dataclass(value) and not isinstance(value, type):
                return type(value)(**{each.name: self._field(value, each) for each in fields(value)})
            case _:
                return value

    def _field(self, value: Any, field: Field[Any]) -> Any:
        held = getattr(value, field.name)
        if isinstance(value, KeyTouched):
            return "0"
        if isinstance(held, str) and not isinstance(held, Enum) and not field.repr:
            return placeholder(held)
        if isinstance(held, bytes):
            return b""
        if isinstance(held, tuple) and not field.repr and all(isinstance(each, str) for each in held):
            return tuple(placeholder(each) for each in held)
        kind = type(value)
        if kind.__name__ not in self._hints:
            self._hints[kind.__name__] = get_type_hints(kind)
        return self._masked(held, self._hints[kind.__name__][field.name])

    def _numbered(self, kind: str, text: str) -> str:
        known = sum(each == kind for each, _ in self._numbers)
        return self._numbers.setdefault((kind, text), f"{kind}-{known + 1}")


def placeholder(text: str) -> str:
    """Give as many letters x as the text has letters, digits and signs; a digit that was typed becomes 0."""
    return "0" * len(text) if text.isdecimal() else "x" * min(len(text), LONGEST_TEXT)


def _names_tag(hint: Any) -> bool:
    return hint is TagUid or any(_names_tag(part) for part in get_args(hint))
