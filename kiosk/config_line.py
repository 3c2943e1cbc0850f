"""The part of ``kiosk.toml`` that says how the library system is reached."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, model_validator

from settings.toml_file import Section, is_loopback

Seconds = Annotated[float, Field(gt=0, le=3600)]


class LibrarySystemSection(Section):
    """How to reach the library system over SIP2."""

    url: str
    """``sip2+tls://host:port``, or ``sip2://host:port`` to loopback or with ``plain_because``."""
    profile: Literal["own", "koha", "evergreen", "generic"] = "own"
    differences: dict[str, str | int | float | bool | list[str]] = Field(default_factory=dict)
    """What of the profile is different here, as ``kiosk probe`` proposes it."""
    login: str = ""
    password_file: Path | None = None
    institution: str = ""
    location: str = ""
    server_ca: Path | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    plain_because: str = ""
    """Why an unencrypted line to another machine is acceptable here, for example ``stunnel on this host``."""
    answer_s: Seconds = 5.0
    """How long one message may take from its first byte to its answer's last."""
    give_up_s: Seconds = 10.0
    """How long a loan whose answer was lost may be asked about before it is called unknown."""

    @property
    def parts(self) -> SplitResult:
        """The URL, split."""
        return urlsplit(self.url)

    @property
    def encrypted(self) -> bool:
        """Whether the line is TLS."""
        return self.parts.scheme == "sip2+tls"

    @property
    def is_in_the_open(self) -> bool:
        """Whether what is said goes over a network without encryption."""
        return not self.encrypted and not is_loopback(self.parts.hostname or "")

    @model_validator(mode="after")
    def _line_is_safe(self) -> Self:
        parts = self.parts
        if parts.scheme not in {"sip2", "sip2+tls"} or not parts.hostname or not parts.port:
            raise ValueError("url must look like sip2+tls://host:port or sip2://host:port")
        if self.encrypted and self.server_ca is None:
            raise ValueError("sip2+tls needs server_ca, the file with the certificate authority of the library system")
        if self.encrypted and (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key go together")
        if self.is_in_the_open and not self.plain_because.strip():
            raise ValueError("an unencrypted line to another machine needs plain_because, the reason")
        return self
