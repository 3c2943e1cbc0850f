"""Files that are made out of the code and lie beside it for others to read."""

from collections.abc import Mapping
from pathlib import Path


def publish(folder: Path, texts: Mapping[str, str]) -> None:
    """Write each text under its name into ``folder``, and take away every other file of their kind (``.json``)."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
