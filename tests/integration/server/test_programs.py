"""``library-server``: what its programs say and with which status they end."""

import io
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from server.__main__ import main
from server.fleet import epochs
from server.patrons.blocks import BlockedCard, block_card
from server.store.engine import opened, transaction
from server.store.models import Card
from server.store.secrets import secret_matches
from tests.integration.server.conftest import CONFIGURATION
from tests.support.small_library import MAI, NOON, UNKNOWN_CARD, build_library


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Give a ``server.toml`` beside which there is no database yet, but files to import."""
    (tmp_path / "elsewhere").mkdir()
    build_library(tmp_path / "elsewhere").unlink()
    for name in ("places", "records", "copies", "patrons"):
        (tmp_path / "elsewhere" / f"{name}.csv").rename(tmp_path / f"{name}.csv")
    configuration = tmp_path / "server.toml"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    return configuration


def _import(configuration: Path) -> int:
    words = ["import", "--config", str(configuration)]
    for name in ("places", "records", "copies", "patrons"):
        words += [f"--{name}", str(configuration.parent / f"{name}.csv")]
    return main(words)


def _count(configuration: Path, table: str) -> int:
    with closing(sqlite3.connect(configuration.parent / "library.db")) as store:
        return int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - the test's own word


def _pin_hash(configuration: Path, card: str) -> str:
    with closing(sqlite3.connect(configuration.parent / "library.db")) as store:
        asked = "SELECT pin_hash FROM patron JOIN card ON card.patron_id = patron.id WHERE card.number = ?"
        return str(store.execute(asked, (card,)).fetchone()[0])


def _secret(folder: Path, mode: int = 0o600) -> Path:
    file = folder / "password"
    file.write_text("a password\n", encoding="utf-8")
    file.chmod(mode)
    return file


def test_an_import_fills_an_empty_place(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = _import(empty)

    said = capsys.readouterr()
    assert (status, said.err) == (0, "")
    assert "records.csv: 6 added, 0 updated, 0 left out\n" in said.out
    assert [_count(empty, table) for table in ("place", "record", "copy", "patron")] == [2, 6, 8, 6]
    assert stat.S_IMODE((empty.parent / "library.db").stat().st_mode) == 0o600


def test_an_import_names_each_row_that_it_left_out(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (empty.parent / "copies.csv").open("a", encoding="utf-8") as file:
        file.write("9786041234567,r1,VN-QN,book,,\n")

    status = _import(empty)

    said = capsys.readouterr()
    assert status == 1
    assert said.err == f"{empty.parent / 'copies.csv'}:10: item_id does not match the item patterns\n"
    assert "copies.csv: 8 added, 0 updated, 1 left out\n" in said.out


def test_a_file_of_another_kind_ends_an_import(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["import", "--config", str(empty), "--records", str(empty.parent / "places.csv")])

    assert status == 2
    assert "places.csv:1: missing column source_id" in capsys.readouterr().err


def test_a_terminal_is_added_and_changed(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = _secret(installed.parent)
    words = ["terminal", "add", "--login", "new", "--password-file", str(secret), "--config", str(installed)]

    statuses = [main([*words, "kiosk-new", "--place", place]) for place in ("VN-QN", "VN-QN-TH1", "VN-XX")]
    taken = main([*words, "kiosk-other", "--place", "VN-QN"])

    assert (statuses, taken) == ([0, 0, 2], 2)
    assert _count(installed, "terminal") == 3
    assert capsys.readouterr().err.splitlines() == [
        "library-server: no place has the code VN-XX",
        "library-server: another terminal has the login or the certificate meant for kiosk-other",
    ]


def test_a_password_that_others_may_read_is_refused(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = _secret(installed.parent, 0o644)

    words = ["terminal", "add", "k", "--place", "VN-QN", "--login", "k", "--password-file", str(secret)]

    status = main([*words, "--config", str(installed)])

    assert status == 2
    assert "has mode 0644" in capsys.readouterr().err


def test_a_pin_comes_from_standard_input_and_only_its_hash_is_kept(
    installed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2468\n"))

    status = main(["pin", MAI, "--config", str(installed)])

    said = capsys.readouterr()
    assert (status, said.out, said.err) == (0, "", "")
    assert secret_matches("2468", _pin_hash(installed, MAI))


def test_a_pin_made_by_chance_is_shown_once(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statuses = [main(["pin", MAI, "--generate", *digits, "--config", str(installed)]) for digits in ([], ["8"])]

    first, second = capsys.readouterr().out.split()
    assert (statuses, len(first), len(second)) == ([0, 0], 4, 8)
    assert secret_matches(second, _pin_hash(installed, MAI))


def test_cards_that_terminals_blocked_are_listed_with_their_words(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(f"sqlite:///{installed.parent / 'library.db'}") as engine, transaction(engine) as session:
        card = session.scalars(select(Card).where(Card.number == MAI)).one()
        block_card(session, card, BlockedCard(MAI, "kiosk-hub", NOON, retained=True, words="Thẻ bị bỏ quên"))

    status = main(["blocked", "--config", str(installed)])

    listed = f"{MAI}\t2026-07-28 12:00+07:00\tkiosk-hub\tkept by the machine\tThẻ bị bỏ quên\n"
    assert (status, capsys.readouterr().out) == (0, listed)


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "١٢٣٤", ""])
def test_what_is_no_pin_is_refused_without_being_said(
    installed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, pin: str
) -> None:
    before = _pin_hash(installed, MAI)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))

    status = main(["pin", MAI, "--config", str(installed)])

    assert (status, capsys.readouterr().err) == (2, "library-server: a PIN is 4 to 8 digits\n")
    assert _pin_hash(installed, MAI) == before


def test_a_card_that_nobody_has_gets_no_pin_and_is_not_said(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["pin", UNKNOWN_CARD, "--generate", "--config", str(installed)])

    said = capsys.readouterr()
    assert (status, said.out, said.err) == (2, "", "library-server: nobody has this card\n")


def test_a_configuration_is_checked_with_the_files_that_it_names(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = main(["check", "--config", str(installed)])
    installed.write_text(CONFIGURATION + '[fleet]\nbroker_password_file = "nowhere"\n', encoding="utf-8")
    secret_gone = main(["check", "--config", str(installed)])
    installed.write_text(CONFIGURATION.replace("[web]", "[wep]"), encoding="utf-8")
    wrong_key = main(["check", "--config", str(installed)])
    no_file = main(["check", "--config", str(installed.parent / "other.toml")])

    assert (good, secret_gone, wrong_key, no_file) == (0, 2, 2, 2)
    said = capsys.readouterr()
    assert said.out == f"{installed}: in order\n"
    assert [line.partition(": ")[2].partition(": ")[2] for line in said.err.splitlines()] == [
        "cannot be read (FileNotFoundError)",
        "wep: unknown key; the nearest valid key is 'web'",
        "cannot be read (FileNotFoundError)",
    ]


def test_both_stores_are_brought_to_this_release(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["migrate", "--config", str(empty)])

    assert status == 0
    assert [line.rpartition("/")[2].split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "library.db",
        "fleet.db",
    ]


def test_a_restored_fleet_store_begins_a_new_life(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lives = []
    for _ in range(2):
        assert main(["fleet", "restored", "--config", str(empty)]) == 0
        with opened(f"sqlite:///{empty.parent / 'fleet.db'}") as engine, transaction(engine) as session:
            lives.append(epochs.current(session))

    assert lives[0]
    assert lives[0] != lives[1]
    assert "the kiosks tell again" in capsys.readouterr().out


def test_a_database_of_a_newer_release_is_not_touched(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(installed.parent / "library.db")) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")

    status = main(["migrate", "--config", str(installed)])

    assert status == 2
    assert "revision 9999" in capsys.readouterr().err


def test_a_store_in_a_folder_that_is_not_there_is_named(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installed.write_text(CONFIGURATION.replace("library.db", "nowhere/library.db"), encoding="utf-8")

    status = main(["migrate", "--config", str(installed)])

    assert status == 2
    assert "nowhere/library.db" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///server.toml", "the store: file is not a database"),
        ("postgresql+psycopg:///library?host=/nowhere", "the store: connection "),
        ("postgresql+pg8000:///library", "the store's address needs the Python package pg8000; "),
    ],
)
@pytest.mark.parametrize("program", ["run", "migrate"])
def test_a_store_that_cannot_be_used_is_said_in_one_line(
    installed: Path, capsys: pytest.CaptureFixture[str], url: str, words: str, program: str
) -> None:
    installed.write_text(CONFIGURATION.replace("sqlite:///library.db", url), encoding="utf-8")

    status = main([program, "--config", str(installed)])

    (said,) = capsys.readouterr().err.splitlines()
    assert status == 2
    assert said.startswith(f"library-server: {words}")


def test_files_for_koha_are_merged_into_a_new_one_that_is_the_owners_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "Version=1.0\tGenerator=x\tGeneratorVersion=1\n"
    for name, line in (("b", "2026-11-22 12:00:01 000\tissue\tC\tI\n"), ("a", "2026-11-22 12:00:00 500\treturn\tI\n")):
        (tmp_path / name).write_text(head + line, encoding="utf-8")
    out = tmp_path / "all.koc"
    words = ["koc", "merge", str(tmp_path / "b"), str(tmp_path / "a"), "--out", str(out)]

    statuses = [main(words), main(words)]

    said = capsys.readouterr()
    assert statuses == [0, 2]
    assert out.read_bytes().splitlines()[1:] == [
        b"2026-11-22 12:00:00 500\treturn\tI",
        b"2026-11-22 12:00:01 000\tissue\tC\tI",
    ]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "1 issue, 1 return; 0 stood in several files" in said.out
    assert "File exists" in said.err


@pytest.mark.parametrize("content", [b"nothing", b"Version=1.0\n\xff", b"Version=1.0\nnonsense\n"])
def test_a_file_for_koha_that_cannot_be_read_whole_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    bad, out = tmp_path / "bad.koc", tmp_path / "all.koc"
    bad.write_bytes(content)

    status = main(["koc", "merge", str(bad), "--out", str(out)])

    assert (status, out.exists()) == (2, False)
    assert "bad.koc" in capsys.readouterr().err
