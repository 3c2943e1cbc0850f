"""How the catalogue's index stands to the store."""

from enum import StrEnum


class Condition(StrEnum):
    """What may be said of the index."""

    STARTING = "starting"
    BUILDING = "building"
    """Made anew; what was there before answers until then."""
    CURRENT = "current"
    TROUBLE = "trouble"
    """It cannot be kept; what was there before answers, if anything."""
