"""What every emulated reader of tags does with orders: lays tags down, lifts them, tells of them, misbehaves."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from drivers.emulators.device import Answer, Fact, Order, OrderError, text_of


class TagsAtHand(Protocol):
    """The tags of a reader; all raise `OrderError`."""

    def lay(self, order: Order) -> None:
        """Lay tags down."""
        ...

    def lift(self, order: Order) -> None:
        """Lift tags, all where the order names none."""
        ...

    def facts(self) -> list[Fact]:
        """Give every tag for the control socket."""
        ...


PadT = TypeVar("PadT", bound=TagsAtHand)


class TagDevice(ABC, Generic[PadT]):
    """An `EmulatedDevice` but for what it answers to its host."""

    def __init__(self, pad: PadT) -> None:
        self._pad = pad

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        said: Iterable[Answer] = ()
        match text_of(order, "do"):
            case "lay":
                self._pad.lay(order)
                said = self._laid()
            case "lift":
                self._pad.lift(order)
                self._lifted()
            case "misbehave":
                return {}, self._misbehave(order)
            case "tags" | "state":
                pass
            case unknown:
                raise OrderError(f"{unknown}: no such order")
        return {"tags": self._pad.facts(), **self._facts()}, said

    @abstractmethod
    def _misbehave(self, order: Order) -> Iterable[Answer]:
        """Carry out a misdeed, and give what the reader says unasked; raises `OrderError`."""

    def _facts(self) -> Order:
        """Give what is told of the reader beside its tags."""
        return {}

    def _laid(self) -> Iterable[Answer]:
        """Give what the reader says unasked when a tag was laid down."""
        return ()

    def _lifted(self) -> None:
        """Take it that tags were lifted."""
