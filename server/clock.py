"""The server's only clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present as an aware time."""


def utc_now() -> datetime:
    """Give the present, in UTC."""
    return datetime.now(UTC)
