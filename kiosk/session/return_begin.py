"""What is presented in a return, and how one begins."""

from dataclasses import replace

from kiosk.session.answers import ItemsFound
from kiosk.session.events import Event, ItemScanned, NumberRead, PadChanged
from kiosk.session.questions import answer, ask, awaited, put
from kiosk.session.return_entries import present, pursue, put_unknown
from kiosk.session.return_list import ReturnVisit
from kiosk.session.return_pad import rest_of, tags_of
from kiosk.session.state import Around, Notice, NoticeKind, Returning
from kiosk.session.surroundings import Laid, Step, notice
from kiosk.session.values import Candidate, Finding, IncompleteSet, ItemId, VisitId


def begin_return(around: Around, visit_id: VisitId) -> Step:
    """Begin a return, with all that lies on the pad.

    The touch that begins it says as much: who lays a pile down and touches "return" means that pile. Lending asks
    about what lay there before, because it would go on the account of somebody who may not have brought it; a return
    goes on nobody's account, tells nothing of whose loan it was, and what is taken back by mistake is in the library.
    """
    visit, _ = _pad_changed(
        ReturnVisit(visit_id, around.now),
        around,
        Laid(around.pad.items, (), around.pad.numbers, around.pad.incomplete),
    )
    visit, effects = pursue(visit, around)
    return Returning(around, visit, idle_since=around.now), effects


def presented(visit: ReturnVisit, event: Event, around: Around, laid: Laid) -> tuple[ReturnVisit, Notice | None]:
    """Take what a reading presents, and what was learned of a number."""
    match event:
        case PadChanged():
            return _pad_changed(visit, around, laid)
        case ItemScanned(item_id):
            return _scanned(visit, item_id, around)
        case NumberRead(candidates):
            return put(visit, candidates, None), None
        case ItemsFound(findings=findings) if awaited(visit, event):
            return _found(visit, findings, around)
        case _:
            return visit, None


def meant(visit: ReturnVisit, item_id: ItemId, around: Around) -> tuple[ReturnVisit, Notice | None]:
    """Take the number that is asked about as this item's."""
    tag_uid = visit.questions[0].tag_uid
    visit = answer(visit)
    if tag_uid is None:
        return _scanned(visit, item_id, around)
    visit = replace(visit, named=(*visit.named, (tag_uid, item_id)))
    numbers = (each for each in around.pad.numbers if each.tag_uid == tag_uid)
    tags = next(((each.tag_uid, *each.other_tags) for each in numbers), (tag_uid,))
    sets = {each.tag_uid for each in around.pad.incomplete}
    visit, repeated = present(visit, item_id, tags, incomplete=tag_uid in sets)
    return visit, notice(around, NoticeKind.ALREADY_LISTED) if repeated else None


def nobodys(visit: ReturnVisit, around: Around) -> ReturnVisit:
    """Take the number that is asked about as one that no library knows."""
    first = visit.questions[0].candidates[0]
    return put_unknown(answer(visit), first.item_id, around)


def _found(visit: ReturnVisit, findings: tuple[Finding, ...], around: Around) -> tuple[ReturnVisit, Notice | None]:
    """Take the one item that the library system knows; where it may be another as well, the patron is asked."""
    possible = tuple(finding for finding in findings if finding.known is not False)
    if not possible:
        return nobodys(visit, around), None
    if len(possible) == 1 and possible[0].known:
        return meant(visit, possible[0].candidate.item_id, around)
    return ask(visit, possible), None


def _pad_changed(visit: ReturnVisit, around: Around, laid: Laid) -> tuple[ReturnVisit, Notice | None]:
    repeated = False
    for item in laid.items:
        visit, again = present(visit, item.item_id, item.tags)
        repeated = repeated or again
    for each in laid.incomplete:
        visit, again = _rest_laid(visit, each)
        repeated = repeated or again
    for number in laid.numbers:
        visit = put(visit, number.candidates, number.tag_uid)
    if laid.oddities:
        return visit, notice(around, NoticeKind.ODD_TAG, oddity=laid.oddities[0])
    return visit, notice(around, NoticeKind.ALREADY_LISTED) if repeated else None


def _rest_laid(visit: ReturnVisit, incomplete: IncompleteSet) -> tuple[ReturnVisit, bool]:
    item = rest_of(incomplete, visit.named)
    if item is not None:
        return present(visit, item.item_id, item.tags, incomplete=True)
    candidates: tuple[Candidate, ...] = () if incomplete.rest is None else incomplete.rest.candidates
    return (put(visit, candidates, incomplete.tag_uid) if candidates else visit), False


def _scanned(visit: ReturnVisit, item_id: ItemId, around: Around) -> tuple[ReturnVisit, Notice | None]:
    tags = tags_of(around.pad, item_id, visit.named)
    rests = (rest_of(each, visit.named) for each in around.pad.incomplete)
    incomplete = any(rest is not None and rest.tags == tags for rest in rests)
    visit, repeated = present(visit, item_id, tags, incomplete=incomplete)
    return visit, notice(around, NoticeKind.ALREADY_LISTED) if repeated else None
