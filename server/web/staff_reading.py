"""What the page of what staff did reads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class ActReading(Protocol):
    """One act."""

    @property
    def kiosk_id(self) -> str:
        """Where."""
        ...

    @property
    def at(self) -> datetime:
        """Aware."""
        ...

    @property
    def staff(self) -> str | None:
        """What the member goes by; ``None``: nobody had said yet."""
        ...

    @property
    def act(self) -> str:
        """A key of ``staff_labels.STAFF_ACT``, or a newer kiosk's word."""
        ...

    @property
    def device(self) -> str:
        """A key of ``labels.ROLE``, or empty."""
        ...

    @property
    def item(self) -> str:
        """The number of the item whose alarm it was about, or empty."""
        ...

    @property
    def reason(self) -> str:
        """A key of ``staff_labels.STAFF_REASON``, or empty."""
        ...

    @property
    def refusal(self) -> str:
        """A key of ``staff_labels.STAFF_REFUSAL``, or empty."""
        ...

    @property
    def outcome(self) -> str:
        """A key of ``staff_labels.STAFF_OUTCOME``; empty: not known."""
        ...


class ActsReading(Protocol):
    """One page of acts."""

    @property
    def acts(self) -> Sequence[ActReading]:
        """Newest first."""
        ...

    @property
    def kiosks(self) -> Sequence[str]:
        """All kiosks at which staff did something."""
        ...

    @property
    def number(self) -> int:
        """Which page, from 1."""
        ...

    @property
    def has_older(self) -> bool:
        """Whether there is another page behind it."""
        ...


class ActsReader(Protocol):
    """Where the page reads."""

    def page(self, kiosk_id: str | None, number: int) -> ActsReading:
        """Read one page, of one kiosk or of all; called in a worker thread."""
        ...
