"""Writes the JSON Schema of every message: ``python -m mqtt.schema docs/schemas/mqtt``."""

import json
import sys
from pathlib import Path
from typing import Any

from mqtt.envelope import SCHEMA_VERSION, Message
from mqtt.messages import PUBLISHED, StaffActReport, VisitReport
from mqtt.topics import TABLE
from settings.published import publish


def schemas() -> dict[str, str]:
    """Return file name and text of each schema (JSON Schema 2020-12), and of the AsyncAPI document."""
    written = {f"{model.__name__}.json": _text(model) for model in PUBLISHED}
    written["asyncapi.json"] = asyncapi()
    for report in (VisitReport, StaffActReport):
        written[f"{report.__name__}.json"] = _text(report)
    return written


def asyncapi() -> str:
    """Return the AsyncAPI 3.0 document: who may send which message on which topic."""
    channels, operations = {}, {}
    for row in TABLE:
        name = row.message[0].lower() + row.message[1:]
        parameters = {"parameters": {"id": {"description": "the kiosk's id"}}} if "<id>" in row.name else {}
        channels[name] = {
            "address": row.name.replace("<id>", "{id}"),
            "description": f"Sent {row.when}.",
            "messages": {row.message: {"payload": {"$ref": f"./{row.message}.json"}}},
            **parameters,
        }
        operations[f"{row.sender}Tells{row.message}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "bindings": {"mqtt": {"qos": row.qos, "retain": row.retained}},
        }
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "How a kiosk reports", "version": SCHEMA_VERSION},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def topics_table() -> str:
    """Return the table of topics as Markdown, as it stands in docs/mqtt.md."""
    lines = ["| topic | from | QoS | retained | message | when |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [
        f"| `{row.name}` | {row.sender} | {row.qos} | {'yes' if row.retained else 'no'} "
        f"| [{row.message}](schemas/mqtt/{row.message}.json) | {row.when} |"
        for row in TABLE
    ]
    return "\n".join(lines) + "\n"


def _text(model: type[Message] | type[VisitReport] | type[StaffActReport]) -> str:
    schema = _tolerant(model.model_json_schema(mode="serialization"))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _tolerant(value: Any) -> Any:
    """Let every list of words take others too, and ask for the version: it is what a reader looks at first."""
    if isinstance(value, list):
        return [_tolerant(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _tolerant(child) for key, child in value.items()}
    if "enum" in inner:
        words = inner.pop("enum")
        inner.pop("type", None)
        inner["anyOf"] = [{"enum": words}, {"type": "string", "description": "a word of a newer version"}]
    if "schema_version" in inner.get("properties", {}):
        inner["required"] = sorted({*inner.get("required", ()), "schema_version"})
    return inner


def main(folder: Path) -> None:
    """Write all schemas into ``folder`` and take away those of messages that are no more."""
    publish(folder, schemas())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
