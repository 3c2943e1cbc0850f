"""What may happen in a random history beside the events themselves, and a walk through all that a state holds."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from kiosk.session.values import PatronId


@dataclass(frozen=True)
class Answer:
    """A proper answer to one of the effects that are under way; ``luck`` chooses which and what."""

    luck: int


@dataclass(frozen=True)
class Again:
    """An answer that was given already comes a second time."""

    which: int


@dataclass(frozen=True)
class Card:
    """A card; the visit's id is fresh."""

    patron_id: PatronId


@dataclass(frozen=True)
class Wait:
    """Time goes on."""

    seconds: float


def strings(value: object) -> Iterator[str]:
    """Walk through all that a value holds and give every string."""
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from strings(getattr(value, part.name))
