"""Somebody comes with a citizen card: as the reader whose it is, or to become one."""

import re
import urllib.request

import pytest

from deploy.demo.people import NEWCOMERS_NAME
from tests.stories.reader import Reader

pytestmark = pytest.mark.timeout(300)


def waiting_at_desk(reader: Reader) -> str:
    """Read the server's page of who is to be made a reader."""
    with urllib.request.urlopen(f"{reader.site.admin_url}/new-readers", timeout=10) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode("utf-8"))


def test_a_citizen_card_and_its_readers_pin_open_the_visit(reader: Reader) -> None:
    reader.scans(reader.card("citizen"))
    reader.sees_page("pin")
    for digit in reader.demo["cards"]["with_pin"]["pin"]:
        reader.touches(f"key-{digit}")
    reader.touches("enter")

    assert reader.sees_page("borrow").page == "borrow"


def test_who_is_no_reader_agrees_hands_in_and_is_awaited_at_the_desk(reader: Reader) -> None:
    reader.scans(reader.card("newcomer"))
    offered = reader.sees_page("new_reader")
    reader.touches("go")
    asked = reader.sees_page("consent")
    reader.touches("choice-0")
    reader.touches("send")
    taken = reader.sees(
        "the number for the desk",
        lambda shown: shown.page == "new_reader" and "done" in shown.targets and not shown.busy,
    )
    codes = {word for text in taken.texts for word in re.findall(r"\b[A-Z0-9]{6}\b", text)}
    page = waiting_at_desk(reader)
    reader.touches("done")
    reader.find_home()

    assert any(NEWCOMERS_NAME in text for text in offered.texts)
    assert "send" not in asked.targets
    assert len(codes) == 1
    assert codes.pop() in page
