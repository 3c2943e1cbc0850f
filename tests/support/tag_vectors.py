"""Tags and compactions that others have published: facts in hexadecimal, with what their sources say they mean."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

VECTORS: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "data/rfid/tag_data.json").read_text(encoding="utf-8")
)["vectors"]


def vectors(kind: str, *formats: str) -> list[Any]:
    """Give the vectors of a kind, as test parameters; all formats where none is named.

    A vector whose expected value comes from a parser alone says ``regression`` in its name: it holds what we read
    today, and proves nothing.
    """
    return [
        pytest.param(vector, id=f"{'' if _accepted(vector) else 'regression-'}{vector['id']}")
        for vector in VECTORS
        if vector["kind"] == kind and (not formats or vector["format"] in formats)
    ]


def _accepted(vector: dict[str, Any]) -> bool:
    said = vector["expected_from"]
    return vector["origin"] != "DERIVED" and said != "independent parser" and not said.endswith("only")
