"""A visit in lines: nothing of anybody in it, the same again when it is played, and bad files named."""

import contextlib
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.blackbox.masking import LONGEST_TEXT, Mask, placeholder
from kiosk.blackbox.visit_codec import VisitUnreadableError, first_line, line, read
from kiosk.replay.steps import play, words_of
from kiosk.session.answers import AccountRead, LoanRefused, PatronAccepted
from kiosk.session.effects import Effect
from kiosk.session.events import CardPresented, DeviceBack, Event, LibrarySystemBack, PadChanged
from kiosk.session.state import Idle, OutOfOrder, State
from kiosk.session.touches import KeyTouched
from kiosk.session.values import (
    Account,
    AlarmState,
    Device,
    FeeLine,
    ItemId,
    Money,
    OwnLoan,
    Pad,
    PadItem,
    Patron,
    PatronId,
    TagUid,
    VisitId,
)
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from library.lending.refusals import Refusal
from tests.support.session_histories import OF_A_PATRON, Witness, histories
from tests.support.session_play import MINH, Play
from tests.support.visits import two_books

VISIT = VisitId("v1")
RECORDED = sorted((Path(__file__).parents[3] / "data" / "visits").glob("*.jsonl"))


def test_a_visit_that_is_read_back_goes_the_same_way_again() -> None:
    played = list(play(read(two_books())))

    assert [type(each.state).__name__ for each in played][-1] == "Idle"
    assert all(each.same for each in played)


def test_what_a_screen_said_is_there_in_placeholders() -> None:
    visit = read(two_books())
    texts = load_texts()
    said = " ".join(words for each in play(visit) for words in words_of(view(each.state, texts)))

    assert "xxxxxx" in said
    assert "Sách 1" not in said


def test_cards_items_and_tags_become_numbers_and_the_same_thing_keeps_its_own() -> None:
    mask = Mask()
    lying = PadItem(TagUid("E004"), ItemId("TV.1"), AlarmState.SECURED, 1.0, (TagUid("E005"),))
    card = mask.masked(CardPresented(VISIT, PatronId("QN0000001")))
    pad = mask.masked(PadChanged(Pad((lying,))))
    again = mask.masked(LoanRefused(VISIT, ItemId("TV.1"), Refusal.OTHER, "Bạn Mai ơi", "Số đỏ"))

    assert card == CardPresented(VISIT, PatronId("patron-1"))
    assert pad.pad.items == (PadItem(TagUid("tag-1"), ItemId("item-1"), AlarmState.SECURED, 1.0, (TagUid("tag-2"),)),)
    assert (again.item_id, again.words, again.title) == (ItemId("item-1"), "x" * 10, "x" * 5)


def test_an_account_keeps_its_shape_and_none_of_its_words() -> None:
    owed = Money(Decimal(5000), "VND")
    account = Account((OwnLoan(ItemId("TV.1"), "Số đỏ", None, overdue=True),), (), (FeeLine("Làm rách", owed),), owed)
    masked = Mask().masked(AccountRead(VISIT, account))

    assert masked.account.loans == (OwnLoan(ItemId("item-1"), "xxxxx", None, overdue=True),)
    assert masked.account.fees == (FeeLine("xxxxxxxx", owed),)


def test_what_was_typed_is_kept_as_its_length() -> None:
    assert Mask().masked(KeyTouched("7")).key == "0"
    assert (placeholder("1234"), placeholder("a b"), len(placeholder("x" * 9999))) == ("0000", "xxx", LONGEST_TEXT)


@given(histories)
@settings(max_examples=60)
def test_no_history_leaves_a_patrons_word_in_the_record_and_each_goes_the_same_way_again(
    history: tuple[bool, list[object]],
) -> None:
    lines: list[str] = []
    mask = Mask()
    witness = Witness(_Recorded(lines, mask))
    there: list[Event] = [LibrarySystemBack(), *(DeviceBack(device) for device in Device)]
    for event in there:
        witness.happen(event)
    if not isinstance(witness.play.state, Idle):
        return
    lines.insert(0, first_line(mask.masked(witness.play.state), "0.1.0", ""))
    del lines[1:]
    for move in history[1]:
        witness.happen(move)  # type: ignore[arg-type]  # a history is made of moves
    text = "\n".join(lines)

    assert OF_A_PATRON not in text
    assert all(each.same for each in play(read(lines)))


class _Recorded(Play):
    def __init__(self, lines: list[str], mask: Mask) -> None:
        super().__init__()
        self._lines = lines
        self._mask = mask

    def tell(self, *events: Event) -> tuple[Effect, ...]:
        effects: tuple[Effect, ...] = ()
        for event in events:
            effects = super().tell(event)
            self._lines.append(line(self._mask.masked(event), self.state, effects))
        return effects


def test_a_last_line_that_was_cut_is_left_out() -> None:
    lines = two_books()
    whole = read(lines)
    cut = read([*lines[:-1], lines[-1][:20]])

    assert cut.happened == whole.happened[:-1]


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        (lambda _: [], 1, "no visit"),
        (lambda lines: ["[]", *lines], 1, "no line of a visit"),
        (lambda lines: ['{"visit":99}', *lines[1:]], 1, "another version"),
        (lambda lines: [lines[0], "{", *lines[1:]], 2, "no line of a visit"),
        (lambda lines: [lines[0], '{"event":"Eclipse","data":{}}'], 2, "does not know"),
        (lambda lines: [lines[0], '{"event":"CardPresented","data":{"visit_id":7}}'], 2, "visit_id"),
        (lambda lines: [lines[0], '{"event":"FinishTouched","data":{},"effects":7}'], 2, "no list"),
        (lambda _: ['{"visit":1,"began":{}}'], 1, "around"),
        (lambda lines: [lines[0], "[" * 100_000, *lines[1:]], 2, "no line of a visit"),
    ],
)
def test_a_file_that_is_no_visit_is_named_by_its_line(change: object, at: int, said: str) -> None:
    with pytest.raises(VisitUnreadableError) as caught:
        read(change(two_books()))  # type: ignore[operator]  # a function of the lines

    assert caught.value.line == at
    assert said in caught.value.problem


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
)


@given(st.lists(st.one_of(st.text(max_size=40), json_values.map(json.dumps)), max_size=4), st.integers(0, 12))
@settings(max_examples=150)
def test_whatever_a_file_holds_reading_it_ends_in_a_visit_or_its_own_error(junk: list[str], place: int) -> None:
    lines = two_books()
    with contextlib.suppress(VisitUnreadableError):
        visit = read([*lines[:place], *junk, *lines[place:]])

        assert len(visit.happened) < len(lines) + len(junk)


@given(st.integers(0, 8), st.data())
@settings(max_examples=100)
def test_a_line_with_one_wrong_value_never_breaks_the_reader(place: int, data: st.DataObject) -> None:
    lines = two_books()
    told = json.loads(lines[place % len(lines)])
    key = data.draw(st.sampled_from(sorted(told)))
    told[key] = data.draw(json_values)
    lines[place % len(lines)] = json.dumps(told)
    with contextlib.suppress(VisitUnreadableError):
        played = list(play(read(lines)))

        assert all(each.seconds >= 0 for each in played)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_recorded_visits_go_the_same_way_again(path: Path) -> None:
    played = list(play(read(path.read_text(encoding="utf-8").splitlines())))

    assert [each for each in played if not each.same] == []


def test_a_session_that_changed_its_ways_is_noticed() -> None:
    visit = read(two_books())
    other = replace(visit, began=replace(visit.began, around=replace(visit.began.around, library_system=False)))

    assert not all(each.same for each in play(other))


def test_no_state_has_a_patron_left_once_it_is_masked() -> None:
    around = Play().open().state.around
    state: State = OutOfOrder(around)
    accepted = Mask().masked(PatronAccepted(VISIT, Patron(PatronId("QN1"), "N.T.M.", 0, charged=(ItemId("TV.1"),))))

    assert Mask().masked(state) == state
    assert accepted.patron == replace(
        MINH, patron_id=PatronId("patron-1"), initials="xxxxxx", loans=0, charged=(ItemId("item-1"),)
    )
