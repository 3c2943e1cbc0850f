"""How a configuration file says where the broker is and how to get in, for kiosk and server alike."""

import ipaddress
import ssl
import stat
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mqtt.errors import SecretFileError
from mqtt.link_values import Account, LinkSettings

Seconds = Annotated[float, Field(gt=0, le=3600)]

PASSWORD_LIMIT = 1024
"""Bytes: a password file that is longer is some other file."""


class BrokerSection(BaseModel):
    """The broker. Relative paths are meant from the folder of the file that this section stands in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    username: str = ""
    """Empty: the program's own name (a kiosk's id)."""
    password_file: Path | None = None
    ca_file: Path | None = None
    """With it the line is TLS and the broker must show a certificate of this authority for ``host``."""
    certificate: Path | None = None
    certificate_key: Path | None = None
    plain_because: str = ""
    """Why an unencrypted line to another machine is acceptable here."""
    keepalive_s: int = Field(default=15, ge=5, le=120)
    connect_timeout_s: Seconds = 10.0
    answer_timeout_s: Seconds = 10.0
    reconnect_min_s: Seconds = 1.0
    reconnect_max_s: Seconds = 30.0

    @model_validator(mode="after")
    def _line_is_safe(self) -> Self:
        if self.ca_file is None and not _is_loopback(self.host) and not self.plain_because.strip():
            raise ValueError("an unencrypted line to another machine needs plain_because, the reason, or ca_file")
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key go together")
        if self.certificate and self.ca_file is None:
            raise ValueError("certificate needs ca_file")
        if self.reconnect_min_s > self.reconnect_max_s:
            raise ValueError("reconnect_min_s is greater than reconnect_max_s")
        return self

    @property
    def tls_is_off(self) -> bool:
        """Whether the line is in the open."""
        return self.ca_file is None

    def resolved(self, folder: Path) -> Self:
        """Return the same with its paths meant from ``folder``."""
        paths = ("password_file", "ca_file", "certificate", "certificate_key")
        return self.model_copy(
            update={name: folder / value for name in paths if (value := getattr(self, name)) is not None}
        )

    def link_settings(
        self, own_name: str, *, session_expiry_s: int, manual_acknowledgement: bool = False
    ) -> LinkSettings:
        """Return how to connect as ``own_name``.

        Raise ``SecretFileError`` when the password or a certificate cannot be used.
        """
        account = None
        if self.password_file:
            account = Account(self.username or own_name, read_password(self.password_file))
        elif self.username:
            account = Account(self.username, "")
        return LinkSettings(
            host=self.host,
            port=self.port,
            client_id=own_name,
            account=account,
            tls=self._tls(),
            keepalive_s=self.keepalive_s,
            connect_timeout_s=self.connect_timeout_s,
            answer_timeout_s=self.answer_timeout_s,
            session_expiry_s=session_expiry_s,
            manual_acknowledgement=manual_acknowledgement,
            reconnect_min_s=self.reconnect_min_s,
            reconnect_max_s=self.reconnect_max_s,
        )

    def _tls(self) -> ssl.SSLContext | None:
        if self.ca_file is None:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self.certificate and self.certificate_key:
                _check_private(self.certificate_key)
                context.load_cert_chain(self.certificate, self.certificate_key)
        except OSError as error:  # ssl.SSLError is one
            raise SecretFileError(str(self.ca_file), f"{type(error).__name__}: {error}") from error
        return context


def read_password(path: Path) -> str:
    """Return the first line of a file that others may not read; raise ``SecretFileError`` for any other file."""
    _check_private(path)
    try:
        with path.open("rb") as file:
            first, _, _ = file.read(PASSWORD_LIMIT + 1).partition(b"\n")
        password = first.removesuffix(b"\r").decode()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretFileError(str(path), type(error).__name__) from error
    if not password or len(first) > PASSWORD_LIMIT:
        raise SecretFileError(str(path), "empty" if not password else "too long")
    return password


def _check_private(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SecretFileError(str(path), type(error).__name__) from error
    if not stat.S_ISREG(mode):
        raise SecretFileError(str(path), "not a file")
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise SecretFileError(str(path), f"mode {stat.S_IMODE(mode):04o} lets others in; use 0600 or 0640")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
