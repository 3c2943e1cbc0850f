"""What a test of real touches asks of the window: where the buttons are, and what became of a touch."""

from typing import Any

from tests.support.screen import ScreenProcess


def shown(screen: ScreenProcess, sample: str) -> dict[str, tuple[int, int]]:
    """Show a sample and give the middle of each target, once touches on it count."""
    account = screen.ask("show", sample=sample)
    screen.ask("idle", seconds=0.4)
    screen.ask("events")
    return {target["name"]: middle(target) for target in account["targets"]}


def middle(target: dict[str, Any]) -> tuple[int, int]:
    """Give the pixel in the middle of a target."""
    return round(target["x"] + target["width"] / 2), round(target["y"] + target["height"] / 2)


def middle_of(account: dict[str, Any], name: str) -> tuple[int, int]:
    """Give the middle of the target of that name."""
    return next(middle(target) for target in account["targets"] if target["name"] == name)


def all_events(screen: ScreenProcess, least: int) -> list[str]:
    """Give the events once there are at least so many, and no more come."""
    found: list[str] = []
    for _ in range(100):
        found += screen.ask("events")
        if len(found) >= least:
            break
        screen.ask("idle", seconds=0.05)
    screen.ask("idle", seconds=0.2)
    return found + list(screen.ask("events"))
