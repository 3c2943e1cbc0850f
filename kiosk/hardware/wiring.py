"""A board's wiring as a table for whoever holds the screwdriver; pure."""

from collections.abc import Iterable

from drivers.gpio.board_profile import BoardProfile, BuzzerUse, InputUse, OutputUse, PinUse

COLUMNS = ("pin", "BCM", "for", "level", "connect")


def wiring_rows(profile: BoardProfile) -> list[tuple[str, ...]]:
    """Return a row a pin, in the order of the header."""
    rows = [
        (use.physical, (str(use.physical), str(use.bcm), name, _level(use), use.connect))
        for name, use in profile.uses()
    ]
    return [row for _, row in sorted(rows)]


def wiring_text(profile: BoardProfile) -> str:
    """Return the table in columns."""
    return profile.name + "\n\n" + columns([COLUMNS, *wiring_rows(profile)])


def columns(rows: Iterable[tuple[str, ...]]) -> str:
    """Return rows with their columns below one another."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in lines
    )


def _level(use: PinUse) -> str:
    match use:
        case BuzzerUse():
            return f"out, {use.kind}"
        case OutputUse():
            return f"out, on is {use.active}"
        case InputUse():
            return f"in, active is {use.active}, pull {use.pull}, {use.settle_ms} ms"
        case _:
            return "-"
