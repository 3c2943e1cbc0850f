"""The kiosk's one file, ``kiosk.toml``: read once, checked whole, frozen."""

import difflib
import ipaddress
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from kiosk.errors import KioskError
from kiosk.session.limits import Limits
from kiosk.session.values import Device, Language
from library.lending.patterns import NumberPatterns

Seconds = Annotated[float, Field(gt=0, le=3600)]
AfiByte = Annotated[int, Field(ge=0, le=0xFF)]


class ConfigurationError(KioskError):
    """The file cannot be used; ``problems`` holds one line for each fault, ready for a person."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__(f"{path}: " + "; ".join(problems))
        self.path = path
        self.problems = problems


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


ModelT = TypeVar("ModelT", bound=_Section)


class LibrarySystemSection(_Section):
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
        if not self.encrypted and not _is_loopback(parts.hostname) and not self.plain_because.strip():
            raise ValueError("an unencrypted line to another machine needs plain_because, the reason")
        return self


class DevicesSection(_Section):
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


class TagsSection(_Section):
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


class SessionSection(_Section):
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


class ScreenSection(_Section):
    """The panel and how the window stands on it."""

    panel: str = "7in-1024x600"
    fullscreen: bool = True


class AgentSection(_Section):
    """Where the agent listens (a Unix socket)."""

    socket: Path


class KioskConfig(_Section):
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
        ConfigurationError: the file is absent, not TOML, or wrong in at least one key; all faults are named at once.

    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(path, (f"cannot be read ({type(error).__name__})",)) from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(path, (f"is not TOML: {error}",)) from error
    try:
        config = KioskConfig.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError(path, tuple(_in_words(fault) for fault in error.errors())) from error
    return _from_folder(config, path.resolve().parent)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_words(fault: Any) -> str:
    keys = [str(part) for part in fault["loc"]]
    name = ".".join(keys)
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], _keys_at(keys[:-1]), n=1, cutoff=0)
        return f"{name}: unknown key; the nearest valid key is {near[0]!r}" if near else f"{name}: unknown key"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


def _keys_at(keys: list[str]) -> list[str]:
    model: Any = KioskConfig
    for key in keys:
        model = model.model_fields[key].annotation
    return sorted(model.model_fields)


def _from_folder(model: ModelT, folder: Path) -> ModelT:
    changed: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Path):
            changed[name] = folder / value
        elif isinstance(value, _Section):
            changed[name] = _from_folder(value, folder)
    return model.model_copy(update=changed)
