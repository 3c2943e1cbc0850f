"""A view as text, for goldens."""

from dataclasses import fields, is_dataclass


def drawn(value: object, indent: str = "") -> str:
    """Write a view as text, a line for each of its words."""
    if is_dataclass(value):
        parts = (f"{indent}  {part.name}:{drawn(getattr(value, part.name), indent + '    ')}" for part in fields(value))
        return "\n".join((f" {type(value).__name__}", *parts))
    if isinstance(value, tuple):
        return "".join(f"\n{indent}-{drawn(part, indent)}" for part in value)
    return f" {value}" if value not in {"", None} else ""
