"""TLS for SIP2: both sides show a certificate."""

import ssl
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from server.config import SelfCheckSection
from settings.errors import SecretFileError
from settings.secret_file import check_private


def server_context(settings: SelfCheckSection) -> ssl.SSLContext | None:
    """Make the context; ``None`` for a service on plain TCP. Raise ``SecretFileError`` where a file is of no use."""
    if settings.certificate is None or settings.certificate_key is None or settings.client_ca is None:
        return None
    return context_of(settings.certificate, settings.certificate_key, settings.client_ca)


def context_of(certificate: Path, key: Path, client_ca: Path | None) -> ssl.SSLContext:
    """Make a server's context; with ``client_ca`` nobody comes in without a certificate that it signed.

    Raise ``SecretFileError`` where a file is of no use.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    check_private(key)
    _load(certificate, lambda: context.load_cert_chain(certificate, key))
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        _load(client_ca, lambda: context.load_verify_locations(client_ca))
    return context


def common_name(certificate: Mapping[str, Any] | None) -> str | None:
    """Give the subject's common name from ``SSLSocket.getpeercert()``."""
    subject: Iterable[Iterable[tuple[str, str]]] = (certificate or {}).get("subject", ())
    return next((value for part in subject for key, value in part if key == "commonName"), None)


def _load(path: Path, load: Callable[[], object]) -> None:
    try:
        load()
    except OSError as error:  # ssl.SSLError is one
        raise SecretFileError(path, f"cannot be used ({type(error).__name__})") from error
