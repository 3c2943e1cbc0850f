"""The kiosk's one file, ``kiosk.toml``: read once, checked whole, frozen."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from drivers.card.card_number import CardForm, CardNumberRule, TypedForm
from drivers.rfid.tagdata.alarm import AlarmScheme
from drivers.rfid.tagdata.content import TagFormat
from drivers.rfid.tagdata.rules import DEFAULT_RULES, TagRules
from drivers.scheme import scheme_of
from kiosk.config_line import LibrarySystemSection, Seconds
from kiosk.config_services import (
    BlackBoxSection,
    CatalogueSection,
    OfflineSection,
    ReceiptsSection,
    ReturnsSection,
    ServicesSection,
)
from kiosk.config_staff import OpeningSection, StaffSection
from kiosk.session.limits import Limits
from kiosk.session.receipt_rules import ReceiptKind
from kiosk.session.values import Device, Language
from library.lending.patterns import NumberPatterns
from settings.toml_file import Section, read_toml

CAMERAS = frozenset({"camera", "picamera"})
"""Drivers of scanners that show what they see."""
AfiByte = Annotated[int, Field(ge=0, le=0xFF)]


class DevicesSection(Section):
    """The devices by family, each a URL of the drivers' registry; any that the kiosk has, and none twice."""

    rfid: str | None = None
    """The pad on which patrons lay books."""
    barcode: str | tuple[str, ...] = ()
    """A scanner or camera, or several side by side."""
    card: str | None = None
    """A reader of patron cards."""
    printer: str | None = None
    gpio: str | None = None
    """Lights, buzzer, switches and sensors on the board's pins."""

    @model_validator(mode="after")
    def _serves(self) -> Self:
        if not self.scanners and self.card is None:
            raise ValueError("nothing reads cards: barcode or card is needed")
        if not self.scanners and self.rfid is None:
            raise ValueError("nothing reads books: rfid or barcode is needed")
        urls = [url for each in self.urls().values() for url in each]
        if len(set(urls)) < len(urls):
            raise ValueError("two devices have the same URL")
        return self

    @property
    def scanners(self) -> tuple[str, ...]:
        """Every barcode scanner."""
        return (self.barcode,) if isinstance(self.barcode, str) else self.barcode

    @property
    def has_camera(self) -> bool:
        """Say whether labels are held before a camera."""
        return any(scheme_of(url) in CAMERAS for url in self.scanners)

    def urls(self) -> dict[Device, tuple[str, ...]]:
        """Give the URLs of every device that the kiosk has, by its role."""
        named = {
            Device.PAD: self.rfid,
            Device.PRINTER: self.printer,
            Device.CARD_READER: self.card,
            Device.BOARD: self.gpio,
        }
        single = {device: (url,) for device, url in named.items() if url is not None}
        return single | ({Device.SCANNER: self.scanners} if self.scanners else {})

    def models(self) -> dict[Device, str]:
        """Give the drivers' names (the URLs' schemes) of every device that the kiosk has."""
        return {device: " ".join(urlsplit(url).scheme for url in urls) for device, urls in self.urls().items()}


class OwnerSection(Section):
    """A library of the network, beside those that are named by their identifier alone."""

    isil: Annotated[str, Field(min_length=1, max_length=16)]
    """As it stands on the tags; ``VN-QN02``."""
    name: Annotated[str, Field(max_length=40)] = ""
    """What the library is called on the screen, where it must be told from others; else it goes by its identifier."""
    item_prefix: str = ""
    """Put before this library's own numbers, on tags that name it and on labels, to make the number by which the
    library system knows the item."""
    since: date | None = None
    former: bool = False
    """An earlier identifier of this library itself: its tags may be written anew at the tagging station."""
    until: date | None = None
    """The last day on which this owner's tags are ours: for the identifier of a library that is no more."""

    def holds(self, today: date) -> bool:
        """Say whether tags of this owner are ours on that day."""
        return (self.since is None or self.since <= today) and (self.until is None or today <= self.until)


class TagsSection(Section):
    """What the tags of this library look like."""

    owners: tuple[str | OwnerSection, ...] = Field(min_length=1)
    """The libraries whose tags may be read as ours and written: own, members of the network, former identifiers.

    An empty text stands for tags that name no owner.
    """
    alarm: Literal["afi", "eas", "afi+eas"] = "afi"
    secured_afi: AfiByte = 0x07
    on_loan_afi: AfiByte = 0xC2
    formats: tuple[TagFormat, ...] = ()
    """The data models that are believed; empty: all but a bare number in the EPC, which ``epc_pattern`` turns on."""
    epc_pattern: re.Pattern[str] | None = None
    """For UHF tags that hold nothing but a number: fits the whole EPC (as text, else in hexadecimal), one group."""

    @model_validator(mode="after")
    def _alarm_pair_differs(self) -> Self:
        if self.secured_afi == self.on_loan_afi:
            raise ValueError("secured_afi and on_loan_afi must differ")
        self.rules()
        names = [owner.isil for owner in self._all()]
        if len(set(names)) < len(names):
            raise ValueError("an owner is listed twice")
        return self

    @property
    def scheme(self) -> AlarmScheme:
        """What a tag's alarm is."""
        afi = None if self.alarm == "eas" else (self.secured_afi, self.on_loan_afi)
        return AlarmScheme(afi, eas=self.alarm != "afi")

    def rules(self) -> TagRules:
        """Say what is believed of a tag's memory."""
        usual = DEFAULT_RULES.accepted | ({TagFormat.RAW_EPC} if self.epc_pattern is not None else frozenset())
        return TagRules(frozenset(self.formats) or usual, self.epc_pattern)

    def owner(self, isil: str, today: date) -> OwnerSection | None:
        """Give the library of the network that goes by this identifier on that day."""
        return next((owner for owner in self._all() if owner.isil == isil and owner.holds(today)), None)

    def libraries(self, today: date) -> tuple[OwnerSection, ...]:
        """Give the libraries of the network on that day; tags that name none (an empty identifier) come last."""
        held = (owner for owner in self._all() if owner.holds(today))
        return tuple(sorted(held, key=lambda owner: not owner.isil))

    def _all(self) -> tuple[OwnerSection, ...]:
        return tuple(_owner(each) if isinstance(each, str) else each for each in self.owners)


def _owner(isil: str) -> OwnerSection:
    return OwnerSection.model_construct(isil=isil)


class CardsSection(Section):
    """How the number of a patron is made of what a card reader reads; the labels that scanners read are as printed."""

    form: CardForm = CardForm.UPPER_HEX
    first_bytes: int = 0
    last_bytes: int = 0
    reversed: bool = False
    digits: int = 0
    separator: str = ","
    pattern: str = ""
    typed: TypedForm = TypedForm.TEXT
    typed_bytes: int = 0

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        self.rule()
        return self

    def rule(self) -> CardNumberRule:
        """Give the rule."""
        return CardNumberRule(**self.model_dump())


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
        """Give the session's limits for a kiosk with these devices.

        A card must be read by scanner or card reader. Items are lent by their tags where there is a pad, for without
        it no alarm goes off; else by their labels.
        """
        there = frozenset(devices)
        cards = there & {Device.SCANNER, Device.CARD_READER}
        items = there & {Device.PAD} or there & {Device.SCANNER}
        return Limits(
            idle_s=self.idle_s,
            warning_s=self.warning_s,
            card_wait_s=self.card_wait_s,
            message_s=self.message_s,
            finished_s=self.finished_s,
            lost_wait_s=self.lost_wait_s,
            alarm_tries=self.alarm_tries,
            default_language=language,
            needs=tuple(dict.fromkeys((cards, items))),
        )


class ScreenSection(Section):
    """The panel and how the window stands on it."""

    panel: str = "7in-1024x600"
    dark_after_s: Annotated[float, Field(ge=0, le=86400)] = 900.0
    """After so long without anybody the screen goes dark; a touch, a card or the presence sensor wakes it; 0: never."""
    fullscreen: bool = True


class ReceiptSection(Section):
    """What stands on a receipt beside the loans."""

    logo: Path | None = None
    """A PNG that stands above; one that cannot be read is left out."""
    code: Annotated[str, Field(max_length=300)] = ""
    """What a telephone reads at the foot, for example the library's page; never anything of a patron."""
    code_label: Annotated[str, Field(max_length=60)] = ""


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
    tags: TagsSection = TagsSection(owners=("",))
    """Needed with a pad."""
    cards: CardsSection = CardsSection()
    numbers: NumberPatterns = NumberPatterns()
    services: ServicesSection = ServicesSection()
    returns: ReturnsSection = ReturnsSection()
    offline: OfflineSection = OfflineSection()
    session: SessionSection = SessionSection()
    screen: ScreenSection = ScreenSection()
    receipt: ReceiptSection = ReceiptSection()
    receipts: ReceiptsSection = ReceiptsSection()
    black_box: BlackBoxSection = BlackBoxSection()
    staff: StaffSection = StaffSection()
    opening: OpeningSection = OpeningSection()
    catalogue: CatalogueSection = CatalogueSection()
    agent: AgentSection

    @model_validator(mode="after")
    def _tags_have_owners(self) -> Self:
        if self.devices.rfid is not None and "tags" not in self.model_fields_set:
            raise ValueError("tags: a kiosk with a pad needs the owner codes whose tags are ours")
        return self

    @model_validator(mode="after")
    def _receipts_have_a_server(self) -> Self:
        if {ReceiptKind.QR, ReceiptKind.EMAIL} & set(self.receipts.kinds) and not self.offline.policy_url:
            raise ValueError("receipts.kinds: qr and email need offline.policy_url, where our server answers kiosks")
        return self

    @model_validator(mode="after")
    def _citizens_have_a_server(self) -> Self:
        if self.services.citizen_card and not (self.library_system.profile == "own" and self.offline.policy_url):
            raise ValueError("services.citizen_card: needs our own server, at offline.policy_url")
        return self

    @model_validator(mode="after")
    def _catalogue_has_a_server(self) -> Self:
        if self.catalogue.search and not (self.catalogue.url or self.offline.policy_url):
            raise ValueError(
                "catalogue.search: needs catalogue.url or offline.policy_url, where our server answers kiosks"
            )
        return self

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

    def limits(self) -> Limits:
        """Give the session's numbers, with what is offered, where a PIN is wanted, and the bins."""
        services = self.services
        return replace(
            self.session.limits(self.language, self.devices.urls()),
            services=services.offered,
            pin_for=services.pin_for,
            pin_tries=services.pin_tries,
            pin_lock_s=services.pin_lock_s,
            types_card=services.type_card,
            card_letters=services.type_card_letters,
            takes_citizens=services.citizen_card,
            takes_new_readers=services.new_readers,
            confirm_count=services.confirm_count and self.devices.rfid is not None,
            lends_offline=self.offline.lends,
            returns_offline=self.returns.offline,
            bins=self.returns.bins(),
            devices=frozenset(self.devices.urls()),
            has_staff=self.staff.file is not None,
            staff_pin_tries=self.staff.pin_tries,
            staff_lock_s=self.staff.pin_lock_s,
            staff_idle_s=self.staff.idle_s,
            may_override=frozenset(self.staff.may_override),
            emergency_desk=self.staff.emergency_desk,
            returns_when_closed=self.opening.returns_when_closed,
            receipts=self.receipts.rules(),
        )


def load(path: Path) -> KioskConfig:
    """Read and check the file; relative paths in it are meant from the file's own folder.

    Raises:
        FaultyFileError: the file is absent, not TOML, or wrong in at least one key; all faults are named at once.

    """
    return read_toml(path, KioskConfig)
