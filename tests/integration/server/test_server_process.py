"""The server as a process: it starts, dies, comes back and ends, and loses nothing on the way."""

import asyncio
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from sip2.fields import Summary
from sip2.messages import CheckoutResponse, PatronInformationResponse
from tests.support.programs import ROOT, Program
from tests.support.sip2_lines import Terminal, checkout, information, line_to
from tests.support.small_library import DE_MEN, HUB_TERMINAL, LENDABLE, MAI, NAM, SCHOOL_TERMINAL, TAT_DEN
from tests.support.waiting import eventually, in_time


def _server(installed: Path, name: str = "server") -> Program:
    return Program(["-m", "server", "run", "--config", str(installed)], installed.parent / f"{name}.log")


def _loans(installed: Path) -> list[tuple[str, str, str | None]]:
    """Read item, card and end of each loan past all of the server's code."""
    question = (
        "SELECT copy.item_number, card.number, loan.ended_at FROM loan JOIN copy ON copy.id = loan.copy_id"
        " JOIN card ON card.patron_id = loan.patron_id ORDER BY loan.id"
    )
    with closing(sqlite3.connect(f"file:{installed.parent / 'library.db'}?mode=ro", uri=True)) as store:
        return store.execute(question).fetchall()


async def test_a_loan_whose_answer_died_with_the_server_is_answered_and_not_made_again(installed: Path) -> None:
    async with _server(installed) as server:
        async with line_to(server.ready["sip2_port"]) as line:
            await line.write(line.connection.send(checkout(MAI, DE_MEN)))
            await eventually(lambda: _loans(installed))
            await server.kill()
        await server.start()
        async with line_to(server.ready["sip2_port"]) as line:
            known = await line.ask(information(MAI, Summary.CHARGED), PatronInformationResponse)
            answers = [await line.ask(checkout(MAI, DE_MEN), CheckoutResponse) for _ in range(2)]

    assert known.charged_items == (DE_MEN,)
    assert [(answer.ok, answer.renewal_ok, answer.title) for answer in answers] == [
        (True, False, "Dế Mèn phiêu lưu ký")
    ] * 2
    assert _loans(installed) == [(DE_MEN, MAI, None)]


async def test_every_answered_loan_survives_the_death_of_the_server(installed: Path) -> None:
    async with _server(installed) as server, line_to(server.ready["sip2_port"]) as line:
        for item in LENDABLE[:4]:
            assert (await line.ask(checkout(MAI, item), CheckoutResponse)).ok
        await server.kill()

    assert [item for item, _, _ in _loans(installed)] == list(LENDABLE[:4])


async def test_two_terminals_at_two_servers_that_race_for_one_copy_make_one_loan(installed: Path) -> None:
    async def take(line: Terminal, card: str, item: str) -> bool:
        return (await line.ask(checkout(card, item), CheckoutResponse)).ok

    async with (
        _server(installed) as first,
        _server(installed, "second") as second,
        line_to(first.ready["sip2_port"], login=False) as one,
        line_to(second.ready["sip2_port"], login=False) as other,
    ):
        assert await one.login(HUB_TERMINAL)
        assert await other.login(SCHOOL_TERMINAL)
        taken = [await in_time(asyncio.gather(take(one, MAI, item), take(other, NAM, item))) for item in LENDABLE[:4]]

    assert [sorted(pair) for pair in taken] == [[False, True]] * 4
    assert len(_loans(installed)) == 4


async def test_the_pages_count_the_loan_and_know_no_reader(installed: Path) -> None:
    async with _server(installed) as server, httpx.AsyncClient() as browser:
        pages = f"http://127.0.0.1:{server.ready['web_port']}"
        before = (await browser.get(f"{pages}/api/v1/fleet")).json()["loans_today"]
        async with line_to(server.ready["sip2_port"]) as line:
            await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

        async def counted() -> bool:
            return bool((await browser.get(f"{pages}/api/v1/fleet")).json()["loans_today"] == 1)

        while not await in_time(counted()):
            await asyncio.sleep(0.05)
        page = (await browser.get(f"{pages}/admin")).text

    assert before == 0
    assert "Nguyễn Thị Mai" not in page
    assert MAI not in page


async def test_the_server_ends_cleanly_with_a_line_and_a_stream_open(installed: Path) -> None:
    async with _server(installed) as server, httpx.AsyncClient() as browser:
        pages = f"http://127.0.0.1:{server.ready['web_port']}"
        async with line_to(server.ready["sip2_port"]) as line, browser.stream("GET", f"{pages}/live") as stream:
            assert stream.status_code == 200
            assert (await line.ask(checkout(MAI, TAT_DEN), CheckoutResponse)).ok
            status = await server.stop()
            said = await line.hung_up()

    assert (status, said) == (0, b"")
    assert "Traceback" not in server.log()
    assert "Nguyễn" not in server.log()
    assert MAI not in server.log()
    assert TAT_DEN not in server.log()


@pytest.mark.parametrize("service", ["web", "selfcheck"])
async def test_a_port_that_is_taken_is_said_and_nothing_hangs(installed: Path, service: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        text = installed.read_text(encoding="utf-8")
        port = other.getsockname()[1]
        installed.write_text(text.replace(f"[{service}]\nport = 0", f"[{service}]\nport = {port}"), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "run", "--config", str(installed)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await in_time(process.communicate())

    assert process.returncode == 2
    assert b"Address already in use" in said
    assert b"Traceback" not in said


async def test_receipts_whose_day_was_over_while_the_server_was_off_are_erased_though_none_are_shared_any_more(
    installed: Path,
) -> None:
    store = installed.parent / "library.db"
    with closing(sqlite3.connect(store)) as old, old:
        row = (b"\x00" * 32, HUB_TERMINAL, "{}", "2026-07-01 08:00:00", "2026-07-02 08:00:00")
        old.execute("INSERT INTO stored_receipt VALUES (?, ?, ?, ?, ?)", row)

    def is_empty() -> bool:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as read:
            return bool(read.execute("SELECT count(*) FROM stored_receipt").fetchone() == (0,))

    before = is_empty()
    async with _server(installed):
        assert await eventually(is_empty)

    assert not before
