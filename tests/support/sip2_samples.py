"""A few SIP2 messages for tests."""

from datetime import datetime

from sip2.messages import (
    CheckoutRequest,
    CheckoutResponse,
    ItemInformationRequest,
)

NOON = datetime(2026, 11, 22, 12, 0, 5)  # noqa: DTZ001 - SIP2's local form has no zone
CHECKOUT = CheckoutRequest(
    sc_renewal_policy=False,
    no_block=False,
    transaction_date=NOON,
    nb_due_date=None,
    institution_id="HUB",
    patron_id="P1",
    item_id="I1",
    terminal_password="",
)
ITEM = ItemInformationRequest(transaction_date=NOON, institution_id="HUB", item_id="I1")
CHECKED_OUT = CheckoutResponse(
    ok=True,
    renewal_ok=False,
    magnetic_media=None,
    desensitize=True,
    transaction_date=NOON,
    institution_id="HUB",
    patron_id="P1",
    item_id="I1",
    title="Truyện Kiều",
    due_date="20261206    235900",
)
