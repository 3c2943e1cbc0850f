"""``library-server harvest`` over a real line: what it takes in is found at once, and what it could not is said."""

import json
from pathlib import Path

import pytest

from server.__main__ import main
from tests.support.koha_oai import Biblio, KohaOai, Trick, served

STAMP = "2026-07-01T00:00:00Z"


def harvest(installed: Path, *words: str) -> int:
    return main(["harvest", *words, "--config", str(installed)])


def entry(url: str, source: str = "tinh") -> str:
    return (
        f'\n[[harvest]]\nsource = "{source}"\nurl = "{url}"\nlibrary = "VN-QNA"\nname = "Thư viện tỉnh"\n'
        "pause_s = 0\n[harvest.branches]\nTH1 = 'VN-QN-TH1'\n"
    )


def test_a_kohas_books_are_found_with_their_copies_in_its_library(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    koha = KohaOai([Biblio(7, STAMP, "Giông tố", "Vũ Trọng Phụng", items=(("CPL", "K1", ""),)), Biblio(8, STAMP)])
    koha.tricks = {2: Trick.BROKEN_RECORD}
    with served(koha) as url:
        installed.write_text(installed.read_text(encoding="utf-8") + entry(url), encoding="utf-8")
        first = harvest(installed)
        said = capsys.readouterr()
        second = harvest(installed, "tinh", "--full")
        capsys.readouterr()
        main(["search", "giong to", "--json", "--config", str(installed)])
        told = json.loads(capsys.readouterr().out)
        main(["search", "giong to", "--config", str(installed)])
        printed = capsys.readouterr().out

    assert "   Thư viện tỉnh: ask there\n" in printed
    assert (first, second) == (1, 0)
    assert said.out == "tinh: 1 added, 0 updated, 0 unchanged, 0 deleted, 1 left out\n"
    assert said.err.startswith("tinh: record 1, KOHA-OAI-TEST:7: is not well formed")
    (hit,) = (hit for hit in told["hits"] if hit["title"] == "Giông tố")
    assert (hit["id"], hit["source"]) == ("KOHA-OAI-TEST:7", "tinh")
    (copy,) = hit["holdings"]
    assert (copy["place"], copy["place_name"], copy["is_known"]) == ("VN-QNA", "Thư viện tỉnh", False)


def test_one_is_harvested_once_by_its_address(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--source", "huyen", "--library", "VN-H", "--name", "Thư viện huyện")
    with served(KohaOai([Biblio(1, STAMP)])) as url:
        status = harvest(installed, "--url", url, *words)

    assert status == 0
    assert capsys.readouterr().out == "huyen: 1 added, 0 updated, 0 unchanged, 0 deleted, 0 left out\n"


def test_a_source_that_is_away_is_said_and_the_next_is_harvested(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    busy = KohaOai(always=Trick.BUSY_FOR_HOURS)
    with served(busy) as first, served(KohaOai([Biblio(1, STAMP)])) as second:
        text = installed.read_text(encoding="utf-8") + entry(first) + entry(second, "b")
        installed.write_text(text, encoding="utf-8")
        status = harvest(installed)

    said = capsys.readouterr()
    assert status == 1
    assert said.err == "tinh: wants to be asked again in 7200 s\n"
    assert "b: 1 added" in said.out


def test_a_source_that_is_forgotten_leaves_nothing(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--source", "huyen", "--library", "VN-H", "--name", "Thư viện huyện")
    with served(KohaOai([Biblio(1, STAMP), Biblio(2, STAMP, "Giông tố"), Biblio(3, STAMP, "Số đỏ")])) as url:
        harvest(installed, "--url", url, *words)
    capsys.readouterr()
    statuses = [harvest(installed, "--list"), harvest(installed, "--forget", "huyen"), harvest(installed, "--list")]
    again = harvest(installed, "--forget", "huyen")

    said = capsys.readouterr()
    listed, forgotten = said.out.splitlines()
    assert (statuses, again) == ([0, 0, 0], 2)
    assert listed.startswith("huyen: 3 records, last whole 20")
    assert listed.endswith(", not in server.toml")
    assert forgotten == "huyen: 0 added, 0 updated, 0 unchanged, 3 deleted, 0 left out"
    assert "nothing was ever harvested of 'huyen'" in said.err
    assert main(["search", "giong to", "--config", str(installed)]) == 0
    assert "0 found" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "server.toml has no [[harvest]]; --url harvests once"),
        (("huyen",), "server.toml has no [[harvest]] with source 'huyen'"),
        (("--url", "file:///etc/passwd", "--source", "a", "--library", "B", "--name", "c"), "--url: Value error, must"),
        (("--url", "https://koha.example/"), "--source: Field required"),
        (("x", "--url", "https://koha.example/"), "not both"),
        (("--forget", "../x"), "no source is called '../x'"),
    ],
)
def test_what_cannot_be_harvested_is_said(
    installed: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    assert harvest(installed, *words) == 2
    assert expected in capsys.readouterr().err
