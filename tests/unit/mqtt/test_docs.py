"""The published schemas and the table of topics say what the code does."""

import json
from pathlib import Path

import jsonschema
import pytest

from mqtt import messages
from mqtt.envelope import Message
from mqtt.schema import main, schemas, topics_table
from mqtt.topics import TABLE
from tests.support.mqtt_messages import EXAMPLES

ROOT = Path(__file__).parents[3]


def test_the_committed_schemas_are_those_of_the_models() -> None:
    folder = ROOT / "docs" / "schemas" / "mqtt"
    committed = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}

    assert committed == schemas()


def test_writing_the_schemas_takes_away_those_of_messages_that_are_no_more(tmp_path: Path) -> None:
    (tmp_path / "Old.json").write_text("{}")

    main(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == set(schemas())


def test_the_document_holds_the_table_of_topics() -> None:
    text = (ROOT / "docs" / "mqtt.md").read_text(encoding="utf-8")

    assert topics_table() in text


def test_every_topic_names_a_published_message_and_every_message_has_a_topic() -> None:
    assert {row.message for row in TABLE} == {model.__name__ for model in messages.PUBLISHED}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_every_message_fits_its_published_schema(example: Message) -> None:
    schema = json.loads(schemas()[f"{type(example).__name__}.json"])

    jsonschema.Draft202012Validator(schema).validate(json.loads(messages.encode(example)))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_a_message_of_a_newer_minor_version_fits_the_schema_too(example: Message) -> None:
    schema = json.loads(schemas()[f"{type(example).__name__}.json"])
    newer = {**json.loads(messages.encode(example)), "schema_version": "1.9", "fresh": {"deep": [1]}}
    if "state" in newer:
        newer["state"] = "dancing"

    jsonschema.Draft202012Validator(schema).validate(newer)
