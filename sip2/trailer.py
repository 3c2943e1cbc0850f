"""Where a line's AY and AZ are, well written or not, and what they say."""

import re

from sip2.agreement import Agreement
from sip2.checksum import DIGITS, Checksum, is_good
from sip2.errors import Oddity
from sip2.layout import CODE_WIDTH, layout_of
from sip2.messages import BY_CODE

_ODD_TRAILER_WIDTH = 24


def split_trailer(line: bytes, agreement: Agreement, oddities: list[Oddity]) -> tuple[bytes, int | None, Checksum]:
    """Return the line without AY and AZ, the sequence number, and what the checksum says; add what is odd about them.

    Odd forms that are read: a number of two digits, lower-case or too few digits, a delimiter or blanks after them, AY
    alone, AZ alone. They count only at the edge of a field: a title may end in ``AZ12``.
    """
    if line[-9:-7] == b"AY" and line[-6:-4] == b"AZ":
        found: _Found | None = (line[:-9], line[-7:-6], line[-DIGITS:], b"")
    else:
        found = _odd_trailer(line, agreement)
    if found is None:
        return line, None, Checksum.ABSENT
    body, number, digits, noise = found
    if noise:
        oddities.append(Oddity.NOISE_AFTER_CHECKSUM)
    sequence = int(number) if len(number) == 1 and number.isdigit() else None
    if number and sequence is None:
        oddities.append(Oddity.BAD_SEQUENCE)
    if digits is None:
        oddities.append(Oddity.SEQUENCE_WITHOUT_CHECKSUM)
        return body, sequence, Checksum.ABSENT
    if not is_good(line[: len(line) - len(noise) - len(digits)], digits):
        return body, sequence, Checksum.BAD
    if digits != digits.upper():
        oddities.append(Oddity.LOWER_CASE_CHECKSUM)
    return body, sequence, Checksum.GOOD


_Found = tuple[bytes, bytes, bytes | None, bytes]
"""Body, sequence number, checksum digits (``None`` without AZ), what stands after them."""


def _odd_trailer(line: bytes, agreement: Agreement) -> _Found | None:
    """Find what stands for AY and AZ in a line that does not end as it should."""
    if b"AY" not in line[-_ODD_TRAILER_WIDTH:] and b"AZ" not in line[-_ODD_TRAILER_WIDTH:]:
        return None
    kind = BY_CODE.get(line[:CODE_WIDTH].decode("latin-1"))
    fixed_end = CODE_WIDTH + (layout_of(kind).width if kind is not None else 0)
    sign = re.escape(agreement.delimiter.encode())
    edge = rb"(?:(?<=" + sign + rb")|(?<=\A" + b"." * fixed_end + rb"))"
    whole = re.search(
        edge + rb"(?:AY([^" + sign + rb"]{0,3}?))?AZ([0-9A-Za-z]*)([" + sign + rb" ]*)\Z", line, re.DOTALL
    )
    if whole:
        return line[: whole.start()], whole[1] or b"", whole[2][:DIGITS], whole[2][DIGITS:] + whole[3]
    number = re.search(edge + rb"AY([0-9])" + sign + rb"?\Z", line, re.DOTALL)
    return (line[: number.start()], number[1], None, b"") if number else None
