"""Hands receipts to our server by HTTPS, so that a telephone may look at them for a day."""

import asyncio
import http.client
import logging
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from kiosk.ils.our_server import OurServer
from kiosk.ports import Shared
from kiosk.session.effects import PrintReceipt
from kiosk.session.values import PatronId
from library.api.mailed_receipts import LONGEST_WISH, MAILS_PATH, MailWish
from library.api.receipts import LONGEST_RECEIPT, RECEIPTS_PATH, SharedReceipt, read_address, shared_line

_log = logging.getLogger(__name__)

ANSWER_S: Final = 8.0
"""In all: somebody stands there and waits."""


@dataclass(frozen=True, slots=True)
class SharedReceipts:
    """A ``kiosk.ports.ReceiptSharing``; sent once, for a patron who waits may touch again."""

    url: str
    """``https://host:port``; what else stands in it is not looked at."""
    tls: ssl.SSLContext
    """With the kiosk's certificate in it, where it has one."""
    login: str = ""
    password: str = field(default="", repr=False)
    answer_s: float = ANSWER_S

    async def share(self, order: PrintReceipt, mail_to: PatronId | None = None) -> Shared | None:
        """Hand a receipt in; ``None``: it was not taken, or not answered in time. No item number leaves the kiosk.

        For a letter the visit is its number: touched again, it is the same one.
        """
        try:
            async with asyncio.timeout(self.answer_s):
                if mail_to is not None:
                    wish = MailWish(mail_id=order.visit_id, card=mail_to.text, receipt=travelling(order))
                    return await asyncio.to_thread(self._mailed, wish.model_dump_json().encode())
                link = await asyncio.to_thread(self._sent, travelling(order).model_dump_json().encode())
        except (OSError, ValueError, http.client.HTTPException) as error:
            _log.warning("a receipt could not be shared: %s", type(error).__name__)
            return None
        return None if link is None else Shared(link)

    def _mailed(self, body: bytes) -> Shared | None:
        if len(body) > LONGEST_WISH:
            return None
        status, _ = OurServer(self.url, self.tls, self.login, self.password).ask("POST", MAILS_PATH, body)
        if status != HTTPStatus.ACCEPTED:
            _log.warning("a receipt was not taken for a letter: status %d", status)
            return None
        return Shared("")

    def _sent(self, body: bytes) -> str | None:
        if len(body) > LONGEST_RECEIPT:
            return None
        status, answer = OurServer(self.url, self.tls, self.login, self.password).ask("POST", RECEIPTS_PATH, body)
        if status != HTTPStatus.CREATED:
            _log.warning("a receipt was not taken: status %d", status)
            return None
        return read_address(answer)


def travelling(order: PrintReceipt) -> SharedReceipt:
    """Give what is sent of a receipt."""
    lines = tuple(
        shared_line(line.kind, line.title, line.due, loan_known=line.loan_known, show_at_desk=line.show_at_desk)
        for line in order.lines
    )
    return SharedReceipt(language=order.language.value, last_four=order.patron_last_four, lines=lines)
