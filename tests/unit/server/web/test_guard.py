"""Who may ask the pages, and what protects the answers."""

import pytest

from server.web.guard import host_name
from tests.unit.server.web.client import Pages

PATHS = ["/", "/admin", "/healthz", "/api/v1/fleet", "/static/pages.css", "/nowhere"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:8080", "127.0.0.1:1"])
async def test_our_own_names_are_answered(host: str) -> None:
    assert (await Pages().get("/", host=host)).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]", "localhost.", "@127.0.0.1"])
async def test_another_name_is_turned_away_before_anything_is_read(host: str) -> None:
    pages = Pages()

    answer = await pages.get("/", host=host)

    assert answer.status_code == 421
    assert pages.fleet.readings == 0


def test_two_host_headers_are_turned_away() -> None:
    assert host_name(["127.0.0.1", "evil.example"]) == ""


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_protective_headers(path: str) -> None:
    headers = (await Pages().get(path)).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


async def test_a_refused_name_gets_the_protective_headers_too() -> None:
    headers = (await Pages().get("/", host="evil.example")).headers

    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/"])
async def test_only_the_pages_own_files_are_given_out(path: str) -> None:
    assert (await Pages().get(path)).status_code == 404


async def test_an_unknown_address_is_answered_in_the_readers_language() -> None:
    answer = await Pages().get("/nowhere?lang=en")

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


async def test_a_changing_request_that_no_page_of_ours_sent_is_refused() -> None:
    assert (await Pages().get("/", method="POST")).status_code == 403


async def test_an_unknown_address_of_the_api_is_answered_as_json() -> None:
    answer = await Pages().get("/api/v1/nothing")

    assert answer.status_code == 404
    assert answer.json() == {"error": "There is no such page"}
