"""What two ends must agree on before they can talk: letters, line ends, error detection, limits."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from library.text import nfc, to_ascii
from sip2.errors import Unsendable, UnsendableValueError
from sip2.fields import Tag

FIELD_LIMIT = 255
"""Characters of a value by the specification (DevGuide 6.2). Real servers do not cut (Koha): longer ones are taken."""
MESSAGE_LIMIT = 8192
"""Bytes of a message by the specification (DevGuide 6.2); longer ones are taken up to ``LINE_CAP``."""
LINE_CAP = 65_536
"""Bytes after which a line is thrown away. A real list of 60 loans is 1.2 kB of bare numbers; 200 loans named by whole
titles of 255 characters are 52 kB; nothing honest is longer, and a line that never ends must not fill the memory."""


class Encoding(StrEnum):
    """The letters on the line; the specification's own is CP850, which cannot write Vietnamese."""

    UTF_8 = "utf-8"
    LATIN_1 = "iso-8859-1"
    CP850 = "cp850"
    ASCII = "ascii"


class Terminator(Enum):
    """How this end ends its lines; every form is taken from the other end."""

    CR = b"\r"
    CR_LF = b"\r\n"
    LF = b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement between a terminal and a library system."""

    encoding: Encoding = Encoding.UTF_8
    terminator: Terminator = Terminator.CR
    error_detection: bool = True
    """A terminal writes AY and AZ; a library system does so exactly if the request did."""
    delimiter: str = "|"
    """One ASCII sign that is neither letter nor digit; sites with BIG5 or JIS use another one (DevGuide 6.7)."""
    retries: int = 3
    """How often in a row a line is asked for again, or sent again, before the link counts as failed."""
    field_limit: int | None = None
    """Encoded bytes at which a text is cut for an old terminal; ``None`` cuts nothing. Identifiers are never cut."""

    def __post_init__(self) -> None:
        sign = self.delimiter
        if len(sign) != 1 or not sign.isascii() or not sign.isprintable() or sign.isalnum() or sign == " ":
            raise ValueError(sign)

    def fit(self, tag: Tag | None, name: str, value: str) -> str:
        """Return the value as it can travel: transliterated to the encoding and cut to the field limit.

        Raise ``UnsendableValueError`` where the value is an identifier or a secret and would have to change.
        """
        exact = tag is not None and tag.exact
        if not self._encodable(value):
            if exact:
                raise UnsendableValueError(name, Unsendable.NOT_IN_ENCODING)
            value = "".join(char if self._encodable(char) else to_ascii(char) for char in nfc(value))
        if self.field_limit is not None and len(value.encode(self.encoding)) > self.field_limit:
            if exact:
                raise UnsendableValueError(name, Unsendable.TOO_LONG)
            value = value.encode(self.encoding)[: self.field_limit].decode(self.encoding, "ignore")
        return value

    def _encodable(self, value: str) -> bool:
        try:
            value.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True
