"""Compares text with a committed file byte for byte; ``GOLDENS=write`` writes the files anew, for review."""

import os
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"


def golden(name: str, text: str) -> str:
    """Give the committed text of this name, under tests/data; in writing mode it becomes ``text`` first."""
    path = DATA / name
    if os.environ.get("GOLDENS") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return path.read_bytes().decode()
