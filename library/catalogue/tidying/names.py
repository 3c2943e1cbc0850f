"""Names out of one field of authors: several people, their roles, headings turned about, and what is no name.

The comma is read with care: in ``Hesse, Hermann`` it turns a name about, in ``Jack Trout, Steve Rivkin`` it stands
between two, before ``1802-1870`` it goes with the dates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from library.catalogue.record import LONGEST_TEXT, Name, NameRole
from library.catalogue.tidying.lines import bare, line, without_brackets
from library.catalogue.tidying.persons import (
    ends_in_particle,
    is_body,
    is_initials,
    is_person,
    is_suffix,
    is_vietnamese,
)
from library.catalogue.tidying.relators import role_of_words
from library.text import fold

_PARTS: Final = re.compile(r"[;|\n]")
_AND: Final = re.compile(r"\s+(?:và|and|et|und|&|với|with)\s+|\s*&\s*")
_ROLE_BEFORE: Final = re.compile(r"([^:,()]{1,40}?)\s*:\s*(.+)")
_BRACKETED: Final = re.compile(r"\s*[(\[]\s*([^()\[\]]{1,60})\s*[)\]]")
_SAID_BEFORE: Final = re.compile(
    r"(?:((?:edited|translated|compiled|illustrated|written|photographs?|arranged|selected)(?: and \w+)?"
    r"|người dịch|biên dịch|chủ biên|biên soạn|sưu tầm|tuyển chọn|minh họa|dịch)\s+(?:(?:by|của)\s+)?|by\s+)(?=\w)",
    re.IGNORECASE,
)
_DATES: Final = re.compile(
    r"(?:(?:b\.|d\.|ca\.?|fl\.?|born|active|approximately)?\s*"
    r"[0-9]{1,4}\??(?:\s*(?:bce?|ce|ad|tcn))?\s*[-\u2013]?\s*(?:(?:ca\.?|approximately)?\s*"
    r"[0-9]{0,4}\??(?:\s*(?:bce?|ce|ad|tcn))?)|[-\u2013]\s*[0-9]{3,4}|[0-9]{1,2}(?:th|st|nd|rd) cent.*)\.?",
    re.IGNORECASE,
)
_MORE: Final = re.compile(r"\[?(?:\bet\.? al\b\.?|và những người khác|\bv\.v\.{0,3})\]?$", re.IGNORECASE)
_DEGREE: Final = re.compile(
    r"^(?:(?:PGS|GS|TSKH|TS|ThS|Th\.S|BS|KS|NGƯT|NGND|NSND|NSƯT|LS|CN|Dr|Prof|Ph\.?D)(?:\.\s*|\s+))+(?=[^\W\d_])"
)
_SAID_OF_NOBODY: Final = (
    "khong ro tac gia,khong ro,dang cap nhat,nhieu tac gia,nhieu nha xuat ban,unknown,anonymous,various,"
    "various authors,n/a,na,none,null,nan,tac gia,khuyet danh,nhom tac gia,updating,no author"
)
_NOBODY: Final = frozenset(_SAID_OF_NOBODY.split(","))
_OF_ALL: Final = frozenset({NameRole.TRANSLATOR, NameRole.COMPILER, NameRole.OTHER})
"""Roles that, said once behind several names, are those of all of them."""
_TWO: Final = 2
_LONGEST: Final = 20_000
"""Characters of a field of names that are looked at."""


def names(text: str, role: NameRole = NameRole.AUTHOR) -> tuple[Name, ...]:
    """Return the people and bodies that a field of names holds; who has no role said has `role`."""
    found = [name for part in _PARTS.split(text[:_LONGEST]) for name in _of_part(part, role)]
    return tuple({(name.text, name.role): name for name in found}.values())


def one_name(text: str, role: NameRole = NameRole.AUTHOR) -> Name | None:
    """Return a heading as one name without dates, or ``None`` where nobody is named."""
    said, given = _without_roles(_of_pieces(line(text).split(",")))
    seen = _named(said)
    return Name(text=seen, role=given or role) if seen else None


def is_nobody(text: str) -> bool:
    """Tell whether words in the place of a name say that nobody is known."""
    return fold(text).strip(" .[]()") in _NOBODY


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    role: NameRole | None


def _of_part(part: str, default: NameRole) -> Iterator[Name]:
    """Give the names between two semicolons."""
    said = line(part)
    said = said.rstrip(".… ,") if said.endswith(("...", "…")) else said
    said = _MORE.sub("", said).strip(" ,")
    given: NameRole | None = None
    before = _ROLE_BEFORE.fullmatch(said)
    if before and role_of_words(before[1]):
        given, said = role_of_words(before[1]), before[2]
    elif leading := _SAID_BEFORE.match(said):
        given, said = role_of_words(leading[1] or "by"), said[leading.end() :]
    pieces = [_Piece(*_without_roles(each)) for each in _apart(said)]
    shared = given or (pieces[-1].role if pieces[-1].role in _OF_ALL else None)
    for piece in pieces:
        seen = _named(piece.text)
        if seen:
            yield Name(text=seen, role=piece.role or shared or default)


def _named(text: str) -> str:
    seen = _DEGREE.sub("", without_brackets(bare(text)))[:LONGEST_TEXT].rstrip()
    return "" if is_nobody(seen) or not any(char.isalpha() for char in seen) else seen


def _without_roles(text: str) -> tuple[str, NameRole | None]:
    """Take what stands in brackets and is a role out of a name; what else stands there stays."""
    role = None
    for found in _BRACKETED.finditer(text):
        said = role_of_words(found[1])
        if said:
            role = role or said
            text = text.replace(found[0], "", 1)
    return text, role


def _apart(said: str) -> list[str]:
    """Cut a list of names into names."""
    commas = [piece.strip() for piece in said.split(",") if piece.strip()]
    plain = [_BRACKETED.sub("", piece).strip() for piece in commas]
    if len(commas) < _TWO:
        return _by_and(said)
    if any(_DATES.fullmatch(piece) for piece in plain) or is_suffix(plain[1]) or _is_turned(plain):
        return [_of_pieces(commas)]
    if _are_pairs(plain):
        return [f"{commas[at]}, {commas[at + 1]}" for at in range(0, len(commas), _TWO)]
    if is_body(plain[0]) and not is_vietnamese(plain[0]):
        return [said]
    joined: list[str] = []
    for piece, bare_piece in zip(commas, plain, strict=True):
        if joined and is_suffix(bare_piece):
            joined[-1] += f", {piece}"
        else:
            joined += _by_and(re.sub(r"^(?:và|and|&)\s+", "", piece))
    return joined


def _by_and(text: str) -> list[str]:
    parts = [part.strip() for part in _AND.split(text)]
    if len(parts) > 1 and all(is_person(_BRACKETED.sub("", part).strip(" .")) for part in parts):
        return parts
    return [text]


def _is_turned(pieces: list[str]) -> bool:
    """Tell whether the first comma stands between a family name and given names."""
    first, second = pieces[0], pieces[1]
    if len(pieces) > _TWO:
        return len(pieces) == _TWO + 1 and (second[:1].isupper() and pieces[2][:1].islower())
    if ends_in_particle(second):
        return True
    if is_vietnamese(second) or (is_vietnamese(first) and len(second.split()) > 1):
        return False
    return len(first.split()) == 1 or len(second.split()) == 1 or is_initials(second)


def _are_pairs(pieces: list[str]) -> bool:
    """Tell whether a list is one of names turned about: ``Smith, J., Brown, K.``."""
    if len(pieces) % _TWO or len(pieces) == _TWO:
        return False
    families, given = pieces[::_TWO], pieces[1::_TWO]
    return all(len(piece.split()) == 1 for piece in families) and (
        all(map(is_initials, given)) or all(len(piece.split()) == 1 for piece in given)
    )


def _of_pieces(pieces: list[str]) -> str:
    """Put a heading together again without the dates of a life; a role that stood behind them stays."""
    kept: list[str] = []
    for piece in map(str.strip, pieces):
        bracketed = _BRACKETED.findall(piece)
        if not _DATES.fullmatch(_BRACKETED.sub("", piece).strip()):
            kept.append(piece)
        elif kept and bracketed:
            kept[-1] += f" ({bracketed[0]})"
    return ", ".join(filter(None, kept))
