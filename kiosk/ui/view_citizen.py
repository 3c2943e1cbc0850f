"""The pages of whoever comes with a citizen card, and of who becomes a reader by it."""

from typing import assert_never

from kiosk.session.citizen_events import PurposeTouched
from kiosk.session.citizen_state import NewReader, ReaderStage
from kiosk.session.joining import may_hand_in, may_print
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.texts import Texts
from kiosk.ui.view_citizen_types import ConsentView, NewReaderView
from kiosk.ui.view_search_types import ChoiceView
from kiosk.ui.view_types import IdentifyView
from library.api.new_readers import DAYS_KEPT
from library.identity.citizen_card import CitizenCard
from library.identity.purposes import Purpose
from library.text.forms import printable
from library.text.width import shorten

_LONGEST_NAME = 60
_LONGEST_ADDRESS = 110
_LAST_DIGITS = 4
_PURPOSE = {
    Purpose.LENDING: "join.for_lending",
    Purpose.STATISTICS: "join.for_statistics",
    Purpose.MESSAGES: "join.for_messages",
}
_TITLE = {
    ReaderStage.GUARDIAN: "join.guardian",
    ReaderStage.NO_LINE: "join.no_line",
    ReaderStage.NOT_TAKEN: "join.not_taken",
    ReaderStage.NOT_HEARD: "join.not_heard",
}
_HINT = {
    ReaderStage.GUARDIAN: "join.guardian_hint",
    ReaderStage.NO_LINE: "join.no_line_hint",
    ReaderStage.NOT_TAKEN: "join.not_taken_hint",
    ReaderStage.NOT_HEARD: "join.not_heard_hint",
}

_SLIP = {
    ReceiptStage.PRINTING: "join.printing",
    ReceiptStage.PRINTED: "join.printed",
    ReceiptStage.FAILED: "join.not_printed",
}


def asking_citizen(texts: Texts) -> IdentifyView:
    """Give the page while our server is asked."""
    return IdentifyView(
        title=texts.say("citizen.asking"),
        hint=texts.say("identify.hint"),
        busy=True,
        refused=False,
        cancel_label=texts.say("card.cancel"),
        notice="",
    )


def new_reader(state: NewReader, texts: Texts) -> IdentifyView | NewReaderView | ConsentView:
    """Give the page of whoever is no reader."""
    match state.stage:
        case ReaderStage.AT_DESK:
            return _at_desk(texts)
        case ReaderStage.OFFERED:
            return _offered(state.card, texts)
        case ReaderStage.AGREEING:
            return _agreeing(state, texts)
        case ReaderStage.HANDING_IN:
            return NewReaderView(texts.say("join.handing_in"), texts.say("identify.hint"), picture="busy", busy=True)
        case ReaderStage.HANDED_IN:
            return _handed_in(state, texts)
        case ReaderStage.GUARDIAN | ReaderStage.NO_LINE | ReaderStage.NOT_TAKEN | ReaderStage.NOT_HEARD as stage:
            words = texts.say(_TITLE[stage]), texts.say(_HINT[stage])
            return NewReaderView(*words, picture="desk", done_label=texts.say("finished.done"))
        case _:
            assert_never(state.stage)


def _at_desk(texts: Texts) -> IdentifyView:
    return IdentifyView(
        title=texts.say("citizen.unknown"),
        hint=texts.say("citizen.at_desk"),
        busy=False,
        refused=True,
        cancel_label=texts.say("card.cancel"),
        notice="",
    )


def _handed_in(state: NewReader, texts: Texts) -> NewReaderView:
    return NewReaderView(
        texts.say("join.handed_in"),
        texts.count(_SLIP.get(state.slip, "join.handed_in_hint"), DAYS_KEPT),
        code=state.pick_up,
        done_label=texts.say("finished.done"),
        print_label=texts.say("join.print") if may_print(state) else "",
        busy=state.slip is ReceiptStage.PRINTING,
    )


def _offered(card: CitizenCard | None, texts: Texts) -> NewReaderView:
    return NewReaderView(
        texts.say("join.title"),
        texts.count("join.hint", DAYS_KEPT),
        facts="" if card is None else _facts(card, texts),
        go_label=texts.say("join.go_on"),
        cancel_label=texts.say("join.cancel"),
    )


def _facts(card: CitizenCard, texts: Texts) -> str:
    """Give the fields that would be handed in; of the number the last digits, for others may see the screen."""
    address = shorten(printable(card.address), _LONGEST_ADDRESS)
    lines = (
        texts.say("join.name", name=shorten(printable(card.name), _LONGEST_NAME)),
        texts.say("join.born", date=f"{card.born:%d/%m/%Y}", digits=card.number[-_LAST_DIGITS:]),
        texts.say("join.address", address=address) if address else "",
    )
    return "\n".join(line for line in lines if line)


def _agreeing(state: NewReader, texts: Texts) -> ConsentView:
    ready = may_hand_in(state)
    return ConsentView(
        title=texts.say("join.agree_title"),
        told=texts.say("join.agree_ready" if ready else "join.agree_hint"),
        choices=tuple(
            ChoiceView(texts.say(words), purpose in state.agreed, PurposeTouched(purpose))
            for purpose, words in _PURPOSE.items()
        ),
        send_label=texts.say("join.hand_in") if ready else "",
        cancel_label=texts.say("join.cancel"),
    )
