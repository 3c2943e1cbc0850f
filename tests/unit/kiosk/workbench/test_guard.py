"""Who may give orders to the workbench."""

import pytest

from tests.unit.kiosk.workbench.fakes import Person, uid


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8090"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:8090", "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_an_order_from_another_sites_page_is_refused_even_with_our_token(headers: dict[str, str]) -> None:
    person = Person()

    answer = await person.send("lay", {"uid": uid(1)}, headers)

    assert answer.status_code == 403
    assert person.pad.orders == []


@pytest.mark.parametrize("token", ["", "wrong", "é"])
async def test_an_order_without_our_token_is_refused(token: str) -> None:
    person = Person()

    answer = await person.post("lay", uid=uid(1), token=token)

    assert answer.status_code == 409
    assert "This page is too old; try again." in answer.text
    assert person.pad.orders == []


async def test_an_order_by_another_host_name_is_refused() -> None:
    assert (await Person().send("lift", {}, {"Host": "evil.example"})).status_code == 421


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1.evil.example"])
async def test_another_host_name_is_not_answered(host: str) -> None:
    assert (await Person().get("/", Host=host)).status_code == 421


async def test_orders_are_not_taken_by_reading() -> None:
    person = Person()

    assert (await person.get("/do/lift")).status_code == 405
    assert person.pad.orders == []


async def test_an_unknown_order_is_not_found() -> None:
    assert (await Person().post("format")).status_code == 404


async def test_a_form_without_end_is_not_read() -> None:
    assert (await Person().post("scan", text="x" * 100_000)).status_code == 404


async def test_pages_carry_the_protective_headers_and_nothing_inline() -> None:
    person = Person()

    headers = (await person.get()).headers
    page = await person.read()

    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert headers["cache-control"] == "no-store"
    assert page.all("style") == []
    assert [
        name for element in page.elements for name in element.attributes if name == "style" or name[:2] == "on"
    ] == []
    assert len({element.attributes["id"] for element in page.elements if "id" in element.attributes}) == len(
        [element for element in page.elements if "id" in element.attributes]
    )
