"""What may be wrong with a screen, found from an account of it."""

import re
import unicodedata
from itertools import combinations
from typing import Any

from library.text import printable
from tests.screens.samples import may_be_shortened

_SLACK = 1.5
"""Pixels lost to rounding."""

_FIRST_BUTTONS = {"start", "finish", "print", "stay"}
_KEY = "type-"
"""So begin the names of the keyboard's keys, which stand closer together (``kiosk.ui.key_plan``)."""


def faults_of(account: dict[str, Any]) -> list[str]:
    """Name every fault, in words for whoever repairs it."""
    return [*_faults_of_words(account), *_faults_of_targets(account)]


def _faults_of_words(account: dict[str, Any]) -> list[str]:
    window_width, window_height = account["window"]
    found = []
    for words in account["words"]:
        text = words["text"].replace("\n", " ")
        name = repr(text[:40])
        if words["drawn_width"] > words["width"] + _SLACK or words["drawn_height"] > words["height"] + _SLACK:
            found.append(f"{name} is cut: {words}")
        if words["shortened"] and not may_be_shortened(words["words"]):
            found.append(f"{name} is shortened")
        if not words["shortened"] and re.sub(r"\s", "", text) != re.sub(r"\s", "", printable(words["words"])):
            found.append(f"{name} is not what was to be said: {words['words']!r}")
        if not unicodedata.is_normalized("NFC", text) or not text.isprintable() or words["markup"]:
            found.append(f"{name} is not composed, printable and plain")
        if words["font_size"] < account["sizes"]["small"]:
            found.append(f"{name} is set too small")
        across = words["left"] >= -_SLACK and words["left"] + words["width"] <= window_width + _SLACK
        upright = words["bottom"] >= -_SLACK and words["bottom"] + words["height"] <= window_height + _SLACK
        if not across or not (upright or words["scrolls"]):
            found.append(f"{name} is outside the window: {words}")
    return found


def _faults_of_targets(account: dict[str, Any]) -> list[str]:
    per_mm = account["sizes"]["pixels_per_mm"]
    window_width, window_height = account["window"]
    found = []
    for target in account["targets"]:
        least_high = 25 if target["name"] in _FIRST_BUTTONS else 20
        if target["height"] < least_high * per_mm - _SLACK or target["width"] < 20 * per_mm - _SLACK:
            found.append(f"{target['name']} is too small: {target}")
        inside = target["x"] >= 0 and target["y"] >= 0
        inside = inside and target["x"] + target["width"] <= window_width + _SLACK
        if not inside or target["y"] + target["height"] > window_height + _SLACK:
            found.append(f"{target['name']} is outside the window: {target}")
    for one, other in combinations(account["targets"], 2):
        apart = max(
            one["x"] - other["x"] - other["width"],
            other["x"] - one["x"] - one["width"],
            one["y"] - other["y"] - other["height"],
            other["y"] - one["y"] - one["height"],
        )
        keys = one["name"].startswith(_KEY) and other["name"].startswith(_KEY)
        if apart < (1 if keys else 3) * per_mm - _SLACK:
            found.append(f"{one['name']} and {other['name']} are {apart / per_mm:.1f} mm apart")
    return found
