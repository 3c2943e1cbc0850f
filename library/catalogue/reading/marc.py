"""A MARC 21 record as leader and fields, whatever it was carried in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

LINKED: Final = "880"
"""The tag of a field that says in another script what its linked field says."""
_FIRST_OF_DATA: Final = "010"
_TAG: Final = 3


@dataclass(slots=True)
class MarcField:
    """A field: `data` for those below 010, else subfields in their order."""

    tag: str
    data: str = ""
    indicators: str = "  "
    subfields: list[tuple[str, str]] = field(default_factory=list)

    def all(self, codes: str) -> list[str]:
        """Give the texts of the subfields with one of `codes`, in the record's order."""
        return [text for code, text in self.subfields if code in codes and text.strip()]

    def first(self, codes: str) -> str:
        """Give the first text of the subfields with one of `codes`, or an empty one."""
        return next(iter(self.all(codes)), "")


@dataclass(slots=True)
class MarcRecord:
    """A record: its leader and its fields; those in another script come last, under the tag that they stand for."""

    leader: str
    fields: list[MarcField] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    by_tag: dict[str, list[MarcField]] = field(default_factory=dict)
    """Filled by `link`, when all fields are there."""

    def tagged(self, *tags: str) -> Iterator[MarcField]:
        """Give the fields with one of `tags`, tag after tag."""
        for tag in tags:
            yield from self.by_tag.get(tag, ())

    def control(self, tag: str) -> str:
        """Give what a field below 010 holds, or an empty text."""
        return next((each.data for each in self.by_tag.get(tag, ()) if not each.subfields), "")

    def link(self) -> None:
        """Put each 880 under the tag that it is linked to; one that links to itself or to nothing stays unread."""
        plain = [each for each in self.fields if each.tag != LINKED]
        linked = []
        for each in self.fields:
            if each.tag != LINKED:
                continue
            tag = each.first("6")[:_TAG]
            if len(tag) == _TAG and tag.isascii() and tag.isdigit() and tag != LINKED and tag >= _FIRST_OF_DATA:
                linked.append(MarcField(tag, "", each.indicators, each.subfields))
            else:
                self.notes.append("a field 880 is linked to no field; it was left out")
        self.fields = plain + linked
        for each in self.fields:
            self.by_tag.setdefault(each.tag, []).append(each)
