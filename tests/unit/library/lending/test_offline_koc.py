"""Koha's offline format, to the byte, and several files in one order."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.lending.offline_koc import KocCommand, KocError, KocEvent, merge, read_koc, write_koc

NOON = datetime(2026, 11, 22, 12, 0, 0, 7000)  # noqa: DTZ001 - the format knows no zone
CARD, OTHER, ITEM, BOOK = "23529000000001", "23529000000002", "VNM.000001", "ĐKCB.000002"


def issue(at: datetime = NOON, card: str = CARD, item: str = ITEM) -> KocEvent:
    return KocEvent(at, KocCommand.ISSUE, (card, item))


def back(at: datetime = NOON, item: str = ITEM) -> KocEvent:
    return KocEvent(at, KocCommand.RETURN, (item,))


def paid(at: datetime = NOON) -> KocEvent:
    return KocEvent(at, KocCommand.PAYMENT, (CARD, "5000"))


FILE = (
    "Version=1.0\tGenerator=library-kiosk\tGeneratorVersion=0.4\n"
    "2026-11-22 12:00:00 007\tissue\t23529000000001\tVNM.000001\n"
    "2026-11-22 12:00:01 007\treturn\tVNM.000001\n"
    "2026-11-22 12:00:02 007\tpayment\t23529000000001\t5000\n"
    "2026-11-22 12:00:03 007\tissue\t23529000000002\tĐKCB.000002\n"
)
EVENTS = (
    issue(),
    back(NOON + timedelta(seconds=1)),
    paid(NOON + timedelta(seconds=2)),
    issue(NOON + timedelta(seconds=3), OTHER, BOOK),
)


def test_a_file_is_written_to_the_byte() -> None:
    assert write_koc(EVENTS, "library-kiosk", "0.4") == FILE


def test_a_file_is_read_as_it_was_written_and_as_windows_writes_it() -> None:
    assert read_koc(FILE) == EVENTS
    assert read_koc("\ufeff" + FILE.replace("\n", "\r\n")) == EVENTS
    assert read_koc(FILE + "\n\n") == EVENTS
    assert read_koc(FILE.replace("12:00:00 007", "12:00:00   7")) == EVENTS


_TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)).map(  # noqa: DTZ001 - the same
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=20)
_EVENTS = st.one_of(st.builds(issue, _TIMES, _WORDS, _WORDS), st.builds(back, _TIMES, _WORDS), st.builds(paid, _TIMES))


@given(st.lists(_EVENTS, max_size=20))
def test_whatever_is_written_is_read(events: list[KocEvent]) -> None:
    assert read_koc(write_koc(events, "g", "1")) == tuple(events)


@given(st.text())
def test_any_text_is_a_file_or_an_error_that_names_a_line(text: str) -> None:
    for content in (text, FILE + text):
        assert 0 <= _faulty_line(content) <= content.count("\n") + 1


def _faulty_line(content: str) -> int:
    try:
        read_koc(content)
    except KocError as error:
        return error.line
    return 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "head"),
        ("Version=2.0\tGenerator=x", "head"),
        ("2026-11-22 12:00:00\treturn\tX", "time"),
        ("2026-02-30 12:00:00 000\treturn\tX", "time"),
        ("2026-11-22 12:00:00 000\trenew\tX", "neither"),
        ("2026-11-22 12:00:00 000\treturn", "words of a return"),
        ("2026-11-22 12:00:00 000\treturn\t", "words of a return"),
        ("2026-11-22 12:00:00 000\treturn\tX\tY", "words of a return"),
        ("2026-11-22 12:00:00 000\tissue\t23529000000001", "words of a issue"),
    ],
)
def test_a_line_that_is_none_is_named_and_its_words_are_not_repeated(line: str, words: str) -> None:
    with pytest.raises(KocError) as error:
        read_koc(line if words == "head" else f"{FILE}{line}\n")

    assert error.value.line == (1 if words == "head" else 6)
    assert words in error.value.words
    assert "2352900" not in str(error.value)


@pytest.mark.parametrize("word", ["", "a\tb", "a\nb", " a", "a\0"])
def test_a_word_that_would_break_a_line_is_not_written(word: str) -> None:
    with pytest.raises(ValueError, match="word"):
        write_koc([back(item=word)], "g", "1")


def test_an_event_with_too_few_words_is_not_written() -> None:
    with pytest.raises(ValueError, match="words"):
        write_koc([KocEvent(NOON, KocCommand.ISSUE, (CARD,))], "g", "1")


def test_several_files_become_one_in_the_order_of_what_happened() -> None:
    hub = [issue(NOON), back(NOON + timedelta(hours=2))]
    school = [back(NOON + timedelta(hours=1)), issue(NOON + timedelta(hours=1), OTHER)]

    merged = merge([hub, school])

    assert merged.events == (hub[0], school[0], school[1], hub[1])
    assert merge([school, hub]).events == merged.events


def test_at_the_same_time_a_return_at_one_kiosk_comes_before_a_loan_at_another_and_a_files_own_order_stays() -> None:
    lent_and_back, given_back, lent = [issue(), back()], [back(item=BOOK)], [issue(card=OTHER, item=BOOK)]

    assert merge([lent_and_back, lent, given_back]).events == (*given_back, *lent_and_back, *lent)


def test_a_number_behind_the_second_that_begins_again_turns_nothing_round() -> None:
    lent, returned = issue(NOON.replace(microsecond=999_000)), back(NOON.replace(microsecond=0))

    assert merge([[lent, returned]]).events == (lent, returned)


def test_what_several_files_hold_is_taken_once_and_what_one_file_says_twice_stays() -> None:
    merged = merge([[issue(), paid(), paid()], [issue(), back()]])

    assert merged.events == (back(), issue(), paid(), paid())
    assert merged.repeated == 1


def test_of_two_exports_of_one_kiosk_the_longer_one_keeps_its_order() -> None:
    assert merge([[issue()], [issue(), back()]]).events == (issue(), back())


@given(st.lists(st.lists(_EVENTS, max_size=6), max_size=4))
def test_no_event_is_lost_and_no_time_runs_backwards(files: list[list[KocEvent]]) -> None:
    merged = merge(files)

    times = [event.at.replace(microsecond=0) for event in merged.events]
    assert times == sorted(times)
    assert set(merged.events) == {event for events in files for event in events}
    assert len(merged.events) + merged.repeated == sum(map(len, files))
