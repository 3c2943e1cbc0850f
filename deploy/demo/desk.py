"""A second terminal beside the kiosk: what stands before the demo begins is done at it, over SIP2 as any would."""

import json
import socket
import ssl
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from deploy.demo.installation import ADDRESS, DESK_ID, Installation
from deploy.demo.people import HUB
from sip2.codec import Received
from sip2.connection import Connection, Role
from sip2.layout import Message
from sip2.requests import CheckinRequest, CheckoutRequest, HoldRequest, LoginRequest
from sip2.responses import CheckinResponse, CheckoutResponse, HoldResponse, LoginResponse

ANSWER_S = 20.0
_HOLD_HERE = "01"
_LOAN_DAYS = 14


class DeskError(Exception):
    """The server did not do what the demo needs."""


class Desk:
    """The terminal, logged in from ``with`` to its end; every method may raise ``DeskError``."""

    def __init__(self, made: Installation, port: int) -> None:
        self._made = made
        self._port = port
        self._connection = Connection(Role.TERMINAL)

    def __enter__(self) -> Self:
        secrets = self._made.folder / "secrets"
        context = ssl.create_default_context(cafile=secrets / "ca.crt")
        context.load_cert_chain(secrets / f"{DESK_ID}.crt", secrets / f"{DESK_ID}.key")
        plain = socket.create_connection((ADDRESS, self._port), timeout=ANSWER_S)
        self._line = context.wrap_socket(plain, server_hostname=ADDRESS)
        login = LoginRequest(
            uid_algorithm="0",
            pwd_algorithm="0",  # noqa: S106 - the protocol's word for "not encrypted"
            login_user_id=DESK_ID,
            login_password=(secrets / "desk").read_text(encoding="utf-8"),
        )
        answer = self._ask(login)
        if not isinstance(answer, LoginResponse) or not answer.ok:
            self._line.close()
            raise DeskError("the terminal may not log in")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.close()

    def lend(self, card: str, item_id: str, now: datetime) -> None:
        """Lend an item; ``now`` is local time."""
        answer = self._ask(_checkout(card, item_id, now))
        if not isinstance(answer, CheckoutResponse) or not answer.ok:
            raise DeskError(f"{item_id} is not lent")

    def lent(self, card: str, item_id: str, days_ago: int, now: datetime) -> None:
        """Tell of a loan that was made some days ago, as a terminal does that had no line."""
        then = now - timedelta(days=days_ago)
        due = (then + timedelta(days=_LOAN_DAYS)).replace(hour=23, minute=59, second=59, microsecond=0)
        told = _checkout(card, item_id, then, due=due, told_as=f"before-{item_id}")
        answer = self._ask(told)
        if not isinstance(answer, CheckoutResponse) or answer.extension("XO") != "applied":
            raise DeskError(f"{item_id} was not lent")

    def reserve(self, card: str, item_id: str, now: datetime) -> None:
        """Reserve an item."""
        request = HoldRequest(
            hold_mode="+", transaction_date=now, institution_id=HUB.code, patron_id=card, item_id=item_id
        )
        answer = self._ask(request)
        if not isinstance(answer, HoldResponse) or not answer.ok:
            raise DeskError(f"{item_id} is not reserved")

    def make_ready(self, card: str, item_id: str, now: datetime) -> None:
        """Reserve an item and put it on the shelf of those that can be picked up."""
        self.reserve(card, item_id, now)
        if self._take_back(item_id, now).alert_type != _HOLD_HERE:
            raise DeskError(f"{item_id} is not ready")

    def take_back(self, item_id: str, now: datetime) -> None:
        """Take an item back."""
        if not self._take_back(item_id, now).ok:
            raise DeskError(f"{item_id} is not back")

    def _take_back(self, item_id: str, now: datetime) -> CheckinResponse:
        request = CheckinRequest(
            no_block=False,
            transaction_date=now,
            return_date=now,
            current_location="",
            institution_id=HUB.code,
            item_id=item_id,
            terminal_password="",
        )
        answer = self._ask(request)
        if not isinstance(answer, CheckinResponse):
            raise DeskError(f"no answer about {item_id}")
        return answer

    def _ask(self, message: Message) -> Message:
        self._line.sendall(self._connection.send(message))
        while True:
            data = self._line.recv(65536)
            if not data:
                raise DeskError("the line was closed")
            self._connection.receive_data(data)
            for item in self._connection.messages():
                if isinstance(item, Received):
                    return item.message
                raise DeskError(type(item).__name__)


def prepare(made: Installation, port: int, now: datetime) -> None:
    """Lend to each card of demo.json the items that it ``has``, and make ready what it ``holds``."""
    cards = json.loads((made.stock / "demo.json").read_text(encoding="utf-8"))["cards"]
    with Desk(made, port) as desk:
        for card in cards.values():
            for item_id in card["has"]:
                desk.lend(card["card"], item_id, now)
            for item_id in card["holds"]:
                desk.make_ready(card["card"], item_id, now)


def _checkout(
    card: str, item_id: str, now: datetime, *, due: datetime | None = None, told_as: str = ""
) -> CheckoutRequest:
    return CheckoutRequest(
        sc_renewal_policy=False,
        no_block=bool(told_as),
        transaction_date=now,
        nb_due_date=due,
        institution_id=HUB.code,
        patron_id=card,
        item_id=item_id,
        terminal_password="",
        fee_acknowledged="Y",
        extensions=(("XT", told_as), ("XC", "sure")) if told_as else (),
    )
