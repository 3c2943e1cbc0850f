"""The server's one file, ``server.toml``: read once, checked whole, frozen."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from library.lending.overrides import OVERRIDABLE
from library.lending.patterns import NumberPatterns
from library.lending.refusals import Refusal
from library.lending.rules import LONGEST_LOAN_DAYS, LendingRules, LoanRule, RulesError
from server.config_alerts import AlertsSection
from server.config_harvest import HarvestSection, LibraryCode
from server.config_mail import MailSection
from settings.toml_file import Section, is_loopback, read_toml

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Port = Annotated[int, Field(ge=0, le=65_535)]
"""A TCP port; 0 takes a free one, which the ready line then tells."""
LONGEST_PUBLIC_URL: Final = 200


_INDEX_ELSEWHERE: Final = Path("catalogue.index")
"""For a store that has no folder of its own."""


class LibrarySection(Section):
    """Whose server this is."""

    code: LibraryCode
    """Also SIP2's institution id (AO)."""
    name: Annotated[str, Field(min_length=1, max_length=120)]
    time_zone: str = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"

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


class StoreSection(Section):
    """Where the library's data stand."""

    url: str
    """SQLAlchemy's form: ``sqlite:///library.db`` (relative to this file) or ``postgresql+psycopg://...``."""

    @field_validator("url")
    @classmethod
    def _known_kind(cls, url: str) -> str:
        try:
            backend = make_url(url).get_backend_name()
        except ArgumentError as error:
            raise ValueError("must look like sqlite:///library.db") from error
        if backend not in {"sqlite", "postgresql"}:
            raise ValueError("must begin with sqlite: or postgresql")
        return url


class CatalogueSection(Section):
    """Where the catalogue's index lies."""

    folder: Path | None = None
    """The server's alone; may be thrown away, for it is made anew from the store. Beside the store without one."""


class LendingSection(Section):
    """The lending rules; a rule for everything is added when none is given."""

    rules: tuple[LoanRule, ...] = ()
    may_override: tuple[Refusal, ...] = tuple(sorted(OVERRIDABLE))
    """The refusals that staff at a kiosk may override with a reason; empty: none."""

    @field_validator("may_override")
    @classmethod
    def _may_be(cls, told: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
        if never := [each for each in told if each not in OVERRIDABLE]:
            can = ", ".join(sorted(OVERRIDABLE))
            raise ValueError(f"{never[0]} is never overridden; what may be: {can}")
        return told

    @field_validator("rules")
    @classmethod
    def _one_for_each_case(cls, rules: tuple[LoanRule, ...]) -> tuple[LoanRule, ...]:
        try:
            LendingRules(rules)
        except RulesError as error:
            case = ", ".join(
                str(part or "every") for part in (error.rule.category, error.rule.item_type, error.rule.place)
            )
            raise ValueError(f"two rules for one category, item_type and place ({case})") from error
        return rules


class SelfCheckSection(Section):
    """The SIP2 service: TLS with certificates on both sides, or plain TCP."""

    host: str = "127.0.0.1"
    port: Port = 6001
    certificate: Path | None = None
    certificate_key: Path | None = None
    client_ca: Path | None = None
    """The authority that signed the kiosks' certificates; a kiosk without one gets no line."""
    plain_because: str = ""
    """Why unencrypted lines from other machines are acceptable here, for example ``WireGuard between all sites``."""
    encoding: Literal["utf-8", "iso-8859-1", "cp850", "ascii"] = "utf-8"
    field_limit: Annotated[int, Field(ge=20, le=60_000)] | None = None
    """Bytes at which titles and words are cut for old terminals (SIP2 itself says 255); nothing is cut without it."""
    connections: Annotated[int, Field(ge=1, le=10_000)] = 256
    """Lines at a time; further ones are closed at once."""
    login_s: Seconds = 30.0
    """How long a line may take to log in."""
    idle_s: Seconds = 900.0
    """How long a line may say nothing; kiosks ask every few minutes."""
    answer_s: Seconds = 10.0
    """How long one answer may take to be made and sent; a line whose answer takes longer is closed."""
    login_attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """Wrong logins after which a line is closed."""
    keep_answers_days: Annotated[int, Field(ge=1, le=365)] = 7
    """How long a kiosk that was away may repeat a message and still get the first answer."""

    @property
    def encrypted(self) -> bool:
        """Whether lines are TLS."""
        return self.certificate is not None

    @model_validator(mode="after")
    def _lines_are_safe(self) -> Self:
        given = [self.certificate, self.certificate_key, self.client_ca]
        if any(given) and not all(given):
            raise ValueError("certificate, certificate_key and client_ca go together")
        if not any(given) and not is_loopback(self.host) and not self.plain_because.strip():
            raise ValueError(
                "other machines need certificate, certificate_key and client_ca, or plain_because, the reason"
            )
        return self


class FleetSection(Section):
    """Where kiosks report: the MQTT broker, and the store of what they said."""

    store: str = "sqlite:///fleet.db"
    broker_host: str = "127.0.0.1"
    broker_port: Annotated[int, Field(ge=1, le=65_535)] = 1883
    broker_login: str = ""
    broker_password_file: Path | None = None
    broker_ca: Path | None = None
    """TLS when given; a broker on another machine needs it."""

    @model_validator(mode="after")
    def _line_is_safe(self) -> Self:
        if self.broker_ca is None and not is_loopback(self.broker_host):
            raise ValueError("a broker on another machine needs broker_ca, the authority that signed its certificate")
        return self


class WebSection(Section):
    """The pages; they have no users yet, so only this machine may reach them."""

    host: str = "127.0.0.1"
    port: Port = 8080
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    """Host names (no port) under which browsers may ask."""

    @field_validator("host")
    @classmethod
    def _this_machine_alone(cls, host: str) -> str:
        if not is_loopback(host):
            raise ValueError(
                "must be 127.0.0.1, ::1 or localhost: the pages have no users yet, put a proxy before them"
            )
        return host


class OfflineSection(Section):
    """What kiosks may lend while they have no line; they fetch it from the listener of ``kiosk_api``."""

    max_items: Annotated[int, Field(ge=0, le=1000)] = 3
    """Items of one card until the line is back; 0: kiosks lend nothing alone."""
    loan_days: Annotated[int, Field(ge=0, le=LONGEST_LOAN_DAYS)] | None = None
    """Days promised; the shortest of the rules for the place without it."""
    good_for_hours: Annotated[int, Field(ge=1, le=24 * 60)] = 72
    """How long a kiosk may go by what it fetched last."""
    lends_undated: bool = False
    """Whether a kiosk whose clock was never set lends, with no due date."""


class KioskApiSection(Section):
    """The HTTPS listener for kiosks; off without a port."""

    host: str = "127.0.0.1"
    port: Port | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    client_ca: Path | None = None
    """The authority that signed the kiosks' certificates; without it kiosks show their SIP2 login and password."""

    @model_validator(mode="after")
    def _kiosks_are_safe(self) -> Self:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key go together")
        if self.certificate is None and self.client_ca is not None:
            raise ValueError("client_ca needs certificate and certificate_key")
        if self.certificate is None and not is_loopback(self.host):
            raise ValueError("other machines need certificate and certificate_key")
        return self


class PublicSection(Section):
    """A listener for anybody, behind a proxy of this machine or with a certificate; off without ``public_url``."""

    public_url: str = ""
    """How others reach the listener below: ``https://name`` or ``https://name:port``."""
    host: str = "127.0.0.1"
    port: Port = 0
    certificate: Path | None = None
    certificate_key: Path | None = None

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        if url and not _is_public(url):
            raise ValueError("must look like https://name or https://name:port")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _listener_is_safe(self) -> Self:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key go together")
        if self.certificate is None and not is_loopback(self.host):
            raise ValueError("other machines need certificate and certificate_key, or a proxy on this one")
        return self


class ReceiptsSection(PublicSection):
    """The page on which a telephone shows a receipt for a day."""

    port: Port = 8082


class OaiSection(PublicSection):
    """The catalogue for other systems (OAI-PMH)."""

    port: Port = 8083
    admin_email: Annotated[str, Field(pattern=r"^(\S{1,64}@\S{1,190})?$")] = ""
    """Whom a harvester's people may write to; the protocol wants one."""

    @model_validator(mode="after")
    def _somebody_answers(self) -> Self:
        if self.public_url and not self.admin_email:
            raise ValueError("public_url needs admin_email, which every harvester is told")
        return self


class PaymentSection(Section):
    """The library's account, to which readers transfer what they owe; off without ``bank``."""

    bank: Annotated[str, Field(pattern="^([0-9]{6})?$")] = ""
    """The bank's number with NAPAS, six digits."""
    bank_name: Annotated[str, Field(max_length=60)] = ""
    """As readers know it, for the screen."""
    account: Annotated[str, Field(pattern="^([0-9A-Za-z]{1,19})?$")] = ""
    holder: Annotated[str, Field(max_length=80)] = ""
    """Whose account it is, as the bank's app shows it."""

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        given = [self.bank, self.bank_name.strip(), self.account, self.holder.strip()]
        if any(given) and not all(given):
            raise ValueError("bank, bank_name, account and holder go together")
        return self


class CitizensSection(Section):
    """Readers who are found by the QR code of their citizen card; off without ``key_file``."""

    key_file: Path | None = None
    """The key of the digests that are kept of the numbers; made where there is none (0600), and to be kept safe."""


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        bare = parts.path in {"", "/"} and not parts.query and not parts.fragment and parts.username is None
        return secure and bool(parts.hostname) and parts.port != 0 and bare and len(url) <= LONGEST_PUBLIC_URL
    except ValueError:  # brackets or a port that cannot be
        return False


class ServerConfig(Section):
    """The whole of ``server.toml``."""

    schema_version: Literal[1]
    library: LibrarySection
    store: StoreSection
    catalogue: CatalogueSection = Field(default_factory=CatalogueSection)
    lending: LendingSection = Field(default_factory=LendingSection)
    numbers: NumberPatterns = Field(default_factory=NumberPatterns)
    selfcheck: SelfCheckSection = Field(default_factory=SelfCheckSection)
    fleet: FleetSection = Field(default_factory=FleetSection)
    web: WebSection = Field(default_factory=WebSection)
    offline: OfflineSection = Field(default_factory=OfflineSection)
    kiosk_api: KioskApiSection = Field(default_factory=KioskApiSection)
    receipts: ReceiptsSection = Field(default_factory=ReceiptsSection)
    oai: OaiSection = Field(default_factory=OaiSection)
    payment: PaymentSection = Field(default_factory=PaymentSection)
    harvest: tuple[HarvestSection, ...] = ()
    citizens: CitizensSection = Field(default_factory=CitizensSection)
    mail: MailSection = Field(default_factory=MailSection)
    alerts: AlertsSection = Field(default_factory=AlertsSection)

    @field_validator("harvest")
    @classmethod
    def _one_for_each_name(cls, told: tuple[HarvestSection, ...]) -> tuple[HarvestSection, ...]:
        names = [each.source for each in told]
        if len(set(names)) < len(names):
            raise ValueError("two have the same source")
        return told

    @model_validator(mode="after")
    def _letters_have_a_mail_server(self) -> Self:
        if self.alerts.mail_to and not self.mail.host:
            raise ValueError("alerts.mail_to needs mail.host, the library's mail server")
        return self

    @property
    def rules(self) -> LendingRules:
        """The lending rules, ready for use."""
        return LendingRules(self.lending.rules, self.lending.may_override)

    @property
    def index_folder(self) -> Path:
        """Where the catalogue's index lies."""
        if self.catalogue.folder is not None:
            return self.catalogue.folder
        url = make_url(self.store.url)
        file = url.database if url.get_backend_name() == "sqlite" else None
        return Path(file).with_suffix(".index") if file else _INDEX_ELSEWHERE


def load(path: Path) -> ServerConfig:
    """Read and check the file; relative paths and SQLite files in it are meant from the file's own folder.

    Raise ``settings.errors.FaultyFileError`` when the file is absent, not TOML, or wrong in at least one key; all
    faults are named at once, an unknown key with the nearest valid one.
    """
    config = read_toml(path, ServerConfig)
    folder = path.resolve().parent
    catalogue = config.catalogue
    if catalogue.folder is None and make_url(config.store.url).get_backend_name() != "sqlite":
        catalogue = CatalogueSection(folder=folder / _INDEX_ELSEWHERE)
    store = config.store.model_copy(update={"url": _from_folder(config.store.url, folder)})
    fleet = config.fleet.model_copy(update={"store": _from_folder(config.fleet.store, folder)})
    return config.model_copy(update={"store": store, "fleet": fleet, "catalogue": catalogue})


def _from_folder(url: str, folder: Path) -> str:
    kind, slashes, file = url.partition("sqlite:///")
    return url if kind or not slashes else f"{slashes}{folder / file}"
