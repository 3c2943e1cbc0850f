"""What kiosks do by HTTPS: fetch the policy by which they lend alone, hand in receipts, pay by bank, count uses."""

import asyncio
import base64
import binascii
import gzip
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, HTTPException, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.protocols.http.h11_impl import H11Protocol

from library.api.catalogue_stream import CHANGES_PATH, COPY_PATH, LONGEST_WAIT_S
from library.api.item_uses import ITEM_USES_PATH, LONGEST_USES, UsesTaken, read_uses
from library.api.offline_policy import LONGEST_POLICY, POLICY_PATH
from library.api.payments import LONGEST_REQUEST, PAYMENTS_PATH, TransferBegun, read_wish
from library.api.receipts import LONGEST_RECEIPT, RECEIPTS_PATH, ReceiptAddress, read_receipt
from server.catalogue.streaming import CatalogueFeed
from server.circulation.item_uses import UseBook
from server.circulation.offline_policies import NoKeyError, NotReadyError, PolicyMaker
from server.circulation.receipts import ReceiptShelf, TooManyReceiptsError
from server.circulation.values import Counter
from server.selfcheck.terminals import KnownTerminal, terminal_of_certificate, terminal_of_login
from server.selfcheck.throttle import LoginThrottle
from server.selfcheck.tls import common_name
from server.store.secrets import secret_matches
from server.store.writer import WriterQueue
from server.web.transfer_codes import TransferMaker

CERTIFICATE_NAME: Final = "certificate_cn"
"""Key of ``request.state``: the common name of the kiosk's certificate, put there by :class:`CertifiedProtocol`."""
_LONGEST_LOGIN: Final = 1000
_LARGEST_KEY: Final = 2**31 - 1
_MOST_DIGITS: Final = 19
RETRY_S: Final = "15"
_PROVEN_S: Final = 300.0
_MOST_PROVEN: Final = 1000


class Proven:
    """Passwords that were right a short time ago: kiosks ask many times a minute, and each check is slow by design."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._key = secrets.token_bytes(32)
        self._until = OrderedDict[bytes, float]()

    def is_known(self, password_hash: str, password: str) -> bool:
        """Say whether this password was found to be right for this hash within the last minutes."""
        return self._until.get(self._proof(password_hash, password), 0.0) > self._monotonic()

    def note(self, password_hash: str, password: str) -> None:
        """Keep a password that was found to be right, as a keyed digest."""
        proof = self._proof(password_hash, password)
        self._until[proof] = self._monotonic() + _PROVEN_S
        self._until.move_to_end(proof)
        while len(self._until) > _MOST_PROVEN:
            self._until.popitem(last=False)

    def _proof(self, password_hash: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{password_hash} {password}".encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Finds out which terminal asks."""

    queue: WriterQueue
    throttle: LoginThrottle
    nobodys_hash: str
    """Checked for a login that nobody has, so that the time of the answer does not tell which logins exist."""
    by_certificate: bool
    """Kiosks show certificates, and no login is looked at; else they show their login and password."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    proven: Proven = field(default_factory=Proven)

    async def counter(self, request: Request) -> Counter | None:
        """Give the counter of the terminal that asks; ``None`` for nobody whom we know."""
        if self.by_certificate:
            name = getattr(request.state, CERTIFICATE_NAME, None)
            known = None if not name else await self.queue.read(lambda session: terminal_of_certificate(session, name))
            return None if known is None else known.counter
        return await self._by_login(request)

    async def _by_login(self, request: Request) -> Counter | None:
        address = "?" if request.client is None else request.client.host
        given = _login_of(request.headers.get("authorization", ""))
        if given is None:
            return None
        await self.sleep(self.throttle.wait_s(address))
        login, password = given
        known = await self.queue.read(lambda session: terminal_of_login(session, login))
        if known is not None and self.proven.is_known(known.password_hash, password):
            return known.counter
        if not await asyncio.to_thread(_is_right, known, password, self.nobodys_hash):
            self.throttle.wrong(address)
            return None
        self.throttle.right(address)
        if known is not None:
            self.proven.note(known.password_hash, password)
        return None if known is None else known.counter


class CertifiedProtocol(H11Protocol):
    """Uvicorn's own protocol, which tells the application whose certificate the other end showed."""

    def connection_made(self, transport: Any) -> None:
        """Note the certificate's common name for all requests of this connection."""
        super().connection_made(transport)
        name = common_name(transport.get_extra_info("peercert")) or ""
        self.app_state = {**self.app_state, CERTIFICATE_NAME: name}


def create_kiosk_api(
    doorkeeper: Doorkeeper,
    policies: PolicyMaker,
    receipts: ReceiptShelf | None = None,
    payments: TransferMaker | None = None,
    catalogue: CatalogueFeed | None = None,
) -> FastAPI:
    """Make the ASGI application; it answers kiosks alone and shows nothing to a browser.

    Without ``receipts`` none is taken, without ``payments`` nobody pays by bank, without ``catalogue`` none is copied.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get(POLICY_PATH)
    async def offline_policy(request: Request) -> Response:
        try:
            counter = await known_counter(doorkeeper, request)
            current = await policies.current(counter)
        except NoKeyError:
            raise HTTPException(HTTPStatus.NOT_FOUND) from None
        except (NotReadyError, SQLAlchemyError):
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None
        headers = {"ETag": f'"{current.serial}"', "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
        if _names(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        body = current.body.encode()
        if len(body) > LONGEST_POLICY:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE)
        if _takes_gzip(request.headers.get("accept-encoding", "")):
            body = await asyncio.to_thread(gzip.compress, body, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers, media_type="application/json")

    if receipts is not None:
        _take_receipts(app, doorkeeper, receipts)
    if payments is not None:
        _begin_transfers(app, doorkeeper, payments)
    if catalogue is not None:
        _stream_catalogue(app, doorkeeper, catalogue)
    return app


def _take_receipts(app: FastAPI, doorkeeper: Doorkeeper, receipts: ReceiptShelf) -> None:
    @app.post(RECEIPTS_PATH, status_code=HTTPStatus.CREATED)
    async def share_receipt(request: Request) -> ReceiptAddress:
        try:
            counter = await known_counter(doorkeeper, request)
            receipt = read_receipt(await body_of(request, LONGEST_RECEIPT))
            if receipt is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
            return ReceiptAddress(address=await receipts.put(counter, receipt))
        except TooManyReceiptsError:
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS) from None
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None


def count_uses(app: FastAPI, doorkeeper: Doorkeeper, uses: UseBook) -> None:
    """Take in also what was read in place at kiosks."""

    @app.post(ITEM_USES_PATH)
    async def take_uses(request: Request) -> UsesTaken:
        try:
            counter = await known_counter(doorkeeper, request)
            told = read_uses(await body_of(request, LONGEST_USES))
            if told is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
            return UsesTaken(new=await uses.take(counter, told))
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None


def _begin_transfers(app: FastAPI, doorkeeper: Doorkeeper, payments: TransferMaker) -> None:
    @app.get(PAYMENTS_PATH, status_code=HTTPStatus.NO_CONTENT)
    async def may_pay_by_bank(request: Request) -> None:
        await known_counter(doorkeeper, request)

    @app.post(PAYMENTS_PATH, status_code=HTTPStatus.CREATED)
    async def begin_transfer(request: Request) -> TransferBegun:
        try:
            counter = await known_counter(doorkeeper, request)
            wish = read_wish(await body_of(request, LONGEST_REQUEST))
            if wish is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
            begun = await payments.begin(counter, wish.card)
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None
        if begun is None:
            raise HTTPException(HTTPStatus.CONFLICT)
        return begun


def _stream_catalogue(app: FastAPI, doorkeeper: Doorkeeper, catalogue: CatalogueFeed) -> None:
    @app.get(CHANGES_PATH)
    async def catalogue_changes(request: Request) -> Response:
        wait_s = _number(request.query_params.get("wait", "0"), int(LONGEST_WAIT_S))
        try:
            counter = await known_counter(doorkeeper, request)
            part = await catalogue.changes(counter, request.query_params.get("after", ""), wait_s)
        except LookupError:
            raise HTTPException(HTTPStatus.GONE) from None
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None
        return Response(status_code=HTTPStatus.NO_CONTENT) if part is None else _part(part)

    @app.get(COPY_PATH)
    async def catalogue_copy(request: Request) -> Response:
        after = _number(request.query_params.get("after", "0"), _LARGEST_KEY)
        try:
            return _part(await catalogue.copy(await known_counter(doorkeeper, request), after))
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None


def _part(body: bytes) -> Response:
    return Response(body, headers={"Cache-Control": "private, no-store"}, media_type="application/gzip")


def _number(text: str, largest: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    return min(int(text), largest)


async def known_counter(doorkeeper: Doorkeeper, request: Request) -> Counter:
    """Give the counter of the kiosk that asks; whoever else asks gets 401."""
    counter = await doorkeeper.counter(request)
    if counter is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": 'Basic realm="kiosk"'})
    return counter


async def body_of(request: Request, longest: int) -> bytes:
    """Read what was sent, as long as it is not longer than it may be."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > longest:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body


def _login_of(header: str) -> tuple[str, str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic" or len(value) > _LONGEST_LOGIN:
        return None
    try:
        login, colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (login, password) if colon and "\0" not in login else None


def _is_right(known: KnownTerminal | None, password: str, nobodys_hash: str) -> bool:
    matches = secret_matches(password, nobodys_hash if known is None else known.password_hash)
    return matches and known is not None


def _names(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in header.split(",")}


def _takes_gzip(header: str) -> bool:
    for part in header.split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip().lower() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
