"""What a terminal asks of the library system, in the field order of the specification (sections 2 and 5.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from sip2.fields import (
    AA,
    AB,
    AC,
    AD,
    AJ,
    AL,
    AO,
    AP,
    BI,
    BK,
    BO,
    BP,
    BQ,
    BS,
    BV,
    BW,
    BY,
    CG,
    CH,
    CN,
    CO,
    CP,
    DATE,
    FLAG,
    NUMBER3,
    SUMMARY,
    TEXT1,
    TEXT2,
    TEXT3,
    TEXT4,
    Summary,
)
from sip2.layout import Request


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class BlockPatronRequest(Request):
    """01: Keep a card from being used further (answered by a 24)."""

    code: ClassVar[str] = "01"
    changes: ClassVar[bool] = True
    card_retained: Annotated[bool, FLAG]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    blocked_card_message: Annotated[str | None, AL]
    patron_id: Annotated[str, AA]
    terminal_password: Annotated[str | None, AC]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckinRequest(Request):
    """09: Take an item back."""

    code: ClassVar[str] = "09"
    changes: ClassVar[bool] = True
    no_block: Annotated[bool, FLAG]
    transaction_date: Annotated[datetime | None, DATE]
    return_date: Annotated[datetime | None, DATE]
    current_location: Annotated[str | None, AP]
    institution_id: Annotated[str | None, AO]
    item_id: Annotated[str, AB]
    terminal_password: Annotated[str | None, AC]
    item_properties: Annotated[str | None, CH] = None
    cancel: Annotated[str | None, BI] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckoutRequest(Request):
    """11: Lend an item; ``no_block`` is for replaying offline loans alone."""

    code: ClassVar[str] = "11"
    changes: ClassVar[bool] = True
    sc_renewal_policy: Annotated[bool, FLAG]
    no_block: Annotated[bool, FLAG]
    transaction_date: Annotated[datetime | None, DATE]
    nb_due_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    item_id: Annotated[str, AB]
    terminal_password: Annotated[str | None, AC]
    item_properties: Annotated[str | None, CH] = None
    patron_password: Annotated[str | None, AD] = None
    fee_acknowledged: Annotated[str | None, BO] = None
    cancel: Annotated[str | None, BI] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HoldRequest(Request):
    """15: Add (+), delete (-) or change (*) a hold."""

    code: ClassVar[str] = "15"
    changes: ClassVar[bool] = True
    hold_mode: Annotated[str, TEXT1]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    expiration_date: Annotated[str | None, BW] = None
    pickup_location: Annotated[str | None, BS] = None
    hold_type: Annotated[str | None, BY] = None
    patron_password: Annotated[str | None, AD] = None
    item_id: Annotated[str | None, AB] = None
    title: Annotated[str | None, AJ] = None
    terminal_password: Annotated[str | None, AC] = None
    fee_acknowledged: Annotated[str | None, BO] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ItemInformationRequest(Request):
    """17: Ask about an item."""

    code: ClassVar[str] = "17"
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    item_id: Annotated[str, AB]
    terminal_password: Annotated[str | None, AC] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ItemStatusUpdateRequest(Request):
    """19: Tell the library system an item's properties."""

    code: ClassVar[str] = "19"
    changes: ClassVar[bool] = True
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    item_id: Annotated[str, AB]
    item_properties: Annotated[str | None, CH]
    terminal_password: Annotated[str | None, AC] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PatronStatusRequest(Request):
    """23: Ask about a patron, briefly."""

    code: ClassVar[str] = "23"
    language: Annotated[str, TEXT3]
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    terminal_password: Annotated[str | None, AC]
    patron_password: Annotated[str | None, AD]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PatronEnableRequest(Request):
    """25: Let a blocked card be used again."""

    code: ClassVar[str] = "25"
    changes: ClassVar[bool] = True
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    terminal_password: Annotated[str | None, AC] = None
    patron_password: Annotated[str | None, AD] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RenewRequest(Request):
    """29: Renew one loan, named by its item or its title."""

    code: ClassVar[str] = "29"
    changes: ClassVar[bool] = True
    third_party_allowed: Annotated[bool, FLAG]
    no_block: Annotated[bool, FLAG]
    transaction_date: Annotated[datetime | None, DATE]
    nb_due_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    patron_password: Annotated[str | None, AD] = None
    item_id: Annotated[str | None, AB] = None
    title: Annotated[str | None, AJ] = None
    terminal_password: Annotated[str | None, AC] = None
    item_properties: Annotated[str | None, CH] = None
    fee_acknowledged: Annotated[str | None, BO] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EndPatronSessionRequest(Request):
    """35: Say that the patron is done."""

    code: ClassVar[str] = "35"
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    terminal_password: Annotated[str | None, AC] = None
    patron_password: Annotated[str | None, AD] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FeePaidRequest(Request):
    """37: Say that the patron paid; the currency is a three-letter code (ISO 4217)."""

    code: ClassVar[str] = "37"
    changes: ClassVar[bool] = True
    transaction_date: Annotated[datetime | None, DATE]
    fee_type: Annotated[str, TEXT2]
    payment_type: Annotated[str, TEXT2]
    currency: Annotated[str, TEXT3]
    fee_amount: Annotated[str | None, BV]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    terminal_password: Annotated[str | None, AC] = None
    patron_password: Annotated[str | None, AD] = None
    fee_id: Annotated[str | None, CG] = None
    transaction_id: Annotated[str | None, BK] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PatronInformationRequest(Request):
    """63: Ask about a patron, with one of six lists; places are counted from 1."""

    code: ClassVar[str] = "63"
    language: Annotated[str, TEXT3]
    transaction_date: Annotated[datetime | None, DATE]
    summary: Annotated[Summary | None, SUMMARY]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    terminal_password: Annotated[str | None, AC] = None
    patron_password: Annotated[str | None, AD] = None
    start_item: Annotated[str | None, BP] = None
    end_item: Annotated[str | None, BQ] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RenewAllRequest(Request):
    """65: Renew all loans of a patron."""

    code: ClassVar[str] = "65"
    changes: ClassVar[bool] = True
    transaction_date: Annotated[datetime | None, DATE]
    institution_id: Annotated[str | None, AO]
    patron_id: Annotated[str, AA]
    patron_password: Annotated[str | None, AD] = None
    terminal_password: Annotated[str | None, AC] = None
    fee_acknowledged: Annotated[str | None, BO] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LoginRequest(Request):
    """93: Log the terminal in; algorithm 0 means not encrypted."""

    code: ClassVar[str] = "93"
    uid_algorithm: Annotated[str, TEXT1]
    pwd_algorithm: Annotated[str, TEXT1]
    login_user_id: Annotated[str | None, CN]
    login_password: Annotated[str | None, CO]
    location_code: Annotated[str | None, CP] = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RequestAcsResend(Request):
    """97: Ask the library system for its last message again."""

    code: ClassVar[str] = "97"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ScStatusRequest(Request):
    """99: Say how the terminal is; the protocol version is written like ``2.00``."""

    code: ClassVar[str] = "99"
    status_code: Annotated[str, TEXT1]
    max_print_width: Annotated[int | None, NUMBER3]
    protocol_version: Annotated[str, TEXT4]
