"""Section ``[mail]`` of ``server.toml``: the mail server that takes the library's letters."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from settings.toml_file import Section, is_loopback


class MailSection(Section):
    """Receipts by e-mail; off without ``host``."""

    host: Annotated[str, Field(max_length=253)] = ""
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    """``starttls`` (port 587), ``tls`` from the first byte (port 465); ``none`` to this machine alone."""
    server_ca: Path | None = None
    """The authority that signed the mail server's certificate; those of the system without it."""
    user: Annotated[str, Field(max_length=254)] = ""
    """Empty: no login."""
    password_file: Path | None = None
    """In a file that only its owner may read."""
    sender: Annotated[str, Field(pattern=r"^([!-~]{1,64}@[!-~]{1,190})?$")] = ""
    """From whom the letters are: an address of the library."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("host needs sender, the library's own address")
        if bool(self.user) != (self.password_file is not None):
            raise ValueError("user and password_file go together")
        if self.host and self.security == "none" and not is_loopback(self.host):
            raise ValueError("a mail server on another machine needs security starttls or tls")
        return self
