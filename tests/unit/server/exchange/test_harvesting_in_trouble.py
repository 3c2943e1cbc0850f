"""Whatever the Koha, the line or the own program does, a harvest ends with everything, or says what is wrong."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.exchange.harvesting import Wanted
from server.exchange.oai_client import LeavingError
from tests.support.harvests import STAMP, Harvests, counts
from tests.support.koha_oai import ARCHIVE, Biblio, Trick
from tests.support.small_library import NOON


def test_a_token_that_is_over_begins_the_list_anew_and_nothing_is_there_twice(harvests: Harvests) -> None:
    harvests.koha.tricks = {3: Trick.EXPIRED}

    report = harvests.run()

    assert (counts(report), report.trouble) == ((5, 0, 2, 0, 0), "")
    assert harvests.ids() == ["1", "2", "3", "4", "5"]


def test_tokens_that_are_over_again_and_again_end_the_run(harvests: Harvests) -> None:
    harvests.koha.tricks = dict.fromkeys(range(3, 20, 2), Trick.EXPIRED)

    report = harvests.run()

    assert report.trouble == "does not know where its list goes on any more"


def test_who_wants_to_be_asked_later_is_asked_then(harvests: Harvests) -> None:
    harvests.koha.tricks = {2: Trick.BUSY, 4: Trick.BUSY}

    report = harvests.run()

    assert (counts(report), report.trouble) == ((5, 0, 0, 0, 0), "")
    assert harvests.waited.count(7) == 2


def test_who_wants_to_be_asked_much_later_is_left_alone_until_then(harvests: Harvests) -> None:
    harvests.koha.tricks = {3: Trick.BUSY_FOR_HOURS}

    report = harvests.run()

    assert (report.added, report.wait_s) == (2, 7_200)
    assert harvests.state().not_before == int(NOON.timestamp()) + 7_200
    harvests.koha.asked.clear()
    harvests.koha.tricks = {}
    assert harvests.run().added == 3
    assert harvests.koha.lists()[0] == {"resumptionToken": "marcxml/2//"}


@pytest.mark.parametrize("trick", [Trick.LOST, Trick.CUT, Trick.NO_OAI])
def test_an_answer_that_was_lost_is_asked_for_again(harvests: Harvests, trick: Trick) -> None:
    harvests.koha.tricks = {1: trick, 3: trick}

    report = harvests.run()

    assert (counts(report), report.trouble) == ((5, 0, 0, 0, 0), "")
    assert harvests.waited.count(5.0) == 2


def test_a_source_that_stays_away_is_trouble_and_the_next_run_goes_on_where_it_was(harvests: Harvests) -> None:
    harvests.koha.tricks = dict.fromkeys(range(4, 8), Trick.CUT)
    first = harvests.run()
    harvests.koha.asked.clear()
    harvests.koha.tricks = {}
    second = harvests.run()

    assert (first.added, bool(first.trouble)) == (4, True)
    assert harvests.koha.lists() == [{"resumptionToken": "marcxml/4//"}]
    assert (second.added, second.trouble, harvests.state().trouble) == (1, "", "")


def test_a_program_that_ends_in_the_middle_is_followed_by_one_that_goes_on(harvests: Harvests) -> None:
    def killed(url: str) -> bytes:
        if "resumptionToken" in url:
            raise LeavingError
        return harvests.koha.fetch(url)

    with pytest.raises(LeavingError):
        harvests.run(fetch=killed)
    before = harvests.ids()
    harvests.koha.asked.clear()
    harvests.run()

    assert before == ["1", "2"]
    assert harvests.koha.lists()[0] == {"resumptionToken": "marcxml/2//"}
    assert harvests.ids() == ["1", "2", "3", "4", "5"]


def test_a_token_of_yesterday_is_not_tried(harvests: Harvests) -> None:
    harvests.koha.tricks = {3: Trick.BUSY_FOR_HOURS}
    harvests.run()
    harvests.library.clock.advance(timedelta(hours=25))
    harvests.koha.asked.clear()

    harvests.run()

    assert harvests.koha.lists()[0] == {"metadataPrefix": "marcxml"}


@pytest.mark.parametrize("trick", [Trick.BROKEN_RECORD, Trick.BOMB_IN_RECORD])
def test_a_record_that_cannot_be_read_is_named_and_the_others_are_taken(harvests: Harvests, trick: Trick) -> None:
    harvests.koha.tricks = {2: trick}

    report = harvests.run()

    (fault,) = report.faults
    assert fault.position == f"record 1, {ARCHIVE}:1"
    assert counts(report) == (4, 0, 0, 0, 1)
    assert harvests.ids() == ["2", "3", "4", "5"]


def test_a_record_that_koha_cannot_write_is_named(harvests: Harvests) -> None:
    harvests.koha.biblios[2].empty = True

    report = harvests.run()

    assert [str(fault.position) for fault in report.faults] == [f"record 1, {ARCHIVE}:3"]
    assert report.added == 4


def test_what_cannot_be_read_now_stays_as_it_was(harvests: Harvests) -> None:
    harvests.run()
    harvests.koha.tricks = {len(harvests.koha.asked) + 2: Trick.BROKEN_RECORD}

    report = harvests.run(Wanted(is_full=True))

    assert counts(report) == (0, 0, 4, 0, 1)
    assert harvests.ids() == ["1", "2", "3", "4", "5"]


def test_an_answer_that_declares_entities_is_refused(harvests: Harvests) -> None:
    harvests.koha.always = Trick.BOMB

    report = harvests.run()

    assert (report.trouble, report.added) == ("holds a document type", 0)


@pytest.mark.parametrize("trick", [Trick.LATIN1, Trick.NO_UTF8])
def test_a_wrong_encoding_costs_no_record(harvests: Harvests, trick: Trick) -> None:
    harvests.koha.biblios = [Biblio(1, STAMP, author="Tô Hoài"), Biblio(2, STAMP)]
    harvests.koha.tricks = {2: trick}

    report = harvests.run()

    assert counts(report) == (2, 0, 0, 0, 0)
    if trick is Trick.LATIN1:
        assert harvests.entries()[0].record.title == "Đất rừng phương Nam"


def test_a_list_that_goes_in_a_circle_is_left(harvests: Harvests) -> None:
    harvests.koha.tricks = {3: Trick.SAME_TOKEN}

    assert harvests.run().trouble == "gives a list that goes in a circle"


def test_a_list_that_goes_on_without_records_is_left(harvests: Harvests) -> None:
    def answered(url: str) -> bytes:
        answer = harvests.koha.fetch(url.replace("resumptionToken", "metadataPrefix"))
        end = f"<ListRecords><resumptionToken>{len(harvests.koha.asked)}</resumptionToken></ListRecords></OAI-PMH>"
        return answer if "Identify" in url else answer.split(b"<ListRecords>")[0] + end.encode()

    assert harvests.run(fetch=answered).trouble == "gives a list that goes on and on without a record"


def test_what_the_protocol_calls_an_error_is_said(harvests: Harvests) -> None:
    def refused(url: str) -> bytes:
        answer = harvests.koha.fetch(url)
        error = b'<error code="cannotDisseminateFormat">no such form</error></OAI-PMH>'
        return answer if "Identify" in url else answer.split(b"<ListRecords>")[0] + error

    assert harvests.run(fetch=refused).trouble == "answers 'cannotDisseminateFormat': 'no such form'"


def pages(harvests: Harvests) -> Iterator[int]:
    yield from range(2, 2 + len(harvests.koha.biblios))


def test_a_run_that_breaks_at_any_request_is_whole_after_the_next(harvests: Harvests, tmp_path: Path) -> None:
    """Each request of a run, lost for good; the run after it ends with everything."""
    del tmp_path
    for at in pages(harvests):
        harvests.koha.asked.clear()
        harvests.koha.tricks = {at: Trick.BUSY_FOR_HOURS}
        harvests.run(Wanted(is_full=True))
        harvests.koha.tricks = {}
        harvests.run()

        assert harvests.ids() == ["1", "2", "3", "4", "5"]
        assert not harvests.state().is_running
