"""``kiosk probe`` against an emulated library system, the recorded Koha, and our own server."""

import asyncio
import shutil
import ssl
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.pki import Authority
from kiosk.ils.profile_table import adapted
from kiosk.ils.profiles import PROFILES, Listed, Profile, Replay
from kiosk.probe.program import main
from library.lending.refusals import Refusal
from sip2.agreement import Agreement, Encoding
from sip2.messages import CheckinRequest, CheckoutRequest, RenewRequest
from tests.support import acs_acts as acts
from tests.support import koha_double
from tests.support.acs import LOGIN, PASSWORD, Again, FakeAcs
from tests.support.acs_desk import Desk
from tests.support.koha_double import KohaDouble
from tests.support.sip2_lines import serving
from tests.support.small_library import DE_MEN, HUB_TERMINAL, KIEU, MAI, build_library, open_library
from tests.support.small_library import PASSWORD as TERMINAL_PASSWORD
from tests.support.waiting import in_time


class Probe:
    """Runs the program in a thread of its own, beside the loop that serves it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys

    def secret(self, name: str, text: str) -> str:
        path = self._folder / name
        path.write_text(text + "\n", encoding="utf-8")
        path.chmod(0o600)
        return str(path)

    async def __call__(
        self, port: int, *words: str, login: str = LOGIN, password: str = PASSWORD, scheme: str = "sip2"
    ) -> tuple[int, str]:
        given = [f"{scheme}://127.0.0.1:{port}", "--login", login, "--password-file", self.secret("password", password)]
        given += ["--pin-file", self.secret("pin", "1234"), *words]
        status = await in_time(asyncio.to_thread(main, given), 120.0)
        return status, self._capsys.readouterr().out


@pytest.fixture
def probe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Probe:
    return Probe(tmp_path, capsys)


def pasted(report: str) -> Profile:
    """Read the profile that the report ends with."""
    table: dict[str, Any] = tomllib.loads(report[report.index("[library_system]") :])["library_system"]
    return adapted(table["profile"], table.get("differences", {}))


CARD = ("--card", "P1", "--item", "I1")


async def test_without_write_nothing_is_changed_and_nobody_is_named(probe: Probe) -> None:
    desk = Desk(pins={"P1": "1234"}, ready={"I7": "P1"}, fines={"P1": ["Quá hạn: Tắt đèn"]}, owed={"P1": "5000"})
    async with FakeAcs(loans={"I2": "P1", "I3": "P1"}, desk=desk) as acs:
        status, report = await probe(acs.port, *CARD)

    assert status == 0
    assert "works    CQ: the PIN is checked, and right" in report
    assert "note     list on loan names items by their numbers" in report
    assert "works    BP 1, BQ 1: one item" in report
    assert "note     letters: utf-8" in report
    assert "a kiosk can work with this\n" in report
    assert not any(isinstance(each, CheckoutRequest | CheckinRequest | RenewRequest) for each in acs.seen)
    for private in ("P1", "I1", "I2", "1234", PASSWORD, "Mai", "Sách", "Tắt", "5000"):
        assert private not in report


async def test_with_write_the_item_is_lent_renewed_and_brought_back(probe: Probe) -> None:
    async with FakeAcs(desk=Desk(pins={"P1": "1234"})) as acs:
        status, report = await probe(acs.port, *CARD, "--write")

    assert status == 0
    assert acs.loans == {}
    assert (acs.made["I1"], acs.desk.renewals["I1"]) == (4, 1)
    assert "works    11 checkout: lent" in report
    assert "works    the loan is in the patron's list" in report
    assert "note     29 renew: renewed (ok 1, renewal Y)" in report
    assert "note     BI Y (undo): NOT honoured" in report
    assert "note     11 with no block: lent, and its due date is NOT kept" in report


async def test_a_system_like_koha_comes_to_a_profile_like_koha_s(probe: Probe) -> None:
    desk = Desk(pins={"P1": "1234"}, repeats=False)
    loans = {f"I{number}": "P1" for number in range(2, 7)}
    async with FakeAcs(again=Again.RENEWS, extra_on_page=1, loans=loans, desk=desk) as acs:
        acs.overrides = {"ok": True}
        status, report = await probe(acs.port, *CARD, "--write")
        left = dict(acs.loans)
    found = pasted(report)

    assert (status, left) == (0, loans)
    assert "note     11 of an own loan: renews it" in report
    assert (found.list_extra, found.lists, found.replay) == (1, Listed.IDS, Replay.PLAIN)


async def test_an_item_that_is_on_loan_is_left_alone(probe: Probe) -> None:
    async with FakeAcs(loans={"I1": "P2"}) as acs:
        _, report = await probe(acs.port, *CARD, "--write")

    assert "MISSING  --write: the test item is on loan, or its status does not say; nothing was changed" in report
    assert (acs.count(CheckoutRequest), acs.count(CheckinRequest), acs.loans) == (0, 0, {"I1": "P2"})


async def test_a_loan_that_is_refused_is_said_and_nothing_is_left(probe: Probe) -> None:
    async with FakeAcs(refuse={"I1": Refusal.ITEM_NOT_FOR_LOAN}) as acs:
        status, report = await probe(acs.port, *CARD, "--write")

    assert (status, acs.loans) == (1, {})
    assert "MISSING  11 checkout: refused" in report
    assert "  needed: a loan of the test item to the test card" in report


async def test_a_loan_whose_answer_is_lost_is_brought_back(probe: Probe) -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.commit_and_hang_up)
        status, report = await probe(acs.port, *CARD, "--write")

    assert (status, acs.loans) == (1, {})
    assert "MISSING  11 checkout: hangs up" in report


async def test_titles_letters_and_bits_that_lie_go_into_the_profile(probe: Probe) -> None:
    latin = Agreement(encoding=Encoding.LATIN_1)
    desk = Desk(titles_in_lists=True, unknown={"Café crème"})
    async with FakeAcs(
        loans={"I2": "P1"}, titles={"I2": "Café crème", "I1": "Élan"}, desk=desk, agreement=latin
    ) as acs:
        acs.supported = "N" * 7 + "N" + "Y" * 8
        status, report = await probe(acs.port, *CARD, "--profile", "own")
    found = pasted(report)

    assert status == 0
    assert (found.lists, found.agreement.encoding) == (Listed.TITLES, Encoding.LATIN_1)
    assert not found.trusts_supported_messages
    assert "note     BX denies, but answers: 93 99 63" in report


async def test_a_system_that_hangs_up_at_odd_returns_and_at_a_second_page_is_known_for_it(probe: Probe) -> None:
    async with FakeAcs(loans={"I2": "P1", "I3": "P1"}) as acs:
        acs.plan("09", answer_as_always, acts.hang_up, acts.hang_up)
        acs.plan("63", answer_as_always, answer_as_always, answer_as_always, acts.hang_up)
        _, report = await probe(acs.port, *CARD, "--write")

    found = pasted(report)
    assert (found.hangs_up_at_checkin, found.list_page) == (True, 0)
    assert acs.loans == {"I2": "P1", "I3": "P1"}


async def answer_as_always(talk: Any) -> None:
    """Do what is asked and say so."""
    talk.send(talk.line(talk.commit()))


@pytest.mark.parametrize(
    ("words", "password", "missing"),
    [
        (CARD, "wrong", "a login that is accepted"),
        (("--card", "P9", "--item", "I1"), PASSWORD, "a test card that the library system knows (BL Y)"),
        (("--card", "P1", "--item", "I9"), PASSWORD, "a test item that the library system knows"),
    ],
)
async def test_what_is_missing_is_named(probe: Probe, words: tuple[str, ...], password: str, missing: str) -> None:
    async with FakeAcs(desk=Desk(unknown={"I9"})) as acs:
        status, report = await probe(acs.port, *words, password=password)

    assert status == 1
    assert "a kiosk cannot work with this yet" in report
    assert f"  needed: {missing}\n" in report


async def test_without_a_server_it_says_so(probe: Probe) -> None:
    async with FakeAcs() as acs:
        pass
    status, report = await probe(acs.port, *CARD)

    assert status == 1
    assert "MISSING  no connection: ConnectionRefusedError" in report


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["http://127.0.0.1:6001"], "the URL must look like"),
        (["sip2://127.0.0.1"], "the URL must look like"),
        (["sip2+tls://127.0.0.1:6001"], "sip2+tls needs --server-ca"),
        (["sip2://127.0.0.1:6001", "--answer-s", "0"], "--answer-s must be above 0"),
        (["sip2://127.0.0.1:6001", "--time-zone", "Mars"], "there is no time zone 'Mars'"),
        (["sip2://127.0.0.1:6001", "--pin-file", "absent"], "absent"),
    ],
)
def test_words_that_are_wrong_are_answered_in_words(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([*words, *CARD])

    assert status == 2
    assert said in capsys.readouterr().err


async def test_the_recorded_koha_is_known_for_what_it_is(probe: Probe) -> None:
    words = ("--card", "23529000000009", "--item", "39999000000001", "--profile", "koha", "--institution", "CPL")
    async with KohaDouble() as koha:
        status, report = await probe(koha.port, *words, login=koha_double.LOGIN, password=koha_double.PASSWORD)

    assert status == 0
    assert "note     99 before the login: hangs up" in report
    assert "works    CQ: the PIN is checked, and right" in report
    assert "note     list on loan: 2 of 2, on one page" in report
    assert "note     17 of an unknown number: told apart" in report
    assert "note     without AY and AZ: answers too" in report
    assert pasted(report) == PROFILES["koha"]
    for private in ("Bea", "Busy", "23529", "39999", "Hobbit"):
        assert private not in report


async def test_our_own_server_is_all_that_its_profile_says(probe: Probe, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    library = open_library(Path(shutil.copy(build_library(folder, pin="1234"), tmp_path)))
    try:
        async with serving(library) as port:
            words = ("--card", MAI, "--item", DE_MEN, "--profile", "own", "--write")
            status, report = await probe(port, *words, login=f"{HUB_TERMINAL}-login", password=TERMINAL_PASSWORD)
        left = library.open_items(MAI)
    finally:
        library.engine.dispose()

    assert (status, left) == (0, [])
    assert "works    11 checkout: lent" in report
    assert "works    09 checkin: ok 1" in report
    assert "note     BI Y (undo): honoured" in report
    assert 'note     this is our own server (XR): its profile is "own"' in report
    assert pasted(report) == PROFILES["own"]
    assert not any(text in report for text in (MAI, DE_MEN, KIEU, "Dế Mèn", "Nguyễn"))


@asynccontextmanager
async def before(acs: FakeAcs, passes: Callable[[bytes], bool], greeting: bytes = b"") -> AsyncIterator[int]:
    """Stand before a library system and let only some lines through to it; gives the port."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", acs.port)

        async def back() -> None:
            while data := await far_reader.read(65_536):
                writer.write(data)

        answering = asyncio.create_task(back())
        try:
            while data := await reader.read(65_536):
                if passes(data):
                    far_writer.write(data)
        except ConnectionError:
            pass
        finally:
            answering.cancel()
            await asyncio.wait([answering])
            far_writer.close()
            writer.close()

    carried: set[asyncio.Task[None]] = set()
    server = await asyncio.start_server(
        lambda reader, writer: carried.add(asyncio.get_running_loop().create_task(carry(reader, writer))),
        "127.0.0.1",
        0,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        if carried:
            await in_time(asyncio.wait(carried))


@pytest.mark.parametrize(
    ("passes", "facts"),
    [
        (lambda data: data.endswith(b"\r\n"), {"terminator": "crlf"}),
        (lambda data: b"AZ" not in data, {"error_detection": False}),
    ],
    ids=["needs CR LF", "knows no error detection"],
)
async def test_a_line_is_opened_in_the_form_that_the_system_wants(
    probe: Probe, passes: Callable[[bytes], bool], facts: dict[str, object]
) -> None:
    async with FakeAcs() as acs, before(acs, passes) as port:
        status, report = await probe(port, *CARD, "--answer-s", "0.5", "--profile", "own")
    table = tomllib.loads(report[report.index("[library_system]") :])["library_system"]["differences"]

    assert status == 0
    assert facts.items() <= table.items()


async def test_a_system_that_never_answers_or_speaks_something_else_is_no_library_system(probe: Probe) -> None:
    async with FakeAcs() as acs, before(acs, lambda _: False, b"220 mail ready\r\n") as port:
        mail = await probe(port, *CARD, "--answer-s", "0.2", "--profile", "own")
    async with FakeAcs(mute=True) as acs:
        silent = await probe(acs.port, *CARD, "--answer-s", "0.2", "--profile", "own")

    assert (mail[0], silent[0]) == (1, 1)
    assert "MISSING  no answer to the first message, in any form" in mail[1]
    assert "MISSING  no answer to the first message, in any form" in silent[1]


async def test_a_fee_is_agreed_to_and_said(probe: Probe) -> None:
    async with FakeAcs(desk=Desk(fees_to_lend={"I1": "5000"})) as acs:
        status, report = await probe(acs.port, *CARD, "--write")

    assert (status, acs.loans) == (0, {})
    assert "note     11: asks for a fee (BV); lent with BO Y" in report
    assert "5000" not in report


async def test_each_message_at_which_the_system_hangs_up_is_named(probe: Probe) -> None:
    async with FakeAcs(loans={"I2": "P1"}) as acs:
        acs.plan("17", answer_as_always, answer_as_always, acts.hang_up)
        acs.plan("29", acts.hang_up)
        acs.plan("35", acts.hang_up)
        status, report = await probe(acs.port, *CARD, "--write")

    assert status == 0
    assert "note     17 of an unknown number: hangs up" in report
    assert "MISSING  29 renew: hangs up" in report
    assert "note     35 end of session: hangs up" in report
    assert "note     BX promises, but does not answer: 23 35 29" in report
    assert acs.loans == {"I2": "P1"}


async def test_a_card_that_cannot_be_asked_about_is_what_is_missing(probe: Probe) -> None:
    async with FakeAcs() as acs:
        acs.plan("63", *[acts.hang_up] * 9)
        status, report = await probe(acs.port, *CARD)

    assert status == 1
    assert "MISSING  63 patron information: hangs up" in report
    assert "MISSING  list on loan: hangs up" in report


async def test_a_return_that_is_not_answered_leaves_a_warning(probe: Probe) -> None:
    async with FakeAcs() as acs:
        acs.plan("09", *[acts.hang_up] * 9)
        status, report = await probe(acs.port, *CARD, "--write")

    assert (status, acs.loans) == (1, {"I1": "P1"})
    assert "MISSING  09 checkin: hangs up" in report
    assert "MISSING  the test item may still be on loan to the test card: return it at the desk" in report


async def test_our_own_line_is_tried_over_tls_too(probe: Probe, tmp_path: Path) -> None:
    authority = Authority(tmp_path, datetime.now(UTC))
    server, kiosk = authority.server("server", "127.0.0.1"), authority.kiosk("kiosk-1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate)
    context.load_cert_chain(server.certificate, server.key)
    context.verify_mode = ssl.CERT_REQUIRED
    words = ("--server-ca", str(authority.certificate), "--certificate", str(kiosk.certificate))
    async with FakeAcs(tls=context) as acs:
        status, _ = await probe(acs.port, *CARD, *words, "--certificate-key", str(kiosk.key), scheme="sip2+tls")

    assert status == 0
