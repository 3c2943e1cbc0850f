"""Numbers that items of several libraries may bear: asked about one after the other, and never guessed at."""

from dataclasses import replace
from typing import TypeVar

from kiosk.session.answers import ItemsFound
from kiosk.session.effects import FindItems
from kiosk.session.events import Event
from kiosk.session.question_list import Question
from kiosk.session.return_list import ReturnVisit
from kiosk.session.state import Visit
from kiosk.session.values import Candidate, Finding, ItemId, TagUid

VisitT = TypeVar("VisitT", Visit, ReturnVisit)


def put(visit: VisitT, candidates: tuple[Candidate, ...], tag_uid: TagUid | None) -> VisitT:
    """Put the question whose this number is; one that is open already is not asked twice."""
    if any((each.candidates, each.tag_uid) == (candidates, tag_uid) for each in visit.questions):
        return visit
    return replace(visit, questions=(*visit.questions, Question(candidates, tag_uid)))


def look_up(visit: VisitT) -> tuple[VisitT, FindItems | None]:
    """Ask the library system about the first number, unless it was asked."""
    if not visit.questions or visit.questions[0].asked:
        return visit, None
    first = visit.questions[0]
    return _with_first(visit, replace(first, asked=True)), FindItems(visit.visit_id, first.candidates)


def looking_up(visit: Visit | ReturnVisit) -> bool:
    """Say whether the library system's answer is awaited."""
    return bool(visit.questions) and visit.questions[0].asked and not visit.questions[0].options


def awaited(visit: Visit | ReturnVisit, event: Event) -> bool:
    """Say whether the event is the answer that is awaited."""
    if not isinstance(event, ItemsFound) or event.visit_id != visit.visit_id or not looking_up(visit):
        return False
    return tuple(finding.candidate for finding in event.findings) == visit.questions[0].candidates


def asking(visit: Visit | ReturnVisit) -> tuple[Finding, ...]:
    """Give what the patron is to choose from; empty: nothing is to be chosen."""
    return visit.questions[0].options if visit.questions else ()


def on_offer(visit: Visit | ReturnVisit, item_id: ItemId) -> bool:
    """Say whether the patron may choose this item now."""
    return any(finding.candidate.item_id == item_id for finding in asking(visit))


def ask(visit: VisitT, options: tuple[Finding, ...]) -> VisitT:
    """Let the patron choose."""
    return _with_first(visit, replace(visit.questions[0], options=options))


def answer(visit: VisitT) -> VisitT:
    """Take the first question as settled."""
    return replace(visit, questions=visit.questions[1:])


def drop(visit: VisitT) -> VisitT:
    """Forget every question but the one whose answer is under way."""
    return replace(visit, questions=visit.questions[:1] if looking_up(visit) else ())


def _with_first(visit: VisitT, question: Question) -> VisitT:
    return replace(visit, questions=(question, *visit.questions[1:]))
