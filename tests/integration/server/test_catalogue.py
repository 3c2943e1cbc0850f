"""``library-server import`` and ``search``, with a running server and without."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.__main__ import main
from tests.support.programs import Program

BOOKS = (
    '{"id": "b1", "title": "Đất rừng phương Nam", "author": "Đoàn Giỏi", "year": "2019"}\n'
    '{"id": "b2", "title": "Giông tố", "author": "Vũ Trọng Phụng"}\n'
)


@pytest.fixture
def books(installed: Path) -> Path:
    file = installed.parent / "books.jsonl"
    file.write_text(BOOKS, encoding="utf-8")
    return file


def search(installed: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["search", *words, "--json", "--config", str(installed)]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_what_is_imported_is_found_at_once_by_the_id_of_its_source(
    installed: Path, books: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statuses = [main(["import", str(books), "--config", str(installed)]) for _ in range(2)]
    said = capsys.readouterr()

    told = search(installed, capsys, "dat rung phuong nam", "--limit", "3", "--facet", "place")

    assert (statuses, said.err) == ([0, 0], "")
    assert f"{books}: 2 added, 0 updated, 0 unchanged, 0 left out\n" in said.out
    assert f"{books}: 0 added, 0 updated, 2 unchanged, 0 left out\n" in said.out
    assert (told["hits"][0]["id"], told["hits"][0]["title"]) == ("b1", "Đất rừng phương Nam")
    assert told["limit"] == 3


def test_a_bad_record_is_named_and_the_rest_is_taken(
    installed: Path, books: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    books.write_text(BOOKS.replace("\n", '\n{"id": "b3", "title": \n', 1), encoding="utf-8")

    status = main(["import", str(books), "--config", str(installed)])

    said = capsys.readouterr()
    assert status == 1
    assert said.err.startswith(f"{books}: ")
    assert "2 added, 0 updated, 0 unchanged, 1 left out" in said.out
    assert [hit["id"] for hit in search(installed, capsys, "giong to")["hits"]][:1] == ["b2"]


def test_copies_of_imported_records_are_made_when_asked(
    installed: Path, books: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copies = books.with_name("more.csv")
    copies.write_text("item_id,source_id,place,item_type,call_number\nVNM.300001,b2,VN-QN,book,895\n", encoding="utf-8")

    status = main(["import", str(books), "--copies", str(copies), "--place", "VN-QN", "--config", str(installed)])

    capsys.readouterr()
    (hit, *_) = search(installed, capsys, "giong to")["hits"]
    assert status == 0
    assert [(holding["item_id"], holding["place"]) for holding in hit["holdings"]] == [("VNM.300001", "VN-QN")]


def test_a_search_without_json_is_for_people(installed: Path, books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(books), "--config", str(installed)])
    capsys.readouterr()

    status = main(["search", "de men phieu luu ky", "--facet", "kind", "--config", str(installed)])

    said = capsys.readouterr().out.splitlines()
    assert status == 0
    assert said[:3] == ["1. Dế Mèn phiêu lưu ký", "   Tô Hoài · local r1", said[2]]
    assert "on the shelf" in said[2]
    assert said[-1].startswith("kind: book ")


def test_a_slip_that_was_mended_is_said(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["search", "phiou luu ky", "--config", str(installed)])
    mended = capsys.readouterr().out.splitlines()
    main(["search", "phiou luu ky", "--literal", "--config", str(installed)])

    assert mended[0].startswith("searched for: phieu luu ky")
    assert capsys.readouterr().out == "0 found\n"


@pytest.mark.parametrize("words", [["--limit", "101"], ["--offset", "-1"], ["--narrow", "colour:red"]])
def test_a_question_that_cannot_be_asked_is_refused_in_words(
    installed: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["search", "a", *words, "--config", str(installed)])

    assert status == 2
    assert words[0].strip("-") in capsys.readouterr().err


async def test_a_running_server_finds_what_was_imported_beside_it(
    installed: Path, books: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Program(["-m", "server", "run", "--config", str(installed)], installed.parent / "server.log")
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.ready['web_port']}") as client:
        main(["import", str(books), "--config", str(installed)])
        capsys.readouterr()
        by_program = search(installed, capsys, "dat rung phuong nam", "--limit", "1")
        by_http = (await client.get("/api/v1/records", params={"q": "dat rung phuong nam", "limit": 1})).json()
        page = await client.get("/catalogue", params={"q": "dat rung", "lang": "en"})
        one = (await client.get("/api/v1/records/b1")).json()

    assert by_program["hits"][0]["id"] == "b1"
    assert by_http == by_program
    assert "Đất rừng phương Nam" in page.text
    assert one["title"] == "Đất rừng phương Nam"
