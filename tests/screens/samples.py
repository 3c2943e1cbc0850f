"""Hand-made screens: every page in both languages, with every sentence of ours, and with contents nobody would wish."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kiosk.session.touches import CancelHoldTouched, RenewTouched
from kiosk.session.values import ItemId, Language, Service
from kiosk.texts import Texts, load_texts
from kiosk.ui.view_model import view as shown
from kiosk.ui.view_types import (
    AccountView,
    ActionView,
    Asked,
    BorrowView,
    FinishedView,
    HomeView,
    IdentifyView,
    LanguageView,
    Mark,
    OptionView,
    OutOfOrderView,
    QuestionView,
    ReturnView,
    RowView,
    Screen,
    SectionView,
    ServicesView,
    SettlingView,
    StaffView,
    StillThereView,
    WhichView,
)
from library.text.width import shorten
from tests.support.message_ids import message_ids
from tests.support.screen_search import ALL_SCENES
from tests.support.screen_services import SERVICE_SCENES
from tests.support.screen_staff import STAFF_DRAWN, STAFF_SCENES

TITLES = {
    "short": "Ổi",
    "usual": "Dế Mèn phiêu lưu ký",
    "long": "Truyện Kiều: Đoạn trường tân thanh, bản khắc năm 1866 có chú giải",
    "chimes": "The Chimes A Goblin Story of Some Bells That Rang an Old Year Out and a New Year In",
    "chase": "Đừng bao giờ theo đuổi đàn ông - 38 cách để chàng theo đuổi bạn",
    "endless": ("Lịch sử những việc đã xảy ra ở làng tôi từ khi có đường xe lửa, " * 7)[:400],
    "one_word": "X" * 400,
    "decomposed": unicodedata.normalize("NFD", "Ngữ pháp tiếng Việt ở thế kỷ XX"),
    "markup": "[b]x[/b] [ref=1]&bl;[/ref] {title} %s",
    "control": "Số\x1b@\x07đỏ\r\n\x00",
    "cyrillic": "Война и мир",
    "capitals": "ỔI ƠI LÀ ỔI: ẪM Ễ Ộ Ự Ỵ",
}
_HARD_TITLES = ("chimes", "chase", "endless", "one_word", "capitals")
_LIBRARY = "Thư viện Trường Tiểu học Nguyễn Văn Trỗi"
"""As long as a library's name may be."""
_OPTIONS = {
    "two": ("Thư viện tỉnh: Dế Mèn phiêu lưu ký", "VN-QN-TH1: Số đỏ"),
    "unanswered": ("Thư viện tỉnh",),
    "many": tuple(f"{_LIBRARY}: Truyện Kiều: Đoạn trường tân thanh, bản…" for _ in range(9)),
    "three": (f"{_LIBRARY}: ỔI ƠI LÀ ỔI: ẪM Ễ Ộ Ự Ỵ", "VN-QN02", "Thư viện này: Ổi"),
}
_ENDLESS = (TITLES["endless"], TITLES["one_word"])


def may_be_shortened(words: str) -> bool:
    """Say whether something of `words` may be left out: of 400 characters, and of nothing else."""
    return any(endless in words for endless in _ENDLESS)


def samples() -> Mapping[str, Screen]:
    """Give every sample by its name."""
    texts_by_language = load_texts()
    by_hand = {
        f"{language.value}-{name}": screen
        for language, texts in texts_by_language.items()
        for name, screen in _of(texts, texts_by_language)
    }
    scenes = {
        f"{language.value}-{name}": shown(scene(language), texts_by_language)
        for language in texts_by_language
        for name, scene in (*ALL_SCENES.items(), *((name, STAFF_SCENES[name]) for name in STAFF_DRAWN))
    }
    return by_hand | scenes


def small_set() -> tuple[str, ...]:
    """Give the names of a sample of each page."""
    pages = ("home", "card", "identifying", "turned_away-refusal.patron_expired", "empty", "usual", "lying", "settling")
    services = ("services", "services-notice", "pin_wrong", "account", "account_renewed", "borrow_own")
    questions = ("still", "which-many", "borrow_fee", "borrow_count", "paying", "search_instead", "book", "hold_placed")
    ends = (
        *("finished-ask-usual", "out", "closed", "staff", "staff-alarms", "staff-emergency", "borrow_override"),
        *("returning_every_outcome", "returning_alarms", "returned_asking", "choices", "join_offered", "join_agreed"),
        "card_typed_alphabet",
    )
    return tuple(f"vi-{page}" for page in (*pages, *services, *questions, *ends))


def _of(texts: Texts, all_texts: Mapping[Language, Texts]) -> Iterator[tuple[str, Screen]]:
    for name, view in (*_beginning(texts, all_texts), *_borrowing(texts), *_ending(texts)):
        yield name, Screen(view, None, texts.language)
    warning = StillThereView(texts.say("still.title"), texts.count("still.countdown", 20), texts.say("still.stay"))
    yield "still", Screen(_borrow(texts, _rows(texts, TITLES["usual"])), warning, texts.language)

    services = shown(SERVICE_SCENES["services"](texts.language), load_texts())
    if isinstance(services.page, ServicesView):
        yield "services-notice", replace(services, page=replace(services.page, notice=_longest_notice(texts)))
    account = shown(ALL_SCENES["account_by_bank"](texts.language), load_texts())
    if isinstance(account.page, AccountView):
        for number, name in enumerate(("holds", "card"), start=1):
            yield (
                f"account-{name}",
                replace(account, page=replace(account.page, sections=account.page.sections[number:])),
            )
    yield from _staff(texts)
    for name in _HARD_TITLES:
        yield f"account-{name}", Screen(_account(texts, TITLES[name]), None, texts.language)
        yield f"returning-{name}", Screen(_returning(texts, TITLES[name]), None, texts.language)
        yield f"cancel_hold-{name}", Screen(_account(texts, TITLES[name]), _really(texts, TITLES[name]), texts.language)

    for name, options in _OPTIONS.items():
        which = WhichView(
            title=texts.say("which.title"),
            options=tuple(OptionView(ItemId(str(number)), words) for number, words in enumerate(options)),
            none_label=texts.say("which.none"),
            more_label=texts.say("which.more"),
        )
        yield f"which-{name}", Screen(_borrow(texts, _rows(texts, TITLES["usual"])), which, texts.language)


def _staff(texts: Texts) -> Iterator[tuple[str, Screen]]:
    """Give each list of the staff's page, and each question over it."""
    alone = shown(STAFF_SCENES["staff_emergency"](texts.language), load_texts())
    if isinstance(alone.page, StaffView):
        yield "staff-emergency", replace(alone, page=replace(alone.page, sections=alone.page.sections[3:]))
    refused = shown(STAFF_SCENES["borrow_override"](texts.language), load_texts())
    if isinstance(refused.page, BorrowView):
        action = refused.page.rows[-1].action
        assert action is not None
        yield "borrow_override-asked", replace(refused, overlay=action.question)
    staff = shown(STAFF_SCENES["staff"](texts.language), load_texts())
    if isinstance(staff.page, StaffView):
        for number, name in enumerate(("devices", "alarms", "readers", "recent"), start=1):
            yield f"staff-{name}", replace(staff, page=replace(staff.page, sections=staff.page.sections[number:]))
        for row in staff.page.rows:
            if (
                row.action is not None
                and row.action.question is not None
                and row.key in {"opening", "restart", "alarm TV.000001"}
            ):
                yield f"staff-asked-{row.key.replace(' ', '-')}", replace(staff, overlay=row.action.question)


def _beginning(
    texts: Texts, all_texts: Mapping[Language, Texts]
) -> Iterator[tuple[str, HomeView | IdentifyView | OutOfOrderView | SettlingView]]:
    say = texts.say
    languages = tuple(
        LanguageView(language, words.say("language.name"), language is texts.language)
        for language, words in all_texts.items()
    )
    first = HomeView(say("home.title"), say("home.hint"), say("home.start"), Service.BORROW, languages, "")
    yield "home", first
    yield "card", _card(texts, "")
    for words in ("_reader", "_both"):
        yield f"home{words}", replace(first, hint=say(f"home.hint{words}"))
        yield f"card{words}", _card(texts, "", words)
    yield "card-camera", replace(_card(texts, "", "_camera"), camera=True)
    for key in message_ids("notice."):
        yield f"home-{key}", replace(first, notice=say(key))
    yield "card-notice", _card(texts, max(map(say, message_ids("notice.")), key=len))
    for name, cancel in (("identify.title", say("card.cancel")), ("identify.cancelled", "")):
        yield (
            "identifying" if cancel else "cancelled",
            IdentifyView(
                title=say(name), hint=say("identify.hint"), busy=True, refused=False, cancel_label=cancel, notice=""
            ),
        )
    for key in (*message_ids("refusal."), *TITLES):
        hint = TITLES.get(key) or say(key)
        yield (
            f"turned_away-{key}",
            IdentifyView(
                title=say("turned_away.title"),
                hint=hint,
                busy=False,
                refused=True,
                cancel_label=say("card.cancel"),
                notice="",
            ),
        )
    parts = ", ".join(say(key) for key in ("out.library", "out.pad", "out.scanner"))
    small = say("out.waiting_for", parts=parts)
    yield "out", OutOfOrderView(say("out.title"), say("out.hint"), small)
    help_words = "Bàn thủ thư ở tầng một, cạnh cầu thang, điện thoại 02xx xxx xxxx."
    helped = say("out.hint_help", hint=say("out.hint"), help=help_words)
    yield "out-help", OutOfOrderView(say("out.title"), helped, small)
    yield "settling", SettlingView(say("settling.title"), say("settling.hint"))


def _borrowing(texts: Texts) -> Iterator[tuple[str, BorrowView]]:
    say = texts.say
    yield "empty", _borrow(texts, ())
    usual = _rows(texts, TITLES["usual"])
    yield "lying", _borrow(texts, usual, lying=12)
    for picture in ("camera", ""):
        yield f"empty-{picture}", replace(_borrow(texts, (), prompt=say("borrow.prompt_scan_only")), picture=picture)
    yield "empty-lying", _borrow(texts, (), lying=12)
    for key in message_ids("borrow.prompt"):
        yield key, _borrow(texts, usual, prompt=say(key))
    for key in message_ids("notice."):
        yield f"borrow-{key}", _borrow(texts, usual, notice=say(key), lying=2)
    details = ("row.", "odd.", "refusal.")
    yield (
        "every-sentence",
        _borrow(
            texts,
            tuple(
                RowView(
                    key, TITLES["usual"], say(key, date="Thứ Hai, 14 tháng 12", item="8935000000017", **_FILL), mark
                )
                for prefix in details
                for key in message_ids(prefix)
                for mark in (Mark.ATTENTION,)
            ),
        ),
    )
    yield "lent", _borrow(texts, tuple(_lent(texts, str(number), TITLES["usual"]) for number in range(5)))
    yield "thirty", _borrow(texts, tuple(_lent(texts, str(number), TITLES["long"]) for number in range(30)))
    for name, title in TITLES.items():
        yield name, _borrow(texts, _rows(texts, title))
    for name in ("capitals", "decomposed", "endless"):
        yield f"greeting-{name}", _borrow(texts, usual, greeting=say("borrow.greeting", initials=TITLES[name]))


def _ending(texts: Texts) -> Iterator[tuple[str, FinishedView]]:
    say = texts.say
    for name, title in TITLES.items():
        yield f"finished-ask-{name}", _finished(texts, say("finished.ask"), _rows(texts, title), asking=True)
    for key in message_ids("finished."):
        if key.partition(".")[2] not in {"title_lent", "print", "share", "mail", "decline", "done"}:
            yield key, _finished(texts, say(key), _rows(texts, TITLES["usual"]), asking=False)
    yield "finished-again", _finished(texts, say("finished.paper_out"), _rows(texts, TITLES["usual"]), again=True)
    choosing = _finished(texts, say("finished.ask"), _rows(texts, TITLES["usual"]), asking=True)
    yield "finished-ask-both", replace(choosing, share_label=say("finished.share"))
    shared = _finished(texts, say("finished.shared"), _rows(texts, TITLES["usual"]), asking=False)
    yield "finished-shared", replace(shared, code=f"https://receipts.library.example/r/{'A' * 22}")
    yield "finished-ask-mail", replace(choosing, mail_label=say("finished.mail"))
    instead = _finished(texts, say("finished.share_instead"), _rows(texts, TITLES["usual"]), again=True)
    yield "finished-share-instead", replace(instead, share_label=say("finished.share"))
    yield "finished-printing", _finished(texts, say("finished.printing"), _rows(texts, TITLES["usual"]), busy=True)
    yield "finished-none", _finished(texts, say("finished.nothing_to_print"), (), title=say("finished.title_none"))


_FILL = {
    "due": "Hạn trả: Thứ Hai, 14 tháng 12",
    "action": "Đặt sách lên bàn đọc để cửa không kêu.",
    "missing": "1, 2, 3, 4, …",
    "parts": "12",
}


def _account(texts: Texts, title: str) -> AccountView:
    """Give a list with a button on each row, and every sentence of ours about a renewal and a hold."""
    renew = ActionView(texts.say("account.renew"), RenewTouched((ItemId("1"),)))
    sentences = [
        texts.say(
            key, date="Thứ Hai, 14 tháng 12", place=_LIBRARY, words=texts.say("hold.ready_here_at", place=_LIBRARY)
        )
        for prefix in ("renewal.", "hold.")
        for key in message_ids(prefix)
    ]
    rows = tuple(
        RowView(str(number), title, words, mark, action=renew)
        for number, (words, mark) in enumerate(
            (words, mark) for words in sentences for mark in (Mark.REFUSED, Mark.DONE)
        )
    )
    return AccountView(
        greeting=texts.say("borrow.greeting", initials="N.T.M."),
        prompt=max(map(texts.say, ("account.unread", "account.incomplete")), key=len),
        notice=_longest_notice(texts) if title == TITLES["chase"] else "",
        sections=(SectionView("loans", texts.say("account.loans", n="60"), "", rows[:: 1 + len(rows) // 12]),),
        renew_label=texts.count("account.renew_all", 60),
        renew=RenewTouched((ItemId("1"),)),
        borrow_label=texts.say("service.borrow"),
        finish_label=texts.say("borrow.finish"),
        busy=False,
    )


def _returning(texts: Texts, title: str) -> ReturnView:
    """Give every sentence of ours about a return, and a bin with a long name."""
    where = texts.say("return.bin_named", name=_LIBRARY)
    keys = (key for key in message_ids("return.") if not key.startswith(("return.prompt", "return.bin")))
    rows = tuple(RowView(key, title, texts.say(key, place=_LIBRARY), Mark.ATTENTION, where) for key in keys)
    return ReturnView(
        title=texts.say("return.title"),
        count=texts.count("return.count", 60),
        prompt=texts.say("return.prompt_readers_lost"),
        rows=rows,
        where=where,
        where_title=shorten(TITLES["long"] if title == TITLES["one_word"] else title, 28),
        by_hand=False,
        finish_label=texts.say("return.finish"),
        cancel_label="",
        busy=False,
        notice=_longest_notice(texts) if title == TITLES["chase"] else "",
    )


def _longest_notice(texts: Texts) -> str:
    """Give the longest of those that can come while no number is asked about."""
    kinds = ("notice.device", "notice.label", "notice.card", "notice.another", "notice.no_", "notice.odd", "notice.ret")
    return max((texts.say(key) for key in message_ids("notice.") if key.startswith(kinds)), key=len)


def _really(texts: Texts, title: str) -> QuestionView:
    yes, no = texts.say("hold.cancel_yes"), texts.say("hold.cancel_no")
    wish = CancelHoldTouched(ItemId("1"))
    return QuestionView(Asked.CANCEL_HOLD, texts.say("hold.really"), title, "", yes, no, wish, None)


def _card(texts: Texts, notice: str, words: str = "") -> IdentifyView:
    return IdentifyView(
        title=texts.say(f"card.title{words}"),
        hint=texts.say(f"card.hint{words}"),
        busy=False,
        refused=False,
        cancel_label=texts.say("card.cancel"),
        notice=notice,
    )


def _rows(texts: Texts, title: str) -> tuple[RowView, ...]:
    return (
        RowView("a", title, texts.say("row.lay"), Mark.ATTENTION),
        RowView("b", title, texts.say("row.lending"), Mark.BUSY),
        _lent(texts, "c", title),
        RowView("d", title, texts.say("row.waiting"), Mark.WAITING),
        RowView("e", title, texts.say("refusal.item_on_loan"), Mark.REFUSED),
    )


def _lent(texts: Texts, key: str, title: str) -> RowView:
    date = {Language.VIETNAMESE: "Chủ Nhật, 14 tháng 12", Language.ENGLISH: "Wednesday, 14 December"}[texts.language]
    return RowView(key, title, texts.say("row.due", date=date), Mark.DONE)


def _borrow(  # noqa: PLR0913 - each stands for one part of the page
    texts: Texts,
    rows: tuple[RowView, ...],
    *,
    greeting: str = "",
    prompt: str = "",
    notice: str = "",
    lying: int = 0,
) -> BorrowView:
    count = texts.say(
        "borrow.count", pad=texts.count("borrow.count_pad", len(rows)), lent=texts.count("borrow.count_lent", 12)
    )
    return BorrowView(
        greeting=greeting or texts.say("borrow.greeting", initials="N.T.M."),
        prompt=prompt or texts.say("borrow.prompt"),
        count=count,
        rows=rows,
        lying_label=texts.count("borrow.lying", lying) if lying else "",
        finish_label=texts.say("borrow.finish"),
        cancel_label=texts.say("borrow.cancel"),
        busy=bool(rows),
        notice=notice,
    )


def _finished(  # noqa: PLR0913 - each stands for one part of the page
    texts: Texts,
    hint: str,
    rows: tuple[RowView, ...],
    *,
    title: str = "",
    asking: bool = False,
    again: bool = False,
    busy: bool = False,
) -> FinishedView:
    return FinishedView(
        title=title or texts.count("finished.title_lent", 12),
        hint=hint,
        rows=rows,
        print_label=texts.say("finished.print") if asking else texts.say("finished.print_again") if again else "",
        decline_label=texts.say("finished.decline") if asking else "",
        done_label="" if asking or busy else texts.say("finished.done"),
        busy=busy,
        printer_stopped=again,
    )
