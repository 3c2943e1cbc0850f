"""What the kiosk says to a library system: its requests, with its institution, its date and nothing else of its own."""

from datetime import datetime

from kiosk.ils.profiles import Profile
from kiosk.ils.settings import Sip2Settings
from kiosk.ports import Clock
from kiosk.session.values import ItemId, PatronId
from sip2.codec import encode
from sip2.errors import LocalProtocolError
from sip2.fields import Summary, TerminalState
from sip2.layout import Request
from sip2.messages import (
    CheckoutRequest,
    ItemInformationRequest,
    LoginRequest,
    PatronInformationRequest,
    ScStatusRequest,
)

_NO = "N"
_NOT_ENCRYPTED = "0"


class Words:
    """Builds the requests of one kiosk."""

    def __init__(self, settings: Sip2Settings, profile: Profile, clock: Clock) -> None:
        self._settings = settings
        self._profile = profile
        self._clock = clock

    def login(self) -> LoginRequest:
        """Build a 93."""
        return LoginRequest(
            uid_algorithm=_NOT_ENCRYPTED,
            pwd_algorithm=_NOT_ENCRYPTED,
            login_user_id=self._settings.login,
            login_password=self._settings.password,
            location_code=self._settings.location or None,
        )

    def status(self) -> ScStatusRequest:
        """Build a 99."""
        return ScStatusRequest(status_code=TerminalState.OK, max_print_width=80, protocol_version="2.00")

    def item(self, item_id: ItemId) -> ItemInformationRequest:
        """Build a 17."""
        return ItemInformationRequest(
            transaction_date=self._now(),
            institution_id=self._settings.institution,
            item_id=item_id.text,
            terminal_password="",
        )

    def checkout(self, patron_id: PatronId, item_id: ItemId) -> CheckoutRequest:
        """Build an 11: no renewal, never "no block" (the library system would have to obey), no fee agreed to."""
        return CheckoutRequest(
            sc_renewal_policy=False,
            no_block=False,
            transaction_date=self._now(),
            nb_due_date=None,
            institution_id=self._settings.institution,
            patron_id=patron_id.text,
            item_id=item_id.text,
            terminal_password="",
            fee_acknowledged=_NO,
            cancel=_NO,
        )

    def patron(
        self, patron_id: PatronId, first: int | None = None, last: int | None = None
    ) -> PatronInformationRequest:
        """Build a 63; with places, for the list of charged items."""
        return PatronInformationRequest(
            language=self._profile.language,
            transaction_date=self._now(),
            summary=None if first is None else Summary.CHARGED,
            institution_id=self._settings.institution,
            patron_id=patron_id.text,
            terminal_password="",
            start_item=None if first is None else str(first),
            end_item=None if last is None else str(last),
        )

    def can_say(self, request: Request) -> bool:
        """Tell whether the request can travel: no delimiter, no control character, no letter that is not agreed."""
        try:
            encode(request, self._profile.agreement)
        except LocalProtocolError:
            return False
        return True

    def _now(self) -> datetime:
        """Give the local time of both ends, which a SIP2 date has without a zone."""
        return self._clock.wall().astimezone(self._settings.zone).replace(microsecond=0, tzinfo=None)
