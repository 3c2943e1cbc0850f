"""The tagging station: what is written, what is asked first, and what is never touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.tagdata.content import Blank, Damage, Malformed, TagContent, TagFormat, Usage
from drivers.rfid.tagdata.detect import Finding
from kiosk.tagging.station import MOST_PARTS, Station, StationRules
from kiosk.tagging.words import Action, Content, Fault, Note, Outcome, Say, SecureTag, SeenTag, Tell, Tone, WriteTag
from library.lending.patterns import NumberPatterns

A, B = "TVX.000001", "TVX.000002"
RULES = StationRules("VN-QN01", NumberPatterns(), frozenset({"VN-OLD"}))


def tag(uid: str, finding: Finding | None = Blank()) -> SeenTag:  # noqa: B008 - a value that cannot change
    return SeenTag(uid, finding)


def ours(
    item_id: str, part: int = 1, parts: int = 1, library: str = "QN01", usage: Usage = Usage.CIRCULATING
) -> TagContent:
    return TagContent(TagFormat.ISO_28560_3, item_id, part, parts, "VN", library, usage)


def said(actions: tuple[Action, ...]) -> list[Say]:
    return [action.say for action in actions if isinstance(action, Tell)]


def orders(actions: tuple[Action, ...]) -> list[WriteTag | SecureTag]:
    return [action for action in actions if isinstance(action, WriteTag | SecureTag)]


def notes(actions: tuple[Action, ...]) -> list[Note]:
    return [action for action in actions if isinstance(action, Note)]


def test_label_then_blank_tag_is_written_noted_and_done() -> None:
    station = Station(RULES)
    begun, labelled = station.begin(), station.label(A)
    laid = station.tags([tag("T1")])
    done = station.written("T1")

    assert (said(begun), said(labelled)) == ([Say.SCAN], [Say.LAY])
    assert orders(laid) == [WriteTag("T1", Content(A))]
    assert notes(done) == [Note(Content(A), "T1", Outcome.WRITTEN)]
    assert said(done) == [Say.DONE, Say.TAKE_AWAY]
    assert A in station.tagged


def test_a_tag_may_lie_there_before_its_label_is_scanned() -> None:
    station = Station(RULES)
    laid = station.tags([tag("T1")])

    assert said(laid) == [Say.SCAN_BLANK]
    assert orders(station.label(A)) == [WriteTag("T1", Content(A))]


def test_a_book_that_is_done_is_not_touched_again_while_it_lies_there() -> None:
    station = Station(RULES)
    station.tags([tag("T1")])
    station.label(A)
    station.written("T1")
    again = station.tags([tag("T1", ours(A))])
    next_label = station.label(B)
    both = station.tags([tag("T1", ours(A)), tag("T2")])

    assert orders(again) == []
    assert (said(next_label), orders(both)) == ([Say.LAY], [WriteTag("T2", Content(B))])


def test_two_new_tags_are_never_chosen_between() -> None:
    station = Station(RULES)
    station.label(A)
    two = station.tags([tag("T1"), tag("T2")])
    one = station.tags([tag("T2")])

    assert (said(two), orders(two)) == ([Say.ONE_BY_ONE], [])
    assert orders(one) == [WriteTag("T2", Content(A))]


def test_a_tag_that_is_right_is_only_secured() -> None:
    station = Station(RULES)
    station.label(A)
    laid = station.tags([tag("T1", ours(A))])
    done = station.written("T1")

    assert orders(laid) == [SecureTag("T1", Content(A))]
    assert notes(done) == [Note(Content(A), "T1", Outcome.CHECKED)]


@pytest.mark.parametrize(
    ("finding", "asked"),
    [
        (ours(B), Say.DIFFERS),
        (ours(A, part=2, parts=2), Say.DIFFERS),
        (ours(A, library="OLD"), Say.DIFFERS),
        (TagContent(TagFormat.ASCII, B), Say.DIFFERS),
        (Malformed(Damage.CHECKSUM), Say.OTHER_CONTENT),
    ],
)
def test_what_differs_from_the_cover_is_written_only_when_the_label_is_scanned_again(
    finding: Finding, asked: Say
) -> None:
    station = Station(RULES)
    station.label(A)
    laid = station.tags([tag("T1", finding)])
    again = station.label(A)

    assert (said(laid), orders(laid)) == ([asked], [])
    assert orders(again) == [WriteTag("T1", Content(A))]


def test_a_yes_is_for_one_tag_and_not_for_the_next() -> None:
    station = Station(RULES)
    station.label(A)
    station.tags([tag("T1", ours(B))])
    station.tags([tag("T2", ours(B))])
    station.tags([])
    station.label(A)
    other = station.tags([tag("T3", ours(B))])

    assert (said(other), orders(other)) == ([Say.DIFFERS], [])


def test_cover_and_tag_that_differ_are_noted_when_left_so() -> None:
    station = Station(RULES)
    station.label(A)
    station.tags([tag("T1", ours(B))])
    skipped = station.skip()

    assert notes(skipped) == [Note(Content(A), "T1", Outcome.DIFFERS, B)]
    assert said(skipped) == [Say.SKIPPED, Say.TAKE_AWAY]
    assert station.skip() == ()


def test_a_tag_of_another_library_is_never_written() -> None:
    station = Station(RULES)
    station.label(A)
    laid = station.tags([tag("T1", ours(A, library="QN02"))])
    again = station.label(A)

    assert notes(laid) == [Note(Content(A), "T1", Outcome.FOREIGN, "VN-QN02")]
    assert said(laid) == [Say.FOREIGN]
    assert orders(laid) + orders(again) == []


def test_a_patrons_card_is_never_written() -> None:
    station = Station(RULES)
    station.label(A)
    laid = station.tags([tag("T1", ours("29101000000018", usage=Usage.PATRON_CARD))])

    assert (said(laid), orders(laid), orders(station.label(A))) == ([Say.CARD_TAG], [], [])


def test_a_tag_that_cannot_be_read_is_told_and_not_written() -> None:
    station = Station(RULES)
    station.label(A)
    laid = station.tags([tag("T1", None)])

    assert (said(laid), orders(laid)) == ([Say.UNREADABLE], [])


@pytest.mark.parametrize(("text", "say"), [("29101000000018", Say.IS_CARD), ("9786041234567", Say.NO_LABEL)])
def test_what_is_no_label_of_a_book_is_refused(text: str, say: Say) -> None:
    station = Station(RULES)
    station.tags([tag("T1")])
    refused = station.label(text)

    assert (said(refused), orders(refused)) == ([say], [])


def test_a_label_that_is_not_on_the_list_must_be_scanned_twice() -> None:
    station = Station(StationRules("VN-QN01", NumberPatterns(), wanted={B: None}))
    station.tags([tag("T1")])
    first, second = station.label(A), station.label(A)

    assert (said(first), orders(first)) == ([Say.NOT_LISTED], [])
    assert orders(second) == [WriteTag("T1", Content(A))]


def test_a_number_that_has_a_tag_already_is_asked_about_and_its_own_tag_is_checked() -> None:
    station = Station(RULES, [(A, "T1")])
    first = station.label(A)
    own = station.tags([tag("T1", ours(A))])
    other = Station(RULES, [(A, "T1")])
    other.label(A)
    refused = other.tags([tag("T2")])

    assert said(first) == [Say.HAS_TAG]
    assert orders(own) == [SecureTag("T1", Content(A))]
    assert orders(refused) == []
    assert orders(other.label(A)) == [WriteTag("T2", Content(A))]


def test_the_parts_of_a_set_are_written_one_after_the_other() -> None:
    station = Station(RULES)
    told = station.parts(2)
    station.label(A)
    first = station.tags([tag("T1")])
    between = station.written("T1")
    second = station.tags([tag("T1", ours(A, 1, 2)), tag("T2")])
    done = station.written("T2")

    assert told == (Tell(Say.PARTS, parts=2),)
    assert orders(first) == [WriteTag("T1", Content(A, 1, 2))]
    assert said(between) == [Say.PART_DONE, Say.LAY_PART]
    assert orders(second) == [WriteTag("T2", Content(A, 2, 2))]
    assert said(done) == [Say.DONE, Say.TAKE_AWAY]
    assert said(station.label(B)) == [Say.LAY]


@pytest.mark.parametrize("number", [0, MOST_PARTS + 1])
def test_a_number_of_parts_that_cannot_be_is_told(number: int) -> None:
    assert Station(RULES).parts(number) == (Tell(Say.NOT_PARTS, Tone.BAD, parts=MOST_PARTS),)


def test_a_book_lifted_in_the_middle_is_written_when_it_is_back_without_asking() -> None:
    station = Station(RULES)
    station.label(A)
    station.tags([tag("T1")])
    gone = station.failed("T1", Fault.GONE)
    back = station.tags([tag("T1", Malformed(Damage.CHECKSUM))])

    assert (said(gone), notes(gone)) == ([Say.GONE], [])
    assert orders(back) == [WriteTag("T1", Content(A))]


def test_a_lost_pad_loses_no_label() -> None:
    station = Station(RULES)
    station.label(A)
    station.tags([tag("T1")])

    assert said(station.failed("T1", Fault.PAD_LOST)) == [Say.PAD_LOST]
    assert orders(station.tags([tag("T1")])) == [WriteTag("T1", Content(A))]


@pytest.mark.parametrize(
    ("fault", "say", "outcome"),
    [
        (Fault.LOCKED, Say.LOCKED, Outcome.LOCKED),
        (Fault.NOT_VERIFIED, Say.FAILED, Outcome.FAILED),
        (Fault.TOO_LONG, Say.TOO_LONG, Outcome.FAILED),
    ],
)
def test_a_tag_that_cannot_be_written_is_noted_and_another_may_be_used(
    fault: Fault, say: Say, outcome: Outcome
) -> None:
    station = Station(RULES)
    station.label(A)
    station.tags([tag("T1")])
    failed = station.failed("T1", fault)
    other = station.tags([tag("T2")])

    assert (said(failed), notes(failed)) == ([say], [Note(Content(A), "T1", outcome)])
    assert orders(other) == [WriteTag("T2", Content(A))]
    assert A not in station.tagged


def test_a_locked_alarm_is_reported_and_the_book_is_not_done() -> None:
    station = Station(RULES)
    station.label(A)
    station.tags([tag("T1")])
    failed = station.failed("T1", Fault.ALARM_LOCKED)

    assert notes(failed) == [Note(Content(A), "T1", Outcome.ALARM_LOCKED)]
    assert A not in station.tagged
    assert orders(station.tags([tag("T1", ours(A)), tag("T2")])) == [WriteTag("T2", Content(A))]


def test_nothing_is_begun_while_a_tag_is_written() -> None:
    station = Station(RULES)
    station.label(A)
    station.tags([tag("T1")])

    assert station.label(B) == station.tags([tag("T1"), tag("T2")]) == station.skip() == ()
    assert station.written("T9") == station.failed("T9", Fault.GONE) == ()


def test_the_same_words_are_said_once() -> None:
    station = Station(RULES)
    station.label(A)
    first = station.tags([tag("T1", None)])

    assert said(first) == [Say.UNREADABLE]
    assert station.tags([tag("T1", None)]) == ()


def test_good_and_bad_news_sound_differently() -> None:
    station = Station(RULES)
    station.label(A)
    station.tags([tag("T1")])
    tones = {action.say: action.tone for action in station.written("T1") if isinstance(action, Tell)}

    assert tones == {Say.DONE: Tone.GOOD, Say.TAKE_AWAY: Tone.CALM}


FINDINGS: list[Finding | None] = [
    None,
    Blank(),
    Malformed(Damage.CHECKSUM),
    ours(A),
    ours(B),
    ours(A, library="QN02"),
    ours("29101000000018", usage=Usage.PATRON_CARD),
]
STEPS = st.one_of(
    st.tuples(st.just("label"), st.sampled_from([A, B, "29101000000018", "?"])),
    st.tuples(st.just("tags"), st.lists(st.sampled_from(["T1", "T2", "T3"]), unique=True, max_size=3)),
    st.tuples(st.just("skip"), st.none()),
    st.tuples(st.just("parts"), st.integers(0, 3)),
    st.tuples(st.just("answer"), st.sampled_from(["ok", *Fault])),
)


@given(st.lists(st.sampled_from(FINDINGS), min_size=3, max_size=3), st.lists(STEPS, max_size=40))
def test_whatever_happens_only_what_may_be_written_is_written(
    findings: list[Finding | None], steps: list[tuple[str, object]]
) -> None:
    station = Station(RULES)
    memory = dict(zip(("T1", "T2", "T3"), findings, strict=True))
    order: WriteTag | SecureTag | None = None
    asked: set[Say] = set()
    for what, value in steps:
        actions: tuple[Action, ...] = ()
        match what, value:
            case "label", str(text):
                actions = station.label(text)
            case "tags", list(uids):
                actions = station.tags([tag(uid, memory[uid]) for uid in uids])
            case "skip", _:
                actions = station.skip()
            case "parts", int(number):
                actions = station.parts(number)
            case "answer", answer if order is not None:
                uid = order.uid
                if answer == "ok":
                    content = order.content
                    memory[uid] = ours(content.item_id, content.part, content.parts)
                    actions = station.written(uid)
                else:
                    actions = station.failed(uid, Fault(str(answer)))
                order = None
            case _:
                pass
        asked |= set(said(actions))
        for new in orders(actions):
            assert order is None
            order = new
            before = memory[new.uid]
            assert before is not None
            assert not isinstance(before, TagContent) or before.usage is not Usage.PATRON_CARD
            assert not isinstance(before, TagContent) or before.owner in {"VN-QN01", "VN-OLD", ""}
            if isinstance(new, WriteTag) and not isinstance(before, Blank):
                assert asked & {Say.DIFFERS, Say.OTHER_CONTENT, Say.GONE, Say.PAD_LOST}
