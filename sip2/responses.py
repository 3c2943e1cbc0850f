"""What the library system answers to a terminal, in the field order of the specification."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from sip2.fields import (
    AA,
    AB,
    ACCEPTED,
    AE,
    AF,
    AG,
    AH,
    AJ,
    AM,
    AN,
    AO,
    AP,
    AQ,
    AS,
    AT,
    AU,
    AV,
    BD,
    BE,
    BF,
    BG,
    BH,
    BK,
    BL,
    BM,
    BN,
    BR,
    BS,
    BT,
    BU,
    BV,
    BW,
    BX,
    BZ,
    CA,
    CB,
    CC,
    CD,
    CF,
    CH,
    CI,
    CJ,
    CK,
    CL,
    CM,
    CQ,
    CR,
    CS,
    CT,
    CV,
    CY,
    DA,
    DATE,
    FLAG,
    FLAG_OR_UNKNOWN,
    NUMBER3,
    NUMBER4,
    OK,
    PATRON_STATUS,
    TEXT2,
    TEXT3,
    TEXT4,
    PatronFlag,
)
from sip2.layout import Response


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckinResponse(Response):
    """10: The item was taken back, or why not; CR CS CT CV CY DA are 3M's later additions."""

    code: ClassVar[str] = "10"
    ok: Annotated[bool, OK]
    resensitize: Annotated[bool, FLAG]
    magnetic_media: Annotated[bool | None, FLAG_OR_UNKNOWN]
    alert: Annotated[bool, FLAG]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    item_id: Annotated[str | None, AB]
    permanent_location: Annotated[str | None, AQ]
    title: Annotated[str | None, AJ] = None
    sort_bin: Annotated[str | None, CL] = None
    patron_id: Annotated[str | None, AA] = None
    media_type: Annotated[str | None, CK] = None
    item_properties: Annotated[str | None, CH] = None
    collection_code: Annotated[str | None, CR] = None
    call_number: Annotated[str | None, CS] = None
    destination_location: Annotated[str | None, CT] = None
    alert_type: Annotated[str | None, CV] = None
    hold_patron_id: Annotated[str | None, CY] = None
    hold_patron_name: Annotated[str | None, DA] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckoutResponse(Response):
    """12: The item was lent, or why not; the alarm goes off only where ``ok`` and ``desensitize`` are both true."""

    code: ClassVar[str] = "12"
    ok: Annotated[bool, OK]
    renewal_ok: Annotated[bool, FLAG]
    magnetic_media: Annotated[bool | None, FLAG_OR_UNKNOWN]
    desensitize: Annotated[bool | None, FLAG_OR_UNKNOWN]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str | None, AA]
    item_id: Annotated[str | None, AB]
    title: Annotated[str | None, AJ]
    due_date: Annotated[str | None, AH]
    fee_type: Annotated[str | None, BT] = None
    security_inhibit: Annotated[str | None, CI] = None
    currency: Annotated[str | None, BH] = None
    fee_amount: Annotated[str | None, BV] = None
    media_type: Annotated[str | None, CK] = None
    item_properties: Annotated[str | None, CH] = None
    transaction_id: Annotated[str | None, BK] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HoldResponse(Response):
    """16: The hold was made, changed or deleted, or why not."""

    code: ClassVar[str] = "16"
    ok: Annotated[bool, OK]
    available: Annotated[bool, FLAG]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str | None, AA]
    expiration_date: Annotated[str | None, BW] = None
    queue_position: Annotated[str | None, BR] = None
    pickup_location: Annotated[str | None, BS] = None
    item_id: Annotated[str | None, AB] = None
    title: Annotated[str | None, AJ] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ItemInformationResponse(Response):
    """18: What is known of an item; has no institution."""

    code: ClassVar[str] = "18"
    circulation_status: Annotated[str, TEXT2]
    security_marker: Annotated[str, TEXT2]
    fee_type: Annotated[str, TEXT2]
    transaction_date: Annotated[datetime | None, DATE]
    item_id: Annotated[str | None, AB]
    title: Annotated[str | None, AJ]
    hold_queue_length: Annotated[str | None, CF] = None
    due_date: Annotated[str | None, AH] = None
    recall_date: Annotated[str | None, CJ] = None
    hold_pickup_date: Annotated[str | None, CM] = None
    owner: Annotated[str | None, BG] = None
    currency: Annotated[str | None, BH] = None
    fee_amount: Annotated[str | None, BV] = None
    media_type: Annotated[str | None, CK] = None
    permanent_location: Annotated[str | None, AQ] = None
    current_location: Annotated[str | None, AP] = None
    item_properties: Annotated[str | None, CH] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ItemStatusUpdateResponse(Response):
    """20: The properties were kept, or not; has no institution."""

    code: ClassVar[str] = "20"
    item_properties_ok: Annotated[bool, OK]
    transaction_date: Annotated[datetime | None, DATE]
    item_id: Annotated[str | None, AB]
    title: Annotated[str | None, AJ] = None
    item_properties: Annotated[str | None, CH] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PatronStatusResponse(Response):
    """24: What is known of a patron, briefly; answers 23 and 01."""

    code: ClassVar[str] = "24"
    patron_status: Annotated[frozenset[PatronFlag], PATRON_STATUS]
    language: Annotated[str, TEXT3]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str | None, AA]
    personal_name: Annotated[str | None, AE]
    valid_patron: Annotated[str | None, BL] = None
    valid_patron_password: Annotated[str | None, CQ] = None
    currency: Annotated[str | None, BH] = None
    fee_amount: Annotated[str | None, BV] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PatronEnableResponse(Response):
    """26: The card as it is after a 25."""

    code: ClassVar[str] = "26"
    patron_status: Annotated[frozenset[PatronFlag], PATRON_STATUS]
    language: Annotated[str, TEXT3]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str | None, AA]
    personal_name: Annotated[str | None, AE]
    valid_patron: Annotated[str | None, BL] = None
    valid_patron_password: Annotated[str | None, CQ] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RenewResponse(Response):
    """30: The loan was renewed, or why not."""

    code: ClassVar[str] = "30"
    ok: Annotated[bool, OK]
    renewal_ok: Annotated[bool, FLAG]
    magnetic_media: Annotated[bool | None, FLAG_OR_UNKNOWN]
    desensitize: Annotated[bool | None, FLAG_OR_UNKNOWN]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str | None, AA]
    item_id: Annotated[str | None, AB]
    title: Annotated[str | None, AJ]
    due_date: Annotated[str | None, AH]
    fee_type: Annotated[str | None, BT] = None
    security_inhibit: Annotated[str | None, CI] = None
    currency: Annotated[str | None, BH] = None
    fee_amount: Annotated[str | None, BV] = None
    media_type: Annotated[str | None, CK] = None
    item_properties: Annotated[str | None, CH] = None
    transaction_id: Annotated[str | None, BK] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EndSessionResponse(Response):
    """36: The patron's session is over."""

    code: ClassVar[str] = "36"
    end_session: Annotated[bool, ACCEPTED]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str | None, AA]
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FeePaidResponse(Response):
    """38: The payment was taken over, or not."""

    code: ClassVar[str] = "38"
    payment_accepted: Annotated[bool, ACCEPTED]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str | None, AA]
    transaction_id: Annotated[str | None, BK] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PatronInformationResponse(Response):
    """64: What is known of a patron, with the list that was asked for."""

    code: ClassVar[str] = "64"
    patron_status: Annotated[frozenset[PatronFlag], PATRON_STATUS]
    language: Annotated[str, TEXT3]
    transaction_date: Annotated[datetime | None, DATE]
    hold_items_count: Annotated[int | None, NUMBER4]
    overdue_items_count: Annotated[int | None, NUMBER4]
    charged_items_count: Annotated[int | None, NUMBER4]
    fine_items_count: Annotated[int | None, NUMBER4]
    recall_items_count: Annotated[int | None, NUMBER4]
    unavailable_holds_count: Annotated[int | None, NUMBER4]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str | None, AA]
    personal_name: Annotated[str | None, AE]
    hold_items_limit: Annotated[str | None, BZ] = None
    overdue_items_limit: Annotated[str | None, CA] = None
    charged_items_limit: Annotated[str | None, CB] = None
    valid_patron: Annotated[str | None, BL] = None
    valid_patron_password: Annotated[str | None, CQ] = None
    currency: Annotated[str | None, BH] = None
    fee_amount: Annotated[str | None, BV] = None
    fee_limit: Annotated[str | None, CC] = None
    hold_items: Annotated[tuple[str, ...], AS] = ()
    overdue_items: Annotated[tuple[str, ...], AT] = ()
    charged_items: Annotated[tuple[str, ...], AU] = ()
    fine_items: Annotated[tuple[str, ...], AV] = ()
    recall_items: Annotated[tuple[str, ...], BU] = ()
    unavailable_hold_items: Annotated[tuple[str, ...], CD] = ()
    home_address: Annotated[str | None, BD] = None
    email: Annotated[str | None, BE] = None
    home_phone: Annotated[str | None, BF] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RenewAllResponse(Response):
    """66: Which loans were renewed."""

    code: ClassVar[str] = "66"
    ok: Annotated[bool, OK]
    renewed_count: Annotated[int | None, NUMBER4]
    unrenewed_count: Annotated[int | None, NUMBER4]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    renewed_items: Annotated[tuple[str, ...], BM] = ()
    unrenewed_items: Annotated[tuple[str, ...], BN] = ()
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LoginResponse(Response):
    """94: The terminal is logged in, or not."""

    code: ClassVar[str] = "94"
    ok: Annotated[bool, OK]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RequestScResend(Response):
    """96: Ask the terminal for its last message again."""

    code: ClassVar[str] = "96"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AcsStatus(Response):
    """98: What the library system lets a terminal do; the time-out is in tenths of a second, 999 is unknown."""

    code: ClassVar[str] = "98"
    online_status: Annotated[bool, FLAG]
    checkin_ok: Annotated[bool, FLAG]
    checkout_ok: Annotated[bool, FLAG]
    acs_renewal_policy: Annotated[bool, FLAG]
    status_update_ok: Annotated[bool, FLAG]
    offline_ok: Annotated[bool, FLAG]
    timeout_period: Annotated[int | None, NUMBER3]
    retries_allowed: Annotated[int | None, NUMBER3]
    date_time_sync: Annotated[datetime | None, DATE]
    protocol_version: Annotated[str, TEXT4]
    institution_id: Annotated[str | None, AO]
    supported_messages: Annotated[str | None, BX]
    library_name: Annotated[str | None, AM] = None
    terminal_location: Annotated[str | None, AN] = None
    screen_messages: Annotated[tuple[str, ...], AF] = ()
    print_lines: Annotated[tuple[str, ...], AG] = ()
