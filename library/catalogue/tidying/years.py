"""The year of publication out of what a title page, a cataloguer or a table says."""

import re
from typing import Final

_YEAR: Final = r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})(?![0-9])"
_ANY: Final = re.compile(_YEAR)
_CORRECTED: Final = re.compile(r"\[[^\]]{0,40}?" + _YEAR + r"[^\]]{0,40}\]")
_NOT_GREGORIAN: Final = re.compile(r"^\W*2[0-9]{3}\s*\[")


def year(text: str) -> int | None:
    """Return the year: ``[c1998]`` 1998, ``2001-2003`` 2001, ``Tháng 5 2010`` 2010; ``[20?]`` has none.

    A year of another era with ours in brackets behind it, ``2023 [1966]``, is ours.
    """
    if _NOT_GREGORIAN.match(text):
        corrected = _CORRECTED.search(text)
        if corrected:
            return int(corrected[1])
    found = _ANY.search(text)
    return int(found[1]) if found else None
