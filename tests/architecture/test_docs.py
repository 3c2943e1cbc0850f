"""What the documents say is what the code says."""

import enum
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from drivers.registry import BUILT_IN
from kiosk.config import KioskConfig
from kiosk.ui.panel import load_panel, panel_names
from kiosk.ui.theme import Sizes
from library.lending.refusals import Refusal
from mqtt.agent.config import AgentConfig
from server.config import ServerConfig
from sip2.messages import BY_CODE
from tests.architecture.tree import ROOT, tracked

FILES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("kiosk.toml", KioskConfig),
    ("agent.toml", AgentConfig),
    ("server.toml", ServerConfig),
)
PAGES = [path for path in tracked() if path.suffix == ".md"]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _read(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = LINK.findall((ROOT / page).read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (ROOT / page.parent / link).exists()] == []


def _shown(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    return "none" if default is None else f"`{json.dumps(_plain(default), ensure_ascii=False)}`".replace("\\\\", "\\")


def _plain(value: object) -> Any:
    if isinstance(value, tuple | frozenset):
        return [_plain(part) for part in value]
    if isinstance(value, re.Pattern):
        return value.pattern
    return value.value if isinstance(value, enum.Enum) else value


def _models(name: str, model: type[BaseModel]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give each section of a file with its keys and how their defaults are written, sections inside sections too."""
    keys = {}
    for key, field in model.model_fields.items():
        inner = [part for part in (field.annotation, *get_args(field.annotation)) if _is_model(part)]
        if not inner or not _is_model(field.annotation):
            keys[key] = _shown(field)
        for part in inner:
            yield from _models(key if name == "top" else f"{name}.{key}", part)
    yield name, keys


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


SECTIONS = [(file, *section) for file, model in FILES for section in _models("top", model)]


@pytest.mark.parametrize(("file", "section", "keys"), SECTIONS, ids=lambda part: part if isinstance(part, str) else "")
def test_every_key_and_its_default_is_documented(file: str, section: str, keys: dict[str, str]) -> None:
    _, _, rest = _read("configuration.md").partition(f"\n### {file}: {section}\n")
    table = rest.partition("\n##")[0]
    documented = dict(re.findall(r"^\| `(\w+)` \| (required|none|`.*?`) \|", table, re.MULTILINE))

    assert documented == keys


def test_no_section_is_documented_that_is_not_there() -> None:
    documented = re.findall(r"^### (\S+): (\S+)$", _read("configuration.md"), re.MULTILINE)

    assert sorted(documented) == sorted((file, section) for file, section, _ in SECTIONS)


def test_the_sizes_on_each_panel_are_the_documented_ones() -> None:
    rows = [
        f"| `{name}` | {sizes.width} x {sizes.height} | {sizes.text} | {sizes.primary} | {sizes.target} | {sizes.gap} |"
        for name in panel_names()
        for sizes in [Sizes.of(load_panel(name))]
    ]

    assert [row for row in _read("accessibility.md").splitlines() if row.startswith("| `")] == rows


def test_every_kind_of_device_url_is_documented() -> None:
    schemes = {key.split(".")[1] for key in BUILT_IN}

    assert set(re.findall(r"^\| `([\w+]+)://", _read("hardware.md"), re.MULTILINE)) == schemes


def test_every_refusal_that_travels_is_documented() -> None:
    page = _read("sip2.md")

    assert [refusal.value for refusal in Refusal if f"| `{refusal.value}` |" not in page] == []


def test_every_message_that_a_terminal_may_send_is_documented() -> None:
    page = _read("sip2.md").partition("## Our server as a library system")[2]
    codes = set(re.findall(r"\b\d\d\b", page.partition("**Refusals.**")[0]))

    assert set(BY_CODE) <= codes
