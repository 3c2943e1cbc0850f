"""Which tags a site takes."""

import re
from dataclasses import dataclass
from typing import Final

from drivers.rfid.tagdata.content import TagFormat


@dataclass(frozen=True, slots=True)
class TagRules:
    """Data models that a site accepts; raises `ValueError` where they cannot work."""

    accepted: frozenset[TagFormat] = frozenset(TagFormat) - {TagFormat.RAW_EPC}
    epc_pattern: re.Pattern[str] | None = None
    """For `TagFormat.RAW_EPC`: fits the whole EPC, read as ASCII or else written as upper-case hexadecimal; its one
    group is the item's number."""

    def __post_init__(self) -> None:
        if TagFormat.RAW_EPC in self.accepted and (self.epc_pattern is None or self.epc_pattern.groups != 1):
            raise ValueError("a number in the EPC needs a pattern with one group")


DEFAULT_RULES: Final = TagRules()
