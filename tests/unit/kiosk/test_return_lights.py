"""Lights and tones while items are brought back, and on the pages of PIN and account."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.gpio.base import Lamp, Tone
from kiosk.devices.indicators import lights_of, tone_of
from kiosk.session.answers import ReceiptFailed
from kiosk.session.events import DeviceBack, Event, LabelRejected, PadChanged, Ticked
from kiosk.session.state import AskingPin, AtAccount, ReturnFinished, State, Visit
from kiosk.session.touches import CancelTouched, FinishTouched, ReceiptTouched, ScreenTouched, StartTouched
from kiosk.session.values import Bin, Device, LabelFault, Pad, PrinterFault, ReturnKind, Service
from library.lending.refusals import Refusal
from tests.support.return_play import LIMITS, VISIT, armed, back, laid, refused, returns, still_off, unknown
from tests.support.session_play import MINH, Play


def lit(state: State) -> set[str]:
    """Name the lamps that are on, those that blink with a star."""
    lights = lights_of(state)
    return {str(lamp) for lamp in lights.lit} | {f"{lamp}*" for lamp in lights.blinking}


def heard(play: Play, *events: Event) -> list[Tone]:
    """Tell these and give the tones."""
    tones = []
    for event in events:
        before = play.state
        play.tell(event)
        tones.append(tone_of(before, play.state))
    return [tone for tone in tones if tone is not None]


def test_blue_stands_while_books_are_awaited() -> None:
    assert lit(returns().state) == {"reader", "blue"}


def test_a_book_is_heard_when_it_is_read_and_when_it_is_back_and_its_bin_is_lit() -> None:
    play = returns()
    read = heard(play, laid(1))
    while_taken = lit(play.state)
    between = heard(play, back(1, ReturnKind.HOLD_HERE))
    done = heard(play, armed(1))

    assert (read, between, done) == ([Tone.READ], [], [Tone.DONE])
    assert (while_taken, lit(play.state)) == ({"reader", "blue*"}, {"reader", "green", "bin_2"})


def test_a_pile_that_lay_there_is_heard_when_return_is_touched() -> None:
    play = Play(LIMITS).open()
    play.tell(laid(1))

    assert heard(play, StartTouched(Service.RETURN, VISIT)) == [Tone.READ]


def test_the_bin_of_the_last_book_is_lit_and_at_the_end_those_of_all() -> None:
    play = returns()
    play.tell(laid(1), back(1), armed(1), laid(1, 2), back(2, ReturnKind.TRANSFER), armed(2))
    during = lit(play.state)
    tones = heard(play, FinishTouched())

    assert (during, tones) == ({"reader", "green", "bin_3"}, [Tone.DONE])
    assert lit(play.state) == {"green", "bin_1", "bin_3"}


def test_a_bin_without_a_lamp_lights_none() -> None:
    limits = replace(LIMITS, bins=replace(LIMITS.bins, shelf=Bin(9)))
    play = returns(limits)
    play.tell(laid(1), back(1), armed(1))

    assert lit(play.state) == {"reader", "green"}


def test_what_staff_must_look_at_calls_and_its_bin_is_lit() -> None:
    play = returns()
    play.tell(laid(1))
    tones = heard(play, refused(1, Refusal.ITEM_UNKNOWN))

    assert (tones, lit(play.state)) == ([Tone.ATTENTION], {"reader", "red*", "bin_4"})
    assert heard(play, laid(1, 2)) == [Tone.READ]
    assert lit(play.state) == {"reader", "red*", "blue*", "bin_4"}
    assert heard(play, unknown(2)) == [Tone.ATTENTION]


def test_each_failed_attempt_at_an_alarm_calls_anew() -> None:
    play = returns()
    play.tell(laid(1), back(1))

    assert heard(play, still_off(1)) == [Tone.ATTENTION]
    play.tell(laid(), laid(1))
    assert heard(play, still_off(1)) == [Tone.ATTENTION]


def test_a_strange_label_and_the_question_who_is_there_call_once_each() -> None:
    play = returns()
    strange = heard(play, LabelRejected(LabelFault.EMPTY))
    tones = heard(play, *(Ticked(play.state.around.now + each / 4) for each in range(70 * 4)))

    assert (strange, tones) == ([Tone.ATTENTION], [Tone.ATTENTION])
    assert lit(play.state) == {"reader", "red*"}


def test_the_end_of_a_return_works_until_all_is_answered() -> None:
    play = returns()
    play.tell(laid(1), FinishTouched())

    assert lit(play.state) == {"reader", "blue*"}


def test_a_receipt_that_did_not_come_out_calls() -> None:
    play = returns()
    play.tell(DeviceBack(Device.PRINTER), laid(1), back(1), armed(1), FinishTouched(), ReceiptTouched(wanted=True))
    tones = heard(play, ReceiptFailed(VISIT, PrinterFault.PAPER_OUT))

    assert isinstance(play.state, ReturnFinished)
    assert (tones, lit(play.state)) == ([Tone.ATTENTION], {"red*", "bin_1"})


def visit_of_minh(play: Play) -> Visit:
    return Visit(VISIT, MINH, 0.0, entries=(), accepted=0.0, lying=play.state.around.pad.tags)


def test_the_page_of_the_pin_works_while_it_is_checked_and_calls_when_it_is_wrong() -> None:
    play = Play().open()
    asks = AskingPin(play.state.around, visit_of_minh(play), Service.ACCOUNT, idle_since=0.0)
    checks, wrong = replace(asks, checking=True), replace(asks, wrong=True)

    assert [lit(state) for state in (asks, checks, wrong)] == [{"green"}, {"blue*"}, {"red*"}]
    assert (tone_of(checks, wrong), tone_of(wrong, wrong), tone_of(asks, checks)) == (Tone.ATTENTION, None, None)


def test_the_page_of_the_account_works_while_it_is_read_and_calls_where_it_is_not_told() -> None:
    play = Play().open()
    reads = AtAccount(play.state.around, visit_of_minh(play), idle_since=0.0, reading=True)
    unread = replace(reads, reading=False, unread=True)
    warned = replace(reads, reading=False, warned_until=9.0)

    assert [lit(state) for state in (reads, unread, warned)] == [{"blue*"}, {"red*"}, {"red*"}]
    assert (tone_of(reads, unread), tone_of(unread, unread)) == (Tone.ATTENTION, None)


events: st.SearchStrategy[Event] = st.sampled_from(
    [
        *[laid(1), laid(2), laid(1, 2, 3), PadChanged(Pad())],
        *[each for number in (1, 2, 3) for each in (back(number), armed(number), still_off(number), unknown(number))],
        *[refused(1, Refusal.OTHER), FinishTouched(), CancelTouched(), ScreenTouched(), ReceiptTouched(wanted=True)],
        *[LabelRejected(LabelFault.EMPTY), DeviceBack(Device.PRINTER), ReceiptFailed(VISIT, PrinterFault.OTHER)],
        *[Ticked(200.0), Ticked(300.0)],
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(events, max_size=25))
def test_no_tone_is_without_its_lamp_and_red_never_stands(history: list[Event]) -> None:
    play = returns()
    for event in history:
        before = play.state
        play.tell(event)
        tone, lights = tone_of(before, play.state), lights_of(play.state)

        assert Lamp.RED not in lights.lit
        assert Lamp.GREEN not in lights.blinking
        assert not lights.lit & lights.blinking
        assert tone_of(play.state, play.state) is None
        match tone:
            case Tone.READ:
                assert Lamp.BLUE in lights.blinking
            case Tone.DONE:
                assert Lamp.GREEN in lights.lit
            case Tone.ATTENTION:
                assert Lamp.RED in lights.blinking
            case None:
                pass
