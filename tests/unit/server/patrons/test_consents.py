"""Staff list what a reader agreed to, and take back what the reader takes back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from library.identity.purposes import Purpose
from server.errors import UnknownCardError
from server.patrons.consents import consents_of, withdraw
from server.store.citizen_models import ReaderConsent
from server.store.engine import transaction
from server.store.models import Card
from tests.support.small_library import MAI, NAM, UNKNOWN_CARD, SmallLibrary
from tests.unit.server.web.test_citizens_api import run

GIVEN = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


def agree(library: SmallLibrary, card: str, *purposes: Purpose) -> None:
    with transaction(library.engine) as session:
        patron_id = session.scalars(select(Card.patron_id).where(Card.number == card)).one()
        session.add_all(ReaderConsent(patron_id=patron_id, purpose=each.value, given_at=GIVEN) for each in purposes)


def test_each_consent_is_listed_with_its_time_and_can_be_taken_back(
    library: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    agree(library, MAI, Purpose.LENDING, Purpose.MESSAGES)
    agree(library, NAM, Purpose.MESSAGES)
    listed = run(monkeypatch, library, tmp_path, "", "consents", MAI)
    before = capsys.readouterr().out
    taken = [run(monkeypatch, library, tmp_path, "", "consents", MAI, "--withdraw", "messages") for _ in range(2)]
    with transaction(library.engine) as session:
        left = [consents_of(session, library.organisation_id, card) for card in (MAI, NAM)]

    assert (listed, before) == (0, "lending 2026-11-23T09:05:00+00:00\nmessages 2026-11-23T09:05:00+00:00\n")
    assert taken == [0, 1]
    assert left == [{Purpose.LENDING: GIVEN}, {Purpose.MESSAGES: GIVEN}]


def test_without_what_is_needed_nobody_stays_a_reader_so_it_is_not_taken_back(
    library: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, library, tmp_path, "", "consents", MAI, "--withdraw", "lending")


def test_a_card_that_nobody_has_is_said_to_be_nobodys(library: SmallLibrary) -> None:
    with transaction(library.engine) as session, pytest.raises(UnknownCardError):
        withdraw(session, library.organisation_id, UNKNOWN_CARD, Purpose.MESSAGES)
