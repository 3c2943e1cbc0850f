"""Decides at the tagging station what is written and when a person is asked first; pure, and does nothing itself.

One label, one tag, in either order. A blank tag is written at once. A tag that says the same as the label is only
checked. A tag of ours that says something else is written when the same label is scanned once more; a tag of another
library never. A title or a reader never comes near a tag: the station knows of neither.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from drivers.rfid.tagdata.content import Blank, TagContent, Usage
from kiosk.tagging.words import (
    Action,
    Content,
    Fault,
    Note,
    Outcome,
    Say,
    SecureTag,
    SeenTag,
    Tell,
    Tone,
    WriteTag,
)
from library.lending.patterns import NumberKind, NumberPatterns

MOST_PARTS = 99
"""ISO 28560-3 has room for 255; a box of more than 99 is a slip of the finger."""

_FAULTS = {
    Fault.LOCKED: (Say.LOCKED, Outcome.LOCKED),
    Fault.ALARM_LOCKED: (Say.ALARM_LOCKED, Outcome.ALARM_LOCKED),
    Fault.NOT_VERIFIED: (Say.FAILED, Outcome.FAILED),
    Fault.TOO_LONG: (Say.TOO_LONG, Outcome.FAILED),
}


@dataclass(frozen=True, slots=True)
class StationRules:
    """What the station goes by."""

    owner: str
    """Whose tags are written: one international identifier."""
    patterns: NumberPatterns
    may_overwrite: frozenset[str] = frozenset()
    """Other owners whose tags are ours too: former identifiers of the same library."""
    wanted: Collection[str] | None = None
    """The numbers that are to be tagged, where there is a list."""


@dataclass(slots=True)
class _Job:
    """The item whose label was scanned."""

    item_id: str
    parts: int = 1
    part: int = 1
    uids: list[str] = field(default_factory=list)
    """The tags of its parts that are done."""
    asked: Say | None = None
    """What the person was asked last; the same label once more is the yes."""
    accepted: bool = False
    """Yes to a label that is odd."""
    overwrite: str = ""
    """Yes to a tag that holds something else: its UID."""

    @property
    def content(self) -> Content:
        return Content(self.item_id, self.part, self.parts)


class Station:
    """The person, the label and the tag; every method gives what is to be done next, in order."""

    def __init__(
        self, rules: StationRules, tagged: Iterable[tuple[str, str]] = (), complete: Iterable[str] = ()
    ) -> None:
        """``tagged``: number and UID of every tag that the record holds as done; ``complete``: items that lack none."""
        self._rules = rules
        self._tagged: dict[str, set[str]] = {}
        self._complete = set(complete)
        for item_id, uid in tagged:
            self._tagged.setdefault(item_id, set()).add(uid)
        self._job: _Job | None = None
        self._next_parts = 1
        self._lying: tuple[SeenTag, ...] = ()
        self._done_here: set[str] = set()
        """Tags on the pad that are dealt with: they wait to be taken away."""
        self._writing: WriteTag | SecureTag | None = None
        self._told: Tell | None = None

    @property
    def tagged(self) -> frozenset[str]:
        """The numbers of items whose every part has its tag."""
        return frozenset(self._complete)

    def begin(self) -> tuple[Action, ...]:
        """Say what to do first."""
        return tuple(self._next())

    def label(self, text: str) -> tuple[Action, ...]:
        """Take a label that was scanned or typed."""
        return tuple(self._label(text.strip()))

    def tags(self, lying: Iterable[SeenTag]) -> tuple[Action, ...]:
        """Take what lies on the pad now."""
        self._lying = tuple(lying)
        self._done_here &= {tag.uid for tag in self._lying}
        return tuple(self._next())

    def parts(self, number: int) -> tuple[Action, ...]:
        """Expect so many parts of the next item, each with a tag of its own; out of range changes nothing."""
        if not 1 <= number <= MOST_PARTS:
            return (Tell(Say.NOT_PARTS, Tone.BAD, parts=MOST_PARTS),)
        self._next_parts = number
        return (Tell(Say.PARTS, parts=number),)

    def skip(self) -> tuple[Action, ...]:
        """Forget the label, and leave what lies there as it is."""
        if self._writing is not None or self._job is None:
            return ()
        job, self._job, self._told = self._job, None, None
        notes: list[Action] = [Tell(Say.SKIPPED, item_id=job.item_id)]
        tag = self._alone()
        if job.asked is Say.DIFFERS and tag is not None:
            notes.insert(0, Note(job.content, tag.uid, Outcome.DIFFERS, _said(tag)))
        self._done_here |= {tag.uid for tag in self._lying}
        return (*notes, *self._next())

    def written(self, uid: str, new_uid: str = "") -> tuple[Action, ...]:
        """Take it that the order was carried out and read back; a UHF tag goes by its new EPC."""
        return tuple(self._written(uid, new_uid or uid))

    def failed(self, uid: str, fault: Fault) -> tuple[Action, ...]:
        """Take it that the order was not carried out."""
        return tuple(self._failed(uid, fault))

    def _label(self, text: str) -> Iterator[Action]:
        if self._writing is not None:
            return
        match self._rules.patterns.classify(text):
            case NumberKind.CARD:
                yield Tell(Say.IS_CARD, Tone.BAD)
                return
            case NumberKind.NEITHER:
                yield Tell(Say.NO_LABEL, Tone.BAD)
                return
            case _:
                pass
        if self._job is not None and self._job.item_id == text:
            self._agreed(self._job)
        else:
            self._job = _Job(text, self._next_parts)
            self._next_parts = 1
        yield from self._next()

    def _agreed(self, job: _Job) -> None:
        tag = self._alone()
        match job.asked:
            case Say.NOT_LISTED | Say.HAS_TAG:
                job.accepted = True
            case Say.DIFFERS | Say.OTHER_CONTENT if tag is not None:
                job.overwrite = tag.uid
            case _:
                pass
        job.asked = None

    def _next(self) -> Iterator[Action]:
        if self._writing is not None:
            return
        order = None
        for action in self._decide():
            if isinstance(action, WriteTag | SecureTag):
                order = action
            yield from self._once(action)
        self._writing = order

    def _once(self, action: Action) -> Iterator[Action]:
        """Say the same thing once."""
        if isinstance(action, Tell):
            if action == self._told:
                return
            self._told = action
        yield action

    def _decide(self) -> Iterator[Action]:
        fresh = [tag for tag in self._lying if tag.uid not in self._done_here]
        if len(fresh) > 1:
            yield Tell(Say.ONE_BY_ONE, Tone.BAD)
            return
        tag = fresh[0] if fresh else None
        job = self._job
        if job is None:
            yield self._invitation(tag)
        elif self._must_ask_first(job):
            yield from self._ask(job, Say.NOT_LISTED if self._is_unlisted(job) else Say.HAS_TAG)
        elif tag is None:
            yield self._lay(job)
        elif tag.finding is None:
            yield Tell(Say.UNREADABLE, Tone.BAD)
        else:
            yield from self._with_tag(job, tag)

    def _invitation(self, tag: SeenTag | None) -> Tell:
        if tag is None:
            return Tell(Say.TAKE_AWAY) if self._lying else Tell(Say.SCAN)
        said = _said(tag)
        return Tell(Say.SCAN_TO_CHECK, found=said) if said else Tell(Say.SCAN_BLANK)

    def _lay(self, job: _Job) -> Tell:
        say = Say.LAY if job.parts == 1 else Say.LAY_PART
        return Tell(say, item_id=job.item_id, part=job.part, parts=job.parts)

    def _is_unlisted(self, job: _Job) -> bool:
        return self._rules.wanted is not None and job.item_id not in self._rules.wanted

    def _must_ask_first(self, job: _Job) -> bool:
        """Say whether the label itself is odd: not on the list, or on another tag already."""
        if job.accepted or job.uids:
            return False
        elsewhere = self._tagged.get(job.item_id, set()) - {tag.uid for tag in self._lying}
        return self._is_unlisted(job) or bool(elsewhere)

    def _with_tag(self, job: _Job, tag: SeenTag) -> Iterator[Action]:
        match tag.finding:
            case Blank():
                yield from self._order(WriteTag(tag.uid, job.content))
            case TagContent(usage=Usage.PATRON_CARD):
                yield Tell(Say.CARD_TAG, Tone.BAD)
            case TagContent() as content if not self._is_ours(content):
                yield Note(job.content, tag.uid, Outcome.FOREIGN, content.owner)
                yield Tell(Say.FOREIGN, Tone.BAD, job.item_id, content.owner)
                self._done_here.add(tag.uid)
            case TagContent() as content if self._says(content, job):
                yield from self._order(SecureTag(tag.uid, job.content))
            case _ if job.overwrite == tag.uid:
                yield from self._order(WriteTag(tag.uid, job.content))
            case TagContent() as content:
                yield from self._ask(job, Say.DIFFERS, content.item_id)
            case _:
                yield from self._ask(job, Say.OTHER_CONTENT)

    def _is_ours(self, content: TagContent) -> bool:
        return content.owner in {self._rules.owner, "", *self._rules.may_overwrite}

    def _says(self, content: TagContent, job: _Job) -> bool:
        told = (content.owner, content.item_id, content.part, content.parts)
        return told == (self._rules.owner, job.item_id, job.part, job.parts)

    def _order(self, order: WriteTag | SecureTag) -> Iterator[Action]:
        yield Tell(Say.WRITING, item_id=order.content.item_id)
        yield order

    def _ask(self, job: _Job, say: Say, found: str = "") -> Iterator[Action]:
        job.asked = say
        yield Tell(say, Tone.BAD, job.item_id, found)

    def _alone(self) -> SeenTag | None:
        fresh = [tag for tag in self._lying if tag.uid not in self._done_here]
        return fresh[0] if len(fresh) == 1 else None

    def _written(self, uid: str, new_uid: str) -> Iterator[Action]:
        order, job = self._writing, self._job
        if order is None or job is None or order.uid != uid:
            return
        self._writing = None
        self._done_here |= {uid, new_uid}
        self._tagged.setdefault(job.item_id, set()).add(new_uid)
        checked = isinstance(order, SecureTag)
        yield Note(job.content, new_uid, Outcome.CHECKED if checked else Outcome.WRITTEN)
        job.uids.append(new_uid)
        if job.part < job.parts:
            yield from self._once(Tell(Say.PART_DONE, Tone.GOOD, job.item_id, part=job.part, parts=job.parts))
            job.part += 1
            job.asked, job.overwrite = None, ""
        else:
            self._complete.add(job.item_id)
            say = Say.CHECKED if checked else Say.DONE
            yield from self._once(Tell(say, Tone.GOOD, job.item_id, parts=job.parts))
            self._job = None
        yield from self._next()

    def _failed(self, uid: str, fault: Fault) -> Iterator[Action]:
        order, job = self._writing, self._job
        if order is None or job is None or order.uid != uid:
            return
        self._writing = None
        if fault in (Fault.GONE, Fault.PAD_LOST):
            job.overwrite = uid  # it may be half written: when it is back it is written without asking again
            self._lying = tuple(tag for tag in self._lying if tag.uid != uid)
            yield from self._once(
                Tell(Say.GONE if fault is Fault.GONE else Say.PAD_LOST, Tone.BAD, item_id=job.item_id)
            )
            return
        say, outcome = _FAULTS[fault]
        self._done_here.add(uid)
        yield Note(job.content, uid, outcome)
        yield from self._once(Tell(say, Tone.BAD, item_id=job.item_id))


def _said(tag: SeenTag) -> str:
    return tag.finding.item_id if isinstance(tag.finding, TagContent) else ""
