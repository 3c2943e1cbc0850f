"""Reads the .kv layouts of the widgets and pages out of the package, wherever it is installed."""

from importlib.resources import files

from kivy.lang import Builder

_ORDER = ("widgets", "screens")
_FIRST = "words.kv"
"""The base of other widgets; Kivy lets a later layout of a base undo an earlier one of what is derived from it."""


def load_layouts() -> None:
    """Tell Kivy every layout once; what an earlier call told is replaced."""
    here = files("kiosk.ui")
    for folder in _ORDER:
        for entry in sorted(here.joinpath(folder).iterdir(), key=lambda entry: (entry.name != _FIRST, entry.name)):
            if entry.name.endswith(".kv"):
                name = f"{folder}/{entry.name}"
                Builder.unload_file(name)
                Builder.load_string(entry.read_text(encoding="utf-8"), filename=name)
