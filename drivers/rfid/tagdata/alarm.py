"""What a tag says to the gate: its AFI, its EAS bit or both, by the values that the site has chosen.

ISO 28560 has AFI 07 for a thing in the library and C2 for one on loan; older sites have other pairs, and some gates
listen to the EAS bit of ICODE tags instead, or as well.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

_BYTE: Final = 0xFF


class AlarmState(StrEnum):
    """What the gate would do."""

    SECURED = "secured"
    """It would sound."""
    ON_LOAN = "on_loan"
    """It would be silent."""
    MIXED = "mixed"
    """AFI and EAS bit say different things: a write that was cut short. A gate may sound."""
    UNKNOWN = "unknown"
    """Not all that counts here was read, or a value stands there that this site does not use."""


@dataclass(frozen=True, slots=True)
class AlarmValues:
    """What is written to a tag; ``None`` leaves that one as it is."""

    afi: int | None
    eas: bool | None


@dataclass(frozen=True, slots=True)
class AlarmScheme:
    """How a site marks its tags; raises `ValueError` where it could not tell the two states apart."""

    afi: tuple[int, int] | None = (0x07, 0xC2)
    """The values for secured and for on loan; ``None`` where the AFI means nothing to the gate."""
    eas: bool = False
    """The EAS bit counts: set is secured."""

    def __post_init__(self) -> None:
        if self.afi is None:
            if not self.eas:
                raise ValueError("an alarm needs the AFI, the EAS bit or both")
        elif self.afi[0] == self.afi[1] or not all(0 <= value <= _BYTE for value in self.afi):
            raise ValueError("the AFI needs two different values from 0 to 255")

    def state(self, afi: int | None, eas: bool | None = None) -> AlarmState:  # noqa: FBT001 - a value off the tag
        """Say what a tag's values mean; ``None`` stands for a value that could not be read."""
        told = set[AlarmState]()
        if self.afi is not None:
            told.add(_of(afi == self.afi[0], afi == self.afi[1]))
        if self.eas:
            told.add(_of(eas is True, eas is False))
        if AlarmState.UNKNOWN in told:
            return AlarmState.UNKNOWN
        return told.pop() if len(told) == 1 else AlarmState.MIXED

    def values(self, *, secured: bool) -> AlarmValues:
        """Say what must stand on a tag that is to be secured, or on loan."""
        return AlarmValues(None if self.afi is None else self.afi[not secured], secured if self.eas else None)


def _of(secured: bool, on_loan: bool) -> AlarmState:  # noqa: FBT001 - two answers to two questions, in their order
    if secured:
        return AlarmState.SECURED
    return AlarmState.ON_LOAN if on_loan else AlarmState.UNKNOWN


PRESETS: Final = MappingProxyType(
    {
        "iso": AlarmScheme(),
        "3m_legacy": AlarmScheme((0xDA, 0xD7)),
        "german_legacy": AlarmScheme((0x07, 0x21)),
        "iso_and_eas": AlarmScheme(eas=True),
        "eas": AlarmScheme(None, eas=True),
    }
)
"""Schemes that are in use, by name. Of DA and D7 a public text says the opposite of what running programs write: read a
book on the shelf before relying on them."""
