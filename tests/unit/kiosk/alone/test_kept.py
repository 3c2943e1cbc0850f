"""``kiosk kept``: what it shows, Koha's file, and what is done once that was uploaded."""

import asyncio
from pathlib import Path

import pytest

from kiosk.kept import UNUSABLE, main
from kiosk.session.values import ItemId
from tests.support.alone import MAI, NAM, alone, book, journal_in, transaction

CONFIG = """
schema_version = 1
kiosk_id = "k-4f7a"
site_name = "Thư viện xã"
state_folder = "state"
[library_system]
url = "sip2://127.0.0.1:6001"
[devices]
barcode = "serial:///dev/scanner"
[offline]
battery_clock = true
[agent]
socket = "agent.sock"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Give a configuration whose journal holds two loans and a return."""

    async def fill() -> None:
        async with journal_in(tmp_path / "state") as journal:
            port = alone(journal)
            await port.lend(transaction(1), MAI, book(1), 0)
            await port.lend(transaction(2), NAM, book(2), 0)
            await port.take_back(transaction(3), book(1))

    asyncio.run(fill())
    path = tmp_path / "kiosk.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def test_what_was_done_stands_there_without_a_card_number(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--config", str(config)])
    said = capsys.readouterr().out

    assert status == 0
    assert [line.split()[3] for line in said.splitlines()[:3]] == ["lend", "lend", "return"]
    assert said.splitlines()[-1] == "3 kept"
    assert MAI.text not in said


def test_kohas_file_is_written_for_its_owner_and_what_was_uploaded_is_done(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    koc = config.parent / "out.koc"
    wrote = main(["--config", str(config), "--koc", str(koc)])
    lines = koc.read_text(encoding="utf-8").splitlines()
    koc.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    uploaded = main(["--config", str(config), "--uploaded", str(koc)])
    said = capsys.readouterr().out

    assert (wrote, uploaded, koc.stat().st_mode & 0o777) == (0, 0, 0o600)
    assert [line.split("\t")[1] for line in lines[1:]] == ["issue", "issue", "return"]
    assert said.splitlines()[-1] == "2 done, 1 open"


def test_a_number_that_the_file_cannot_carry_is_not_in_the_way_of_the_others(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def add() -> None:
        async with journal_in(config.parent / "state") as journal:
            await alone(journal).take_back(transaction(4), ItemId("VNM\t4"))

    asyncio.run(add())
    koc = config.parent / "out.koc"
    status = main(["--config", str(config), "--koc", str(koc)])
    uploaded = main(["--config", str(config), "--uploaded", str(koc)])
    said = capsys.readouterr()

    assert (status, uploaded) == (UNUSABLE, 0)
    assert len(koc.read_text(encoding="utf-8").splitlines()) == 4
    assert "1 with a number that this format cannot carry" in said.err
    assert said.out.splitlines()[-1] == "3 done, 1 open"


@pytest.mark.parametrize("wrong", ["missing", "bytes"])
def test_an_uploaded_file_that_is_none_changes_nothing(
    config: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    (config.parent / "bytes").write_bytes(b"\xff\xfe\x00")
    if wrong == "missing":
        with pytest.raises(FileNotFoundError):
            main(["--config", str(config), "--uploaded", str(config.parent / wrong)])
    else:
        assert main(["--config", str(config), "--uploaded", str(config.parent / wrong)]) == UNUSABLE
    main(["--config", str(config)])

    assert capsys.readouterr().out.splitlines()[-1] == "3 kept"


def test_a_kiosk_without_a_journal_and_a_faulty_configuration_are_said(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (config.parent / "state" / "journal.sqlite3").rename(config.parent / "away")
    without = main(["--config", str(config)])
    config.write_text("nonsense", encoding="utf-8")
    faulty = main(["--config", str(config)])
    told = capsys.readouterr().err

    assert (without, faulty) == (UNUSABLE, UNUSABLE)
    assert "there is no journal" in told
