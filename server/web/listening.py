"""The server's HTTP listeners: uvicorn without its own ideas of signals and logging."""

import contextlib
import ssl
from collections.abc import Callable, Iterator
from typing import Final

import uvicorn
from fastapi import FastAPI

from server.config import KioskApiSection, PublicSection
from server.selfcheck.tls import context_of
from server.web.kiosk_api import CertifiedProtocol

_GOODBYE_S: Final = 5
_HEADERS_AT_MOST: Final = 16 * 1024
"""Bytes of a request before its body."""
_STRANGERS_AT_MOST: Final = 200


class Listener(uvicorn.Server):
    """Serves until ``should_exit`` is set; leaves SIGTERM and SIGINT to the server's own program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class PagesListener(Listener):
    """Serves the pages."""

    def __init__(self, make: Callable[[Callable[[], bool]], FastAPI]) -> None:
        super().__init__(
            uvicorn.Config(
                make(lambda: self.should_exit),
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                server_header=False,
                timeout_graceful_shutdown=_GOODBYE_S,
            )
        )


class KioskListener(Listener):
    """Serves kiosks, over TLS where there is a certificate. Raise ``SecretFileError`` where it cannot be used."""

    def __init__(self, app: FastAPI, settings: KioskApiSection) -> None:
        config = uvicorn.Config(
            app,
            http=CertifiedProtocol,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=False,  # else whoever asks could name another address to the throttle
            h11_max_incomplete_event_size=_HEADERS_AT_MOST,
            timeout_graceful_shutdown=_GOODBYE_S,
        )
        config.load()
        config.ssl = kiosk_context(settings)
        super().__init__(config)


class PublicListener(Listener):
    """Serves anybody: receipts, or the catalogue. Raise ``SecretFileError`` where the certificate cannot be used."""

    def __init__(self, app: FastAPI, settings: PublicSection) -> None:
        config = uvicorn.Config(
            app,
            http="h11",
            log_config=None,
            access_log=False,  # an address is a receipt's only key
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=_HEADERS_AT_MOST,
            limit_concurrency=_STRANGERS_AT_MOST,
            timeout_graceful_shutdown=_GOODBYE_S,
        )
        config.load()
        if settings.certificate is not None and settings.certificate_key is not None:
            config.ssl = context_of(settings.certificate, settings.certificate_key, None)
        super().__init__(config)


def kiosk_context(settings: KioskApiSection) -> ssl.SSLContext | None:
    """Make the TLS context of the kiosks' listener; ``None`` for one on plain TCP, which is loopback alone."""
    if settings.certificate is None or settings.certificate_key is None:
        return None
    return context_of(settings.certificate, settings.certificate_key, settings.client_ca)
