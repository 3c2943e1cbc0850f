"""Writes the JSON Schema of every kind of profile: ``python -m kiosk.hardware.schemas docs/schemas/firmware``."""

import json
import sys
from pathlib import Path

from kiosk.hardware.catalogue import KINDS
from settings.published import publish


def schemas() -> dict[str, str]:
    """Return file name and text of each schema (JSON Schema 2020-12)."""
    written = {}
    for kind in KINDS:
        if kind.model is not None:
            schema = kind.model.model_json_schema()
            schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
            text = json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
            written[f"{kind.name}.json"] = text
    return written


if __name__ == "__main__":
    publish(Path(sys.argv[1]), schemas())
