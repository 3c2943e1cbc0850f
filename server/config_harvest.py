"""Whose catalogues are harvested, as ``server.toml`` says it."""

from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from settings.toml_file import Section

LibraryCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/:-]{0,15}$")]
"""ISIL-shaped (ISO 15511)."""
LONGEST_ADDRESS: Final = 500
MOST_BRANCHES: Final = 500
SOURCE_NAME: Final = "^[a-z0-9][a-z0-9-]{0,31}$"


class HarvestSection(Section):
    """Another library's catalogue (OAI-PMH), of which this one shows what it holds."""

    source: Annotated[str, Field(pattern=SOURCE_NAME)]
    """A short name of ours for it; its records keep it, so it stays."""
    url: Annotated[str, Field(max_length=LONGEST_ADDRESS)]
    """Its OAI-PMH address; of a Koha ``https://name/cgi-bin/koha/oai.pl``."""
    library: LibraryCode
    """The code of the library whose copies they are."""
    name: Annotated[str, Field(min_length=1, max_length=120)]
    """Its name, as readers see it."""
    prefix: Literal["marcxml", "oai_dc"] = "marcxml"
    """The form; only ``marcxml`` tells copies."""
    set: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.!~*'():-]{0,200}$")] = ""
    """A part of its catalogue alone, by the name that it has there; empty: everything."""
    branches: Annotated[dict[Annotated[str, Field(max_length=64)], LibraryCode], Field(max_length=MOST_BRANCHES)] = (
        Field(default_factory=dict)
    )
    """Codes of its branches, and of which of our places or libraries they are; others count as ``library``."""
    told: bool = False
    """Whether what it says of a copy's being in is fresh enough to be shown; else readers ask there."""
    every_hours: Annotated[float, Field(ge=0.25, le=24 * 31)] = 24
    """How often the running server asks what changed; it asks by ``library-server harvest`` too."""
    full_every_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How often everything is asked for, which finds what went without a word."""
    pause_s: Annotated[float, Field(ge=0, le=600)] = 1.0
    """Between two requests."""

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if not is_web_address(url):
            raise ValueError("must look like https://name/path, without a login in it")
        return url

    @model_validator(mode="after")
    def _names_a_list(self) -> Self:
        if self.source == "local":
            raise ValueError("local is the source of this library's own records")
        return self


def is_web_address(url: str) -> bool:
    """Tell whether something is an address of http or https, with a host, without a login and a fragment."""
    try:
        parts = urlsplit(url)
        plain = parts.username is None and not parts.fragment and parts.port != 0
    except ValueError:  # brackets or a port that cannot be
        return False
    seen = url.isascii() and url.isprintable() and " " not in url
    return seen and plain and parts.scheme in {"http", "https"} and bool(parts.hostname)
