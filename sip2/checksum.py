"""The checksum of SIP2's error detection, over encoded bytes and never over letters (spec p. 16)."""

from enum import StrEnum

DIGITS = 4


class Checksum(StrEnum):
    """What the error detection of a line says."""

    GOOD = "good"
    BAD = "bad"
    ABSENT = "absent"


def checksum(through_az: bytes) -> bytes:
    """Return the four upper-case hexadecimal digits for a message up to and including the letters ``AZ``."""
    return b"%04X" % (-sum(through_az) & 0xFFFF)


def is_good(through_az: bytes, digits: bytes) -> bool:
    """Say whether the sum of the bytes and the value of the digits is 0 modulo 65536.

    Lower-case digits are taken (some senders write them); anything but four hexadecimal digits is not good.
    """
    return checksum(through_az) == digits.upper()
