"""The kiosk's one file, ``kiosk.toml``: read once, checked whole, frozen."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from kiosk.session.limits import Limits
from kiosk.session.values import Device, Language
from library.lending.patterns import NumberPatterns
from settings.toml_file import Section, is_loopback, read_toml

Seconds = Annotated[float, Field(gt=0, le=3600)]
AfiByte = Annotated[int, Field(ge=0, le=0xFF)]


class LibrarySystemSection(Section):
    """How to reach the library system over SIP2."""

    url: str
    """``sip2+tls://host:port``, or ``sip2://host:port`` to loopback or with ``plain_because``."""
    profile: Literal["own", "koha", "generic"] = "own"
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
    give_up_s: Seconds = 25.0
    """How long a loan whose answer was lost may be asked about before it is called unknown."""

    @property
    def parts(self) -> SplitResult:
        """The URL, split."""
        return urlsplit(self.url)

    @property
    def encrypted(self) -> bool:
        """Whether the line is TLS."""
        return self.parts.scheme == "sip2+tls"

    @model_validator(mode="after")
    def _line_is_safe(self) -> Self:
        parts = self.parts
        if parts.scheme not in {"sip2", "sip2+tls"} or not parts.hostname or not parts.port:
            raise ValueError("url must look like sip2+tls://host:port or sip2://host:port")
        if self.encrypted and self.server_ca is None:
            raise ValueError("sip2+tls needs server_ca, the file with the certificate authority of the library system")
        if self.encrypted and (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key go together")
        if not self.encrypted and not is_loopback(parts.hostname) and not self.plain_because.strip():
            raise ValueError("an unencrypted line to another machine needs plain_because, the reason")
        return self


class DevicesSection(Section):
    """The devices by role, each a URL of the drivers' registry."""

    pad: str
    scanner: str
    printer: str | None = None

    def urls(self) -> dict[Device, str]:
        """Give the URL of every configured device."""
        found = {Device.PAD: self.pad, Device.SCANNER: self.scanner}
        return found if self.printer is None else {**found, Device.PRINTER: self.printer}

    def models(self) -> dict[Device, str]:
        """Give the driver's name (the URL's scheme) of every configured device."""
        return {device: urlsplit(url).scheme for device, url in self.urls().items()}


class TagsSection(Section):
    """What the tags of this library look like."""

    owners: tuple[str, ...] = Field(min_length=1)
    """Owner library codes (ISIL, like ``VN-QN01``) whose tags may be read as ours and written."""
    secured_afi: AfiByte = 0x07
    on_loan_afi: AfiByte = 0xC2

    @model_validator(mode="after")
    def _alarm_pair_differs(self) -> Self:
        if self.secured_afi == self.on_loan_afi:
            raise ValueError("secured_afi and on_loan_afi must differ")
        return self


class SessionSection(Section):
    """The session's times, in seconds."""

    idle_s: Seconds = 60.0
    warning_s: Annotated[float, Field(ge=20, le=300)] = 20.0
    card_wait_s: Seconds = 45.0
    message_s: Seconds = 8.0
    finished_s: Seconds = 25.0
    lost_wait_s: Seconds = 10.0
    """How long items wait for a library system or pad that was lost during a visit before they are called not lent."""
    alarm_tries: Annotated[int, Field(ge=1, le=10)] = 3

    def limits(self, language: Language, devices: Iterable[Device]) -> Limits:
        """Give the session's limits; the devices that it cannot do without are the configured ones but the printer."""
        return Limits(
            idle_s=self.idle_s,
            warning_s=self.warning_s,
            card_wait_s=self.card_wait_s,
            message_s=self.message_s,
            finished_s=self.finished_s,
            lost_wait_s=self.lost_wait_s,
            alarm_tries=self.alarm_tries,
            default_language=language,
            essential=frozenset(devices) - {Device.PRINTER},
        )


class ScreenSection(Section):
    """The panel and how the window stands on it."""

    panel: str = "7in-1024x600"
    fullscreen: bool = True


class AgentSection(Section):
    """Where the agent listens (a Unix socket)."""

    socket: Path


class KioskConfig(Section):
    """The whole of ``kiosk.toml``."""

    schema_version: Literal[1]
    kiosk_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,62}$")]
    site_name: Annotated[str, Field(min_length=1, max_length=120)]
    help_words: Annotated[str, Field(max_length=200)] = ""
    """Where help is, shown when the kiosk is out of order, for example a desk or a telephone number."""
    language: Language = Language.VIETNAMESE
    time_zone: str = "Asia/Ho_Chi_Minh"
    state_folder: Path
    library_system: LibrarySystemSection
    devices: DevicesSection
    tags: TagsSection
    numbers: NumberPatterns = NumberPatterns()
    session: SessionSection = SessionSection()
    screen: ScreenSection = ScreenSection()
    agent: AgentSection

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"there is no time zone {name!r}; one is Asia/Ho_Chi_Minh") from error
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The library's time zone."""
        return ZoneInfo(self.time_zone)


def load(path: Path) -> KioskConfig:
    """Read and check the file; relative paths in it are meant from the file's own folder.

    Raises:
        FaultyFileError: the file is absent, not TOML, or wrong in at least one key; all faults are named at once.

    """
    return read_toml(path, KioskConfig)
