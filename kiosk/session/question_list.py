"""Numbers that were presented in a visit and may be of several libraries."""

from dataclasses import dataclass

from kiosk.session.values import Candidate, Finding, TagUid


@dataclass(frozen=True, slots=True)
class Question:
    """A number that was presented and may be of several libraries."""

    candidates: tuple[Candidate, ...]
    tag_uid: TagUid | None
    """The tag that bears it; ``None``: a label."""
    asked: bool = False
    """The library system was asked about the candidates."""
    options: tuple[Finding, ...] = ()
    """It could not tell: of these the patron chooses."""
