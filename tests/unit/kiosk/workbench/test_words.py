"""The two languages of the workbench."""

from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from deploy.demo.people import ROLES
from kiosk.workbench import labels
from kiosk.workbench.bench import MISDEEDS, PAPER
from kiosk.workbench.wording import LANGUAGES
from tests.unit.kiosk.workbench.fakes import Person


def said() -> set[object]:
    folder = Path(str(files("kiosk.workbench").joinpath("templates")))
    options = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    found: set[object] = set()
    for place in folder.rglob("*.html"):
        with place.open("rb") as source:
            found.update(message[2] for message in babel_extract(source, ("_", "gettext"), [], options))
    tables = (labels.ROLE, labels.PAPER, labels.MISDEED, labels.SHOWS, labels.PROBLEM)
    return found | {words for table in tables for words in table.values()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_exactly_what_the_workbench_says(language: str) -> None:
    with files("kiosk.workbench").joinpath("locale", f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    messages = {message.id: message for message in catalogue if message.id}

    assert set(messages) == said()
    assert all(message.string and not message.fuzzy for message in messages.values())


def test_everything_that_can_be_done_has_words() -> None:
    assert {what for misdeeds in MISDEEDS.values() for what in misdeeds} | {"normal"} == set(labels.MISDEED)
    assert set(PAPER) == set(labels.PAPER)


def test_what_the_demos_cards_are_for_has_words() -> None:
    assert {role.shows for role in ROLES} <= set(labels.SHOWS)


async def test_the_page_speaks_vietnamese_unless_asked_for_english() -> None:
    person = Person()

    assert '<html lang="vi">' in (await person.get("/")).text
    assert "được mượn" in (await person.get("/")).text
    assert '<html lang="en">' in (await person.get("/?lang=en")).text
    assert "lang=en" in (await person.get("/?lang=en")).headers["set-cookie"]
