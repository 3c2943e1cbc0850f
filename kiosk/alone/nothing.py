"""A kiosk without rules of its own: it takes items back alone and lends nothing."""

from collections.abc import Awaitable, Callable

from kiosk.alone.lending import LendingRules


class NoRules:
    """A ``lending.RulesSource`` that has none."""

    @property
    def current(self) -> LendingRules | None:
        """There are none."""
        return None

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Tell that there are none."""
        await on_change(False)
