"""The first page: what can be had now, in which language; and what the kiosk says when nothing can."""

from collections.abc import Mapping

from kiosk.session.searching import may_search
from kiosk.session.staff_state import Closed
from kiosk.session.state import Around, Idle, OutOfOrder
from kiosk.session.surroundings import may_begin
from kiosk.session.values import Device, Language, Service
from kiosk.texts import Texts
from kiosk.ui.view_types import HomeView, LanguageView, OutOfOrderView, ServicesView, ServiceView
from kiosk.ui.view_words import DEVICE_NAME, card_words, notice_words

_TITLE = {
    Service.BORROW: "home.title",
    Service.RETURN: "home.title_return",
    Service.ACCOUNT: "home.title_account",
}
_LABEL = {
    Service.BORROW: "service.borrow",
    Service.RETURN: "service.return",
    Service.ACCOUNT: "service.account",
}
_HINT = {
    Service.BORROW: "service.borrow_hint",
    Service.RETURN: "service.return_hint",
    Service.ACCOUNT: "service.account_hint",
}
_STILL_WORKS = {
    frozenset({Service.BORROW}): "home.offline_borrow",
    frozenset({Service.RETURN}): "home.offline_return",
    frozenset({Service.BORROW, Service.RETURN}): "home.offline_both",
}


def home(state: Idle, texts: Texts, texts_by_language: Mapping[Language, Texts]) -> HomeView | ServicesView:
    """Give the page on which a visit begins: one large button, or one for each service that can be had now."""
    around = state.around
    languages = tuple(
        LanguageView(language, words.say("language.name"), chosen=language is texts.language)
        for language, words in texts_by_language.items()
    )
    notice = notice_words(state.notice, texts)
    offered = around.limits.services
    if len(offered) == 1:
        (service,) = offered
        hint = _what_still_works(around) or _first_step(around, service)
        title, start = texts.say(_TITLE[service]), texts.say("home.start")
        return HomeView(title, texts.say(hint), start, service, languages, notice, _search_label(around, texts))
    return ServicesView(
        title=texts.say("home.title_services"),
        hint=texts.say(_what_still_works(around) or _first_touch(around)),
        services=tuple(
            ServiceView(service, texts.say(_LABEL[service]), texts.say(_HINT[service]))
            for service in offered
            if may_begin(around, service)
        ),
        languages=languages,
        notice=notice,
        search_label=_search_label(around, texts),
        search_hint=texts.say("service.search_hint"),
    )


def out_of_order(state: OutOfOrder, texts: Texts, help_words: str) -> OutOfOrderView:
    """Give the page of a kiosk that can do nothing now; ``help_words`` say where help is."""
    around = state.around
    missing = [] if around.library_system else ["out.library"]
    missing += [DEVICE_NAME[device] for device in Device if device in around.limits.unmet(around.lost)]
    hint = texts.say("out.hint" if around.limits.services == (Service.BORROW,) else "out.hint_services")
    return OutOfOrderView(
        title=texts.say("out.title"),
        hint=texts.say("out.hint_help", hint=hint, help=help_words) if help_words else hint,
        small_print=texts.say("out.waiting_for", parts=", ".join(map(texts.say, missing))),
        search_label=_search_label(around, texts),
    )


def closed(state: Closed, texts: Texts) -> OutOfOrderView:
    """Give the page of a kiosk that is closed: until when, or that staff closed it."""
    opening = state.around.opening
    if opening.by_staff is not None:
        title, hint = texts.say("closed.title_staff"), texts.say("closed.hint_staff")
    else:
        title = texts.say("closed.title")
        opens_at = opening.opens_at
        hint = texts.say("closed.hint") if opens_at is None else texts.say("closed.opens", at=texts.due(opens_at))
    return OutOfOrderView(title, hint, "")


def _search_label(around: Around, texts: Texts) -> str:
    return texts.say("service.search") if may_search(around) else ""


def _first_step(around: Around, service: Service) -> str:
    return "home.hint_touch" if service is Service.RETURN else card_words(around).home


def _first_touch(around: Around) -> str:
    """Give the key of what to do first; a card shown at once is that of somebody who borrows."""
    return "home.hint_services" if may_begin(around, Service.BORROW) else "home.hint_touch_one"


def _what_still_works(around: Around) -> str:
    """Give the key of what is said when not all that is offered can be had; empty when all can."""
    served = frozenset(service for service in Service if may_begin(around, service))
    if not around.opening.is_open:
        return "home.hint_closed"
    if not around.library_system and served in _STILL_WORKS:
        return _STILL_WORKS[served]
    return "" if served == frozenset(around.limits.services) else "home.hint_partly"
