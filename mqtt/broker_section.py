"""How a configuration file says where the broker is and how to get in, for kiosk and server alike."""

import ssl
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from mqtt.link_values import Account, LinkSettings
from settings.errors import SecretFileError
from settings.secret_file import check_private, read_secret
from settings.toml_file import Section, is_loopback

Seconds = Annotated[float, Field(gt=0, le=3600)]


class BrokerSection(Section):
    """The broker. Relative paths are meant from the folder of the file that this section stands in."""

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
        if self.is_in_the_open and not self.plain_because.strip():
            raise ValueError("an unencrypted line to another machine needs plain_because, the reason, or ca_file")
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key go together")
        if self.certificate and self.ca_file is None:
            raise ValueError("certificate needs ca_file")
        if self.reconnect_min_s > self.reconnect_max_s:
            raise ValueError("reconnect_min_s is greater than reconnect_max_s")
        return self

    @property
    def is_in_the_open(self) -> bool:
        """Whether what is said goes over a network without encryption."""
        return self.ca_file is None and not is_loopback(self.host)

    def link_settings(
        self, own_name: str, *, session_expiry_s: int, manual_acknowledgement: bool = False
    ) -> LinkSettings:
        """Return how to connect as ``own_name``.

        Raise ``SecretFileError`` when the password or a certificate cannot be used.
        """
        account = None
        if self.password_file:
            account = Account(self.username or own_name, read_secret(self.password_file))
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
                check_private(self.certificate_key)
                context.load_cert_chain(self.certificate, self.certificate_key)
        except OSError as error:  # ssl.SSLError is one
            raise SecretFileError(self.ca_file, f"{type(error).__name__}: {error}") from error
        return context
