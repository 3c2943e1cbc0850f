"""Which words belong to which notice, refusal, oddity and device; keys of the catalogues, and nothing else."""

from typing import Final, NamedTuple

from kiosk.session.state import Around, Notice, NoticeKind
from kiosk.session.surroundings import can_serve
from kiosk.session.values import Device, LabelFault, PadOddity, Service
from kiosk.texts import Texts
from library.lending.refusals import Refusal
from library.text.forms import printable
from library.text.width import shorten

LONGEST_WORDS = 300
"""Columns of a library system's own words that are shown; SIP2 sets no limit, a screen does."""

DEVICE_NAME = {
    Device.PAD: "out.pad",
    Device.SCANNER: "out.scanner",
    Device.PRINTER: "out.printer",
    Device.CARD_READER: "out.card_reader",
    Device.BOARD: "out.board",
}
_DEVICE_LOST = {
    Device.PAD: "notice.device_lost_pad",
    Device.SCANNER: "notice.device_lost_scanner",
    Device.PRINTER: "notice.device_lost_printer",
    Device.CARD_READER: "notice.device_lost_card_reader",
    Device.BOARD: "notice.device_lost_board",
}
_LABEL_REJECTED = {
    LabelFault.EMPTY: "notice.label_empty",
    LabelFault.CONTROL_CHARACTERS: "notice.label_control_characters",
    LabelFault.UNKNOWN_PATTERN: "notice.label_unknown_pattern",
    LabelFault.UNKNOWN_CARD: "notice.card_unknown",
    LabelFault.RANDOM_CARD: "notice.card_random",
    LabelFault.CITIZEN_CARD: "notice.citizen_card",
    LabelFault.CITIZEN_OFFLINE: "notice.citizen_offline",
    LabelFault.CITIZEN_MISREAD: "notice.citizen_misread",
}
_PLAIN_NOTICE = {
    NoticeKind.ANOTHER_CARD: "notice.another_card",
    NoticeKind.ALREADY_LISTED: "notice.already_listed",
    NoticeKind.CARD_FIRST: "notice.card_first",
    NoticeKind.NUMBER_UNKNOWN: "notice.number_unknown",
    NoticeKind.NUMBER_OPEN: "notice.number_open",
    NoticeKind.NOT_IDENTIFIED: "notice.not_identified",
    NoticeKind.NO_SERVICE: "notice.no_service",
    NoticeKind.MISCOUNTED: "notice.miscounted",
    NoticeKind.RETURN_FIRST: "notice.return_first",
    NoticeKind.STAFF_CARD: "notice.staff_card",
}
_ODD_NOTICE = {
    PadOddity.FOREIGN: "notice.odd_foreign",
    PadOddity.BLANK: "notice.odd_blank",
    PadOddity.UNREADABLE: "notice.odd_unreadable",
    PadOddity.PATRON_CARD: "notice.odd_patron_card",
    PadOddity.INCOMPLETE_SET: "notice.odd_incomplete_set",
    PadOddity.TWO_OWNERS: "notice.odd_two_owners",
}
ODD_TITLE = {
    PadOddity.FOREIGN: "odd.foreign_title",
    PadOddity.BLANK: "odd.blank_title",
    PadOddity.UNREADABLE: "odd.unreadable_title",
    PadOddity.PATRON_CARD: "odd.patron_card_title",
    PadOddity.INCOMPLETE_SET: "odd.incomplete_set_title",
    PadOddity.TWO_OWNERS: "odd.two_owners_title",
}
ODD_DETAIL = {
    PadOddity.FOREIGN: "odd.foreign",
    PadOddity.BLANK: "odd.blank",
    PadOddity.UNREADABLE: "odd.unreadable",
    PadOddity.PATRON_CARD: "odd.patron_card",
    PadOddity.INCOMPLETE_SET: "odd.incomplete_set",
    PadOddity.TWO_OWNERS: "odd.two_owners",
}
_REFUSAL = {
    Refusal.PATRON_UNKNOWN: "refusal.patron_unknown",
    Refusal.PATRON_BLOCKED: "refusal.patron_blocked",
    Refusal.PATRON_EXPIRED: "refusal.patron_expired",
    Refusal.PATRON_LIMIT_REACHED: "refusal.patron_limit_reached",
    Refusal.PATRON_SUSPENDED: "refusal.patron_suspended",
    Refusal.PATRON_OVERDUE: "refusal.patron_overdue",
    Refusal.FEE_LIMIT_REACHED: "refusal.fee_limit_reached",
    Refusal.FEE_NOT_ACKNOWLEDGED: "refusal.fee_not_acknowledged",
    Refusal.WRONG_PIN: "refusal.wrong_pin",
    Refusal.PIN_LOCKED: "refusal.pin_locked",
    Refusal.ITEM_UNKNOWN: "refusal.item_unknown",
    Refusal.ITEM_NOT_FOR_LOAN: "refusal.item_not_for_loan",
    Refusal.ITEM_ON_LOAN: "refusal.item_on_loan",
    Refusal.ITEM_ON_LOAN_TO_SAME_PATRON: "refusal.item_on_loan_to_same_patron",
    Refusal.ITEM_RESERVED: "refusal.item_reserved",
    Refusal.ITEM_NOT_ON_LOAN: "refusal.item_not_on_loan",
    Refusal.RENEWAL_LIMIT_REACHED: "refusal.renewal_limit_reached",
    Refusal.HOLD_EXISTS: "refusal.hold_exists",
    Refusal.HOLD_LIMIT_REACHED: "refusal.hold_limit_reached",
    Refusal.HOLD_UNKNOWN: "refusal.hold_unknown",
    Refusal.PLACE_UNKNOWN: "refusal.place_unknown",
    Refusal.PAYMENT_INVALID: "refusal.payment_invalid",
    Refusal.PAYMENT_TOO_HIGH: "refusal.payment_too_high",
}
_SAYS_MORE: Final = frozenset({Refusal.PATRON_SUSPENDED, Refusal.FEE_LIMIT_REACHED, Refusal.FEE_NOT_ACKNOWLEDGED})
"""Our server's own words say a day or an amount, which ours cannot."""


class CardWords(NamedTuple):
    """Where a card is to be shown: keys of the words on the first page and on the page that asks for it."""

    home: str
    title: str
    hint: str


_SCANNED: Final = CardWords("home.hint", "card.title", "card.hint")
_LAID: Final = CardWords("home.hint_reader", "card.title_reader", "card.hint_reader")
_EITHER: Final = CardWords("home.hint_both", "card.title_both", "card.hint_both")


def is_had_now(around: Around, service: Service) -> bool:
    """Say whether the kiosk is for this service and it can be had now."""
    return service in around.limits.services and can_serve(around, service)


def card_words(around: Around) -> CardWords:
    """Choose by what can read a card now: scanner, card reader or both."""
    there = around.limits.needed - around.lost
    if Device.CARD_READER not in there:
        return _SCANNED
    return _EITHER if Device.SCANNER in there else _LAID


def refusal_of_card(refusal: Refusal, words: str, texts: Texts) -> str:
    """Say why a card was refused: our words, or the library system's own where the reason is none of ours."""
    return _refusal(refusal, words, texts, other="refusal.other_card")


def refusal_of_item(refusal: Refusal, words: str, texts: Texts) -> str:
    """Say why an item was refused: our words, or the library system's own where the reason is none of ours."""
    return _refusal(refusal, words, texts, other="refusal.other_item")


def refusal_of_hold(refusal: Refusal, words: str, texts: Texts) -> str:
    """Say why a book is not kept: our words, or the library system's own where the reason is none of ours."""
    return _refusal(refusal, words, texts, other="reserve.refused_other")


def refusal_of_renewal(refusal: Refusal, words: str, texts: Texts) -> str:
    """Say why a loan does not go on: our words, or the library system's own where the reason is none of ours."""
    if refusal is Refusal.ITEM_RESERVED:
        return texts.say("renewal.reserved")
    return _refusal(refusal, words, texts, other="renewal.refused")


def notice_words(notice: Notice | None, texts: Texts) -> str:
    """Give a notice's words; empty without one."""
    return "" if notice is None else texts.say(_notice_key(notice))


def _refusal(refusal: Refusal, words: str, texts: Texts, *, other: str) -> str:
    key = _REFUSAL.get(refusal)
    if key is not None and refusal not in _SAYS_MORE:
        return texts.say(key)
    return shorten(printable(words), LONGEST_WORDS) or texts.say(key or other)


def _notice_key(notice: Notice) -> str:
    match notice.kind:
        case NoticeKind.LABEL_REJECTED:
            return _LABEL_REJECTED[notice.label_fault or LabelFault.UNKNOWN_PATTERN]
        case NoticeKind.DEVICE_LOST:
            return _DEVICE_LOST[notice.device or Device.PAD]
        case NoticeKind.ODD_TAG:
            return _ODD_NOTICE[notice.oddity or PadOddity.UNREADABLE]
        case kind:
            return _PLAIN_NOTICE[kind]
