"""Makes the loans and holds that stand before the demo begins, over SIP2 as any terminal would."""

import json
import socket
import ssl
from datetime import datetime

from deploy.demo.installation import ADDRESS, DESK_ID, Installation
from deploy.demo.people import HUB
from sip2.codec import Received
from sip2.connection import Connection, Role
from sip2.layout import Message
from sip2.requests import CheckinRequest, CheckoutRequest, HoldRequest, LoginRequest
from sip2.responses import CheckinResponse, CheckoutResponse, HoldResponse, LoginResponse

ANSWER_S = 20.0
_HOLD_HERE = "01"


class NotLentError(Exception):
    """The server did not make a loan or a hold that the demo needs."""


def lend_before(made: Installation, port: int, now: datetime) -> None:
    """Lend to each card of demo.json the items that it ``has``, make ready what it ``holds``; ``now`` is local time.

    Raises:
        NotLentError: the server refused the terminal, a loan or a hold.

    """
    secrets = made.folder / "secrets"
    context = ssl.create_default_context(cafile=secrets / "ca.crt")
    context.load_cert_chain(secrets / f"{DESK_ID}.crt", secrets / f"{DESK_ID}.key")
    cards = json.loads((made.stock / "demo.json").read_text(encoding="utf-8"))["cards"]
    with (
        socket.create_connection((ADDRESS, port), timeout=ANSWER_S) as plain,
        context.wrap_socket(plain, server_hostname=ADDRESS) as line,
    ):
        connection = Connection(Role.TERMINAL)
        login = LoginRequest(
            uid_algorithm="0",
            pwd_algorithm="0",  # noqa: S106 - the protocol's word for "not encrypted"
            login_user_id=DESK_ID,
            login_password=(secrets / "desk").read_text(encoding="utf-8"),
        )
        answer = _ask(line, connection, login)
        if not isinstance(answer, LoginResponse) or not answer.ok:
            raise NotLentError
        for card in cards.values():
            for item_id in card["has"]:
                answer = _ask(line, connection, _checkout(card["card"], item_id, now))
                if not isinstance(answer, CheckoutResponse) or not answer.ok:
                    raise NotLentError(item_id)
            for item_id in card["holds"]:
                _make_ready(line, connection, card["card"], item_id, now)


def _make_ready(line: ssl.SSLSocket, connection: Connection, card: str, item_id: str, now: datetime) -> None:
    answer = _ask(
        line,
        connection,
        HoldRequest(hold_mode="+", transaction_date=now, institution_id=HUB.code, patron_id=card, item_id=item_id),
    )
    if not isinstance(answer, HoldResponse) or not answer.ok:
        raise NotLentError(item_id)
    answer = _ask(
        line,
        connection,
        CheckinRequest(
            no_block=False,
            transaction_date=now,
            return_date=now,
            current_location="",
            institution_id=HUB.code,
            item_id=item_id,
            terminal_password="",
        ),
    )
    if not isinstance(answer, CheckinResponse) or answer.alert_type != _HOLD_HERE:
        raise NotLentError(item_id)


def _checkout(card: str, item_id: str, now: datetime) -> CheckoutRequest:
    return CheckoutRequest(
        sc_renewal_policy=False,
        no_block=False,
        transaction_date=now,
        nb_due_date=None,
        institution_id=HUB.code,
        patron_id=card,
        item_id=item_id,
        terminal_password="",
        fee_acknowledged="Y",
    )


def _ask(line: ssl.SSLSocket, connection: Connection, message: Message) -> Message:
    line.sendall(connection.send(message))
    while True:
        connection.receive_data(line.recv(65536))
        for item in connection.messages():
            if isinstance(item, Received):
                return item.message
            raise NotLentError(type(item).__name__)
