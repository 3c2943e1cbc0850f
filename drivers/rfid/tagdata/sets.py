"""Sets of several tags: a box of three discs is one item, and all three must be there."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from drivers.rfid.tagdata.content import TagContent


@dataclass(frozen=True, slots=True)
class TagSet:
    """All tags seen of one item; an item with one tag is a set of one."""

    owner: str
    """International identifier of the library; empty where the tags name none."""
    item_id: str = field(repr=False)
    uids: tuple[str, ...]
    """In the order in which they were given, each once."""
    parts: int
    """How many there should be: the greatest number that any of the tags tells."""
    missing: tuple[int, ...]
    """Numbers of the parts that are not there, ascending."""
    doubled: tuple[int, ...]
    """Numbers that two or more tags bear, ascending: a tag copied by mistake, or two items with one number."""
    contradictory: bool
    """The tags do not agree how many parts there are, or one has a number beyond that."""

    @property
    def complete(self) -> bool:
        """Say whether every part is there, once, and all tags agree."""
        return not (self.missing or self.doubled or self.contradictory)


def sets_of(tags: Iterable[tuple[str, TagContent]]) -> tuple[TagSet, ...]:
    """Group tags, each with its UID, by owner and item id, in the order in which an item is met first.

    A UID that comes twice counts once. A tag without item id is of no set and is left out.
    """
    groups: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for uid, content in tags:
        if content.item_id:
            groups.setdefault((content.owner, content.item_id), {})[uid] = _counted(content.part, content.parts)
    return tuple(_set(owner, item_id, members) for (owner, item_id), members in groups.items())


def _counted(part: int, parts: int) -> tuple[int, int]:
    """Return part and parts; a zero in either means one tag for the whole item."""
    return (part, parts) if part and parts else (1, 1)


def _set(owner: str, item_id: str, members: dict[str, tuple[int, int]]) -> TagSet:
    seen = Counter(part for part, _ in members.values())
    told = {parts for _, parts in members.values()}
    parts = max(told)
    return TagSet(
        owner,
        item_id,
        tuple(members),
        parts,
        missing=tuple(number for number in range(1, parts + 1) if number not in seen),
        doubled=tuple(sorted(number for number, count in seen.items() if count > 1)),
        contradictory=len(told) > 1 or max(seen) > parts,
    )
