"""The two languages of the pages."""

from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from server.web import catalogue_view, fees_view, kiosk_view, labels, new_readers_view, staff_labels, statistics_view
from server.web.runbook import OVER, RUNBOOK
from server.web.wording import LANGUAGES, choose_language, load_wordings
from tests.support.fleet_pages import FakeKiosk
from tests.unit.server.web.client import Pages


def catalogue(language: str) -> Catalog:
    with files("server.web").joinpath("locale", f"{language}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def messages(language: str) -> dict[object, Message]:
    return {message.id: message for message in catalogue(language) if message.id}


def said_by_templates() -> set[object]:
    folder = files("server.web").joinpath("templates")
    places = [*folder.iterdir(), *folder.joinpath("parts").iterdir()]
    options = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    said: set[object] = set()
    for place in places:
        if place.is_file():
            with Path(str(place)).open("rb") as source:
                said.update(found[2] for found in babel_extract(source, ("_", "gettext", "ngettext"), [], options))
    return {(found[0], found[1]) if isinstance(found, tuple) else found for found in said}


def said_by_labels() -> set[object]:
    matters = (labels.MATTER, labels.MATTER_ADVICE, labels.MATTER_REASON)
    found = (catalogue_view.KIND, catalogue_view.FACET, catalogue_view.AUDIENCE, catalogue_view.ROLE_OF_NAME)
    fees = (fees_view.FEE_REASON, fees_view.ACT, fees_view.TROUBLE, fees_view.TRANSFER_TROUBLE, fees_view.ARRIVED)
    staff = (
        staff_labels.STAFF_ACT,
        staff_labels.STAFF_REASON,
        staff_labels.STAFF_REFUSAL,
        staff_labels.STAFF_OUTCOME,
    )
    tables = (*staff, labels.STATUS, labels.STATUS_HINT, labels.ROLE, labels.CONDITION, *matters, *found, *fees)
    kiosk = (kiosk_view.SPAN, kiosk_view.DOES, kiosk_view.PLAIN_LINE)
    figures = (statistics_view.SPAN, statistics_view.ENDING, statistics_view.SERVICE, statistics_view.REFUSAL)
    said = ((entry.heading, entry.cannot, entry.cause, entry.next_step) for entry in RUNBOOK.values())
    headings = {OVER, *kiosk_view.HEADINGS, *(words for entry in said for words in entry)}
    new = (new_readers_view.TROUBLE, new_readers_view.PURPOSE)
    pairs = (*labels.MESSAGES.values(), labels.OTHER_MESSAGE)
    return (
        {word for table in (*tables, *new, *kiosk, *figures) for word in table.values()}
        | {word for pair in pairs for word in pair}
        | headings
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_exactly_what_the_pages_say(language: str) -> None:
    assert set(messages(language)) == said_by_templates() | said_by_labels()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_the_same_places_to_fill(language: str) -> None:
    for english, message in messages(language).items():
        translations = [message.string] if isinstance(message.string, str) else list(message.string or ())
        wanted = english[-1] if isinstance(english, tuple) else english

        assert all(translations), english
        assert not message.fuzzy
        assert {places(text) for text in translations} == {places(str(wanted))}


def places(text: str) -> str:
    return " ".join(sorted(part.partition(")")[0] for part in text.split("%(")[1:]))


def test_vietnamese_differs_from_english() -> None:
    wordings = load_wordings()

    assert wordings["vi"].say("Kiosks") == "Máy tự phục vụ"
    assert wordings["en"].say("Kiosks") == "Kiosks"


@pytest.mark.parametrize(
    ("asked", "remembered", "chosen"),
    [
        (None, None, "vi"),
        ("en", None, "en"),
        (None, "en", "en"),
        ("vi", "en", "vi"),
        ("xx", "en", "en"),
        ("../../etc", None, "vi"),
    ],
)
def test_the_address_decides_then_the_cookie_then_vietnamese(
    asked: str | None, remembered: str | None, chosen: str
) -> None:
    assert choose_language(asked, remembered) == chosen


async def test_a_chosen_language_is_remembered_for_the_next_page() -> None:
    pages = Pages()
    await pages.get("/?lang=en")

    assert '<html lang="en">' in (await pages.get("/")).text


async def test_an_unknown_language_is_not_remembered() -> None:
    pages = Pages()

    answer = await pages.get("/?lang=xx")

    assert '<html lang="vi">' in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_language_code_without_end_is_refused_in_words() -> None:
    answer = await Pages().get("/?lang=" + "x" * 1000)

    assert answer.status_code == 422
    assert "Không thực hiện được" in answer.text


@pytest.mark.parametrize(("loans", "said"), [(0, "with 0 loans"), (1, "with 1 loan"), (2345, "with 2,345 loans")])
async def test_loans_are_counted_in_right_english(loans: int, said: str) -> None:
    pages = Pages()
    pages.fleet.show(FakeKiosk(loans_today=loans))

    assert (await pages.read("/?lang=en")).one(data_figure="kiosk-loans").text == said
