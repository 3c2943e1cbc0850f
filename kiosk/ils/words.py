"""What the kiosk says to a library system: its requests, with its institution, its date and nothing else of its own."""

import re
from datetime import datetime

from kiosk.ils.profiles import Listed, Profile
from kiosk.ils.settings import Sip2Settings
from kiosk.ports import Clock
from kiosk.session.values import ItemId, Language, PatronId, Pin, TransactionId
from library.lending.overrides import Override
from library.lending.patterns import NumberKind
from sip2.codec import encode
from sip2.errors import LocalProtocolError
from sip2.fields import Summary, TerminalState
from sip2.layout import Request
from sip2.messages import (
    CheckinRequest,
    CheckoutRequest,
    HoldRequest,
    ItemInformationRequest,
    LoginRequest,
    PatronInformationRequest,
    RenewRequest,
    ScStatusRequest,
)

_YES, _NO = "Y", "N"
_END_HOLD = "-"
_PLACE_HOLD = "+"
_ANY_COPY = "2"
"""BY: any copy of the title."""
_XT = "XT"
_XV = "XV"
_XT_FORM = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_NO_TRANSACTION = TransactionId("")
_NOT_ENCRYPTED = "0"


class Words:
    """Builds the requests of one kiosk."""

    def __init__(self, settings: Sip2Settings, profile: Profile, clock: Clock) -> None:
        self._settings = settings
        self._profile = profile
        self._clock = clock
        self._language: Language | None = None

    def speak(self, language: Language) -> None:
        """Ask from now on in the language that the patron before the kiosk reads."""
        self._language = language

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

    def checkout(
        self,
        patron_id: PatronId,
        item_id: ItemId,
        transaction_id: TransactionId = _NO_TRANSACTION,
        *,
        fee_agreed: bool = False,
        override: Override | None = None,
    ) -> CheckoutRequest:
        """Build an 11: no renewal, never "no block" (the library system would have to obey).

        What staff override is said to a system that looks at it, and as part of a transaction with a number.
        """
        fields = self._transaction(transaction_id)
        if override is not None and fields and self._profile.honours_override:
            fields += ((_XV, override.text),)
        return CheckoutRequest(
            sc_renewal_policy=False,
            no_block=False,
            transaction_date=self._now(),
            nb_due_date=None,
            institution_id=self._settings.institution,
            patron_id=patron_id.text,
            item_id=item_id.text,
            terminal_password="",
            fee_acknowledged=_YES if fee_agreed else _NO,
            cancel=_NO,
            extensions=fields,
        )

    def checkin(self, item_id: ItemId, transaction_id: TransactionId) -> CheckinRequest:
        """Build a 09, returned now and here."""
        now = self._now()
        return CheckinRequest(
            no_block=False,
            transaction_date=now,
            return_date=now,
            current_location=self._settings.location,
            institution_id=self._settings.institution,
            item_id=item_id.text,
            terminal_password="",
            cancel=_NO,
            extensions=self._transaction(transaction_id),
        )

    def renew(self, patron_id: PatronId, item_id: ItemId, transaction_id: TransactionId) -> RenewRequest:
        """Build a 29; an entry of a list of titles is named by AJ."""
        titled = self.is_title(item_id)
        return RenewRequest(
            third_party_allowed=False,
            no_block=False,
            transaction_date=self._now(),
            nb_due_date=None,
            institution_id=self._settings.institution,
            patron_id=patron_id.text,
            item_id=None if titled else item_id.text,
            title=item_id.text if titled else None,
            terminal_password="",
            fee_acknowledged=_NO,
            extensions=self._transaction(transaction_id),
        )

    def place_hold(
        self, patron_id: PatronId, item_id: ItemId, transaction_id: TransactionId, *, fee_agreed: bool
    ) -> HoldRequest:
        """Build a 15 that places a hold on any copy of the item's title, to be fetched here."""
        here = self._settings.location if self._profile.names_pickup else ""
        return HoldRequest(
            hold_mode=_PLACE_HOLD,
            transaction_date=self._now(),
            pickup_location=here or None,
            hold_type=_ANY_COPY,
            institution_id=self._settings.institution,
            patron_id=patron_id.text,
            item_id=item_id.text,
            terminal_password="",
            fee_acknowledged=_YES if fee_agreed else _NO,
            extensions=self._transaction(transaction_id),
        )

    def cancel_hold(self, patron_id: PatronId, item_id: ItemId, transaction_id: TransactionId) -> HoldRequest:
        """Build a 15 that ends a hold."""
        titled = self.is_title(item_id)
        return HoldRequest(
            hold_mode=_END_HOLD,
            transaction_date=self._now(),
            institution_id=self._settings.institution,
            patron_id=patron_id.text,
            item_id=None if titled else item_id.text,
            title=item_id.text if titled else None,
            terminal_password="",
            extensions=self._transaction(transaction_id),
        )

    def patron(
        self,
        patron_id: PatronId,
        summary: Summary | None = None,
        *,
        first: int = 1,
        pin: Pin | None = None,
    ) -> PatronInformationRequest:
        """Build a 63; with a summary, for a page of that list from the place ``first``. A PIN is never empty."""
        paged = summary is not None and self._profile.list_page > 0
        last = first + max(self._profile.list_page - self._profile.list_extra, 1) - 1
        return PatronInformationRequest(
            language=self._code,
            transaction_date=self._now(),
            summary=summary,
            institution_id=self._settings.institution,
            patron_id=patron_id.text,
            terminal_password="",
            patron_password=pin.text if pin is not None else "" if self._profile.empty_pin else None,
            start_item=str(first) if paged else None,
            end_item=str(last) if paged else None,
        )

    def is_title(self, item_id: ItemId) -> bool:
        """Tell whether this is no item's number but a title, as some systems list them."""
        if self._profile.lists is Listed.IDS or self._settings.numbers.classify(item_id.text) is NumberKind.ITEM:
            return False
        return self._profile.lists is Listed.TITLES or " " in item_id.text

    def _transaction(self, transaction_id: TransactionId) -> tuple[tuple[str, str], ...]:
        wanted = self._profile.sends_xt and _XT_FORM.fullmatch(transaction_id)
        return ((_XT, transaction_id),) if wanted else ()

    def can_say(self, request: Request) -> bool:
        """Tell whether the request can travel: no delimiter, no control character, no letter that is not agreed."""
        try:
            encode(request, self._profile.agreement)
        except LocalProtocolError:
            return False
        return True

    @property
    def _code(self) -> str:
        english = self._language is Language.ENGLISH
        return (english and self._profile.english) or self._profile.language

    def _now(self) -> datetime:
        """Give the local time of both ends, which a SIP2 date has without a zone."""
        return self._clock.wall().astimezone(self._settings.zone).replace(microsecond=0, tzinfo=None)
