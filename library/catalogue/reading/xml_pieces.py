"""XML files cut into their records, each read by itself: a broken one costs no other, and no entity is ever declared.

A file is never one tree. The elements ``record`` and ``dc`` are found by their tags in the stream of bytes; what stands
outside them, a document type with its entities among it, is never parsed. So a name of an entity can stand for one
character of HTML at most, and nothing is fetched.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from xml.parsers import expat

from library.catalogue.reading.draft import LONGEST_ORIGINAL

_AT_A_TIME: Final = 1 << 16
_TAG: Final = re.compile(
    rb"<(?P<end>/?)(?:[A-Za-z_][\w.-]{0,40}:)?(?P<name>record|dc)(?=[\s/>])(?P<rest>[^<>]{0,4000})>"
)
_LONGEST_TAG: Final = 4_200
_INSIDE: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?metadata(?=[\s/>])")
_ENCODING: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_ENTITY: Final = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_OF_XML: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DEEPEST: Final = 40
_MOST_ELEMENTS: Final = 50_000


class NoXmlError(ValueError):
    """A piece that is not well formed; the words say why."""


@dataclass(slots=True)
class Element:
    """An element without its name space: its name, attributes, text, and elements inside."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def named(self, *names: str) -> Iterator["Element"]:
        """Give all elements inside, at any depth, that have one of `names`."""
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.named(*names)


@dataclass(frozen=True, slots=True)
class XmlPiece:
    """The bytes of one record in UTF-8, and the line where it begins."""

    data: bytes
    line: int
    fault: str = ""


def pieces(file: BinaryIO) -> Iterator[XmlPiece]:
    """Cut a file into records; one that never ends is told when the next begins."""
    cutter = _Cutter()
    for chunk in in_utf8(file):
        yield from cutter.receive(chunk)
    yield from cutter.end()


def parse(data: bytes) -> tuple[Element, list[str]]:
    """Read one piece, give its tree and what was mended; raise :class:`NoXmlError` where it is not well formed."""
    notes = []
    if _NOT_XML.search(data):
        data = _NOT_XML.sub(b" ", data)
        notes.append("control characters were left out")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        data = data.decode("utf-8", errors="replace").encode()
        notes.append("bytes that are no UTF-8 were left out")
    written_out = _ENTITY.sub(_character, data)
    return _Tree().read(written_out), notes


def _character(found: re.Match[bytes]) -> bytes:
    """Write an entity of HTML as its character; any other stays, and is an error."""
    if found[1] in _OF_XML:
        return found[0]
    known = html.unescape(found[0].decode("ascii"))
    return found[0] if known.startswith("&") else "".join(f"&#{ord(char)};" for char in known).encode()


def in_utf8(file: BinaryIO) -> Iterator[bytes]:
    """Give a file's bytes as UTF-8, whatever its first bytes or its declaration say that it is."""
    head = file.read(_AT_A_TIME)
    name = "utf-8"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    elif said := _ENCODING.match(head.lstrip(b"\xef\xbb\xbf \r\n\t")):
        name = _known(said[1].decode("ascii"))
    if name == "utf-8":
        yield head
        while chunk := file.read(_AT_A_TIME):
            yield chunk
        return
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    while head:
        yield decoder.decode(head).encode("utf-8", errors="replace")
        head = file.read(_AT_A_TIME)


def _known(name: str) -> str:
    """Give the codec of a declared encoding of text; UTF-8 where there is none."""
    try:
        found = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError):
        return "utf-8"
    return found.name


class _Cutter:
    def __init__(self) -> None:
        self._waiting = b""
        self._line = 1
        self._begin: int | None = None
        """Where in ``_waiting`` the record begins that is being gathered."""
        self._at = 0
        self._open: list[bytes] = []

    def receive(self, chunk: bytes) -> Iterator[XmlPiece]:
        self._waiting += chunk
        while found := _TAG.search(self._waiting, self._at):
            self._at = found.end()
            yield from self._tag(found)
        self._forget()
        if self._begin is not None and len(self._waiting) - self._begin > LONGEST_ORIGINAL:
            yield XmlPiece(b"", self._line_at(self._begin), "is too long to be a record")
            self._begin = None
            self._open.clear()
            self._forget()

    def end(self) -> Iterator[XmlPiece]:
        if self._begin is not None:
            yield XmlPiece(b"", self._line_at(self._begin), "the file ends in the middle of it")

    def _tag(self, found: re.Match[bytes]) -> Iterator[XmlPiece]:
        name = found["name"]
        if found["end"]:
            if name in self._open:
                while self._open.pop() != name:
                    pass
                if not self._open and self._begin is not None:
                    yield self._piece(found.end())
            return
        empty = found["rest"].endswith(b"/")
        if self._begin is not None and name == b"record" and not self._may_hold(found.start()):
            yield XmlPiece(b"", self._line_at(self._begin), "has no end")
            self._begin, self._open = None, []
        if self._begin is None:
            self._begin = found.start()
        if not empty:
            self._open.append(name)
        elif not self._open:
            yield self._piece(found.end())

    def _may_hold(self, until: int) -> bool:
        """Tell whether a record inside the one being gathered is the metadata of a harvest."""
        return len(self._open) == 1 and _INSIDE.search(self._waiting, self._begin or 0, until) is not None

    def _piece(self, end: int) -> XmlPiece:
        begin = self._begin or 0
        self._begin = None
        return XmlPiece(self._waiting[begin:end], self._line_at(begin))

    def _line_at(self, at: int) -> int:
        return self._line + self._waiting.count(b"\n", 0, at)

    def _forget(self) -> None:
        """Let go of what was read; of what is left only a tag that is cut by the chunk's end may still matter."""
        keep = self._begin
        if keep is None:
            cut = self._waiting.rfind(b"<")
            keep = cut if cut >= max(self._at, len(self._waiting) - _LONGEST_TAG) else len(self._waiting)
        self._line += self._waiting.count(b"\n", 0, keep)
        self._waiting = self._waiting[keep:]
        if self._begin is not None:
            self._begin = 0
        cut = self._waiting.rfind(b"<")
        self._at = max(self._at - keep, cut if cut >= 0 else len(self._waiting), 0)


class _Tree:
    def __init__(self) -> None:
        self._root = Element("")
        self._path = [self._root]
        self._texts: list[list[str]] = [[]]
        self._count = 0

    def read(self, data: bytes) -> Element:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise NoXmlError(f"is not well formed: {expat.ErrorString(error.code)}") from None
        return self._root.children[0]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._path) > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise NoXmlError("has too many elements, or too deep ones")
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], plain)
        self._path[-1].children.append(element)
        self._path.append(element)
        self._texts.append([])

    def _end(self, name: str) -> None:
        del name
        self._path.pop().text = "".join(self._texts.pop())

    def _text(self, data: str) -> None:
        self._texts[-1].append(data)

    def _doctype(self, *said: object) -> None:
        del said
        raise NoXmlError("holds a document type")
