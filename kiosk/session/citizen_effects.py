"""What is to be done about a citizen card."""

from dataclasses import dataclass, field

from kiosk.session.values import VisitId


@dataclass(frozen=True, slots=True)
class FindCitizen:
    """Ask our server, once, who has this number: ``CitizenFound``, ``CitizenUnknown`` or ``CitizenNotAsked``."""

    visit_id: VisitId
    number: str = field(repr=False)


CitizenEffect = FindCitizen
