"""The closed list of reasons for which a library says no to a reader."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a card or a loan was refused; the value travels in SIP2 (field ``XR`` of our own server), HTTP and events."""

    PATRON_UNKNOWN = "patron_unknown"
    PATRON_BLOCKED = "patron_blocked"
    PATRON_EXPIRED = "patron_expired"
    PATRON_LIMIT_REACHED = "patron_limit_reached"
    PATRON_SUSPENDED = "patron_suspended"
    PATRON_OVERDUE = "patron_overdue"
    FEE_LIMIT_REACHED = "fee_limit_reached"
    FEE_NOT_ACKNOWLEDGED = "fee_not_acknowledged"
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"
    ITEM_UNKNOWN = "item_unknown"
    ITEM_NOT_FOR_LOAN = "item_not_for_loan"
    ITEM_ON_LOAN = "item_on_loan"
    ITEM_ON_LOAN_TO_SAME_PATRON = "item_on_loan_to_same_patron"
    ITEM_RESERVED = "item_reserved"
    ITEM_NOT_ON_LOAN = "item_not_on_loan"
    RENEWAL_LIMIT_REACHED = "renewal_limit_reached"
    HOLD_EXISTS = "hold_exists"
    HOLD_LIMIT_REACHED = "hold_limit_reached"
    HOLD_UNKNOWN = "hold_unknown"
    PLACE_UNKNOWN = "place_unknown"
    PAYMENT_INVALID = "payment_invalid"
    PAYMENT_TOO_HIGH = "payment_too_high"
    OTHER = "other"
