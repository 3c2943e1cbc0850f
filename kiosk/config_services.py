"""The part of ``kiosk.toml`` that says what the kiosk offers: services, PINs, bins, and what is kept of visits."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from kiosk.session.limits import Bins
from kiosk.session.number_pad import LETTERS
from kiosk.session.receipt_rules import ReceiptKind, ReceiptRules, ReceiptWish
from kiosk.session.values import Bin, Service
from settings.toml_file import Section

BinNumber = Annotated[int, Field(ge=1, le=9)]
"""The lamps of bins 1 to 4 are on the board."""


class ServicesSection(Section):
    """What patrons may do here, and for what a PIN is wanted."""

    offered: Annotated[tuple[Service, ...], Field(min_length=1)] = (Service.BORROW, Service.RETURN, Service.ACCOUNT)
    """In the order of the buttons."""
    pin_for: frozenset[Service] = frozenset({Service.ACCOUNT})
    pin_tries: Annotated[int, Field(ge=1, le=10)] = 3
    pin_lock_s: Annotated[float, Field(ge=60, le=86400)] = 900.0
    """For so long a card cannot be used here after so many wrong PINs."""
    shuffled_keys: bool = False
    """The keys of the PIN pad stand in another order each time: nobody learns the PIN from the movement."""
    type_card: bool = False
    """Who has no card with them may type its number; that always needs the PIN."""
    type_card_letters: Annotated[str, Field(max_length=len(LETTERS))] = ""
    """The letters and signs in the library's card numbers, ``TV-`` where they look like TV-000123: each gets a key."""
    citizen_card: bool = False
    """A citizen card's QR code finds a reader at our server (``offline.policy_url``); that always needs the PIN."""
    new_readers: bool = False
    """Whose citizen card is no reader's may hand in what it says; the desk makes them one within seven days."""
    confirm_count: bool = False
    """The patron says whether as many items lie on the pad as the kiosk sees, before any is lent."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.offered)) < len(self.offered):
            raise ValueError("a service is offered twice")
        if Service.RETURN in self.pin_for:
            raise ValueError("pin_for: items are brought back without a card")
        _check_letters(self.type_card_letters, types_card=self.type_card)
        if self.new_readers and not self.citizen_card:
            raise ValueError("new_readers: needs citizen_card")
        return self


def _check_letters(letters: str, *, types_card: bool) -> None:
    if letters and not types_card:
        raise ValueError("type_card_letters: needs type_card")
    if not set(letters) <= set(LETTERS) or len(set(letters)) < len(letters):
        raise ValueError("type_card_letters: holds each of A to Z, hyphen, full stop and slash once at most")


class ReturnsSection(Section):
    """How items are taken back, and into which bins they go; without bins they are all put in one place."""

    offline: bool = True
    """Items are taken back while the library system does not answer; it learns of it later."""
    shelf: BinNumber | None = None
    hold: BinNumber | None = None
    """For items that somebody waits for."""
    other_place: BinNumber | None = None
    exception: BinNumber | None = None
    """For whatever staff must look at, and for all that has no bin of its own."""
    media: dict[Annotated[str, Field(min_length=1, max_length=16)], BinNumber] = Field(default_factory=dict)
    """Bins of items for the shelf by the library system's sort bin (SIP2 CL) or media type (CK)."""
    bin_names: Annotated[tuple[Annotated[str, Field(max_length=30)], ...], Field(max_length=9)] = ()
    """What stands on bin 1, 2 and so on, for example its colour; one without a name goes by its number."""

    def bins(self) -> Bins:
        """Give the bins in the session's words."""
        return Bins(
            shelf=self._bin(self.shelf),
            hold=self._bin(self.hold),
            other_place=self._bin(self.other_place),
            exception=self._bin(self.exception),
            media=tuple((sort, Bin(number, self._name(number))) for sort, number in self.media.items()),
        )

    def _bin(self, number: int | None) -> Bin | None:
        return None if number is None else Bin(number, self._name(number))

    def _name(self, number: int) -> str:
        return self.bin_names[number - 1] if number <= len(self.bin_names) else ""


class OfflineSection(Section):
    """What the kiosk does while the library system does not answer."""

    lends: bool = False
    """It lends by the rules that it last heard from the library's own server."""
    policy_url: str = ""
    """Where those rules are fetched: ``https://host:port``; needed for ``lends``."""
    policy_key_file: Path | None = None
    """This kiosk's key for the rules, in a file that only their owner may read."""
    terminal_id: str = ""
    """What the server calls this kiosk (``library-server terminal add``); empty: as ``kiosk_id``."""
    with_unset_clock: bool = False
    """It also lends while the machine's clock was never set; then no due date is promised."""
    battery_clock: bool = False
    """The machine has a clock with a battery, so its time is right from the start."""
    only_kiosk: bool = False
    """No other kiosk stands in this library: another library system than ours is told without our server what was done
    alone. With several, our server (``policy_url``) says whose turn it is."""

    @model_validator(mode="after")
    def _has_rules(self) -> Self:
        if self.lends and (not self.policy_url.startswith("https://") or self.policy_key_file is None):
            raise ValueError("lends needs policy_url (https://host:port) and policy_key_file")
        if self.policy_url and not _is_address(self.policy_url):
            raise ValueError("policy_url must look like https://host:port")
        return self


class CatalogueSection(Section):
    """Searching the library's catalogue: a copy of it lies on the kiosk, kept by ``kiosk replica``."""

    search: bool = False
    """Readers may look for books here, without a card and without a line."""
    url: str = ""
    """Where our server answers kiosks, ``https://host:port``; empty: as ``offline.policy_url``."""
    local: Annotated[str, Field(max_length=200)] = "địa chí"
    """Words that find what the library holds about its own region; empty: it is not offered."""
    link: Annotated[str, Field(max_length=200)] = ""
    """An address with ``{id}`` in it, for the code by which a telephone takes a book along; empty: its words."""
    covers_mb: Annotated[int, Field(ge=0, le=100_000)] = 200
    """Million bytes of covers that may lie on the kiosk; 0: none."""

    @model_validator(mode="after")
    def _has_addresses(self) -> Self:
        if self.url and (not _is_address(self.url) or not self.url.startswith("https://")):
            raise ValueError("url must look like https://host:port")
        if self.link and "{id}" not in self.link:
            raise ValueError("link must have {id} in it")
        return self


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that cannot be
        return False


class ReceiptsSection(Section):
    """Which receipts are given, by what was done; a visit of several sorts gets the most that one of them gives."""

    loans: ReceiptWish = ReceiptWish.ASK
    returns: ReceiptWish = ReceiptWish.ASK
    renewals: ReceiptWish = ReceiptWish.ASK
    account: ReceiptWish = ReceiptWish.NEVER
    kinds: Annotated[tuple[ReceiptKind, ...], Field(min_length=1)] = (ReceiptKind.PRINT,)
    """The first one is what ``always`` makes; where it cannot be had the others are offered."""

    @field_validator("kinds")
    @classmethod
    def _each_once(cls, kinds: tuple[ReceiptKind, ...]) -> tuple[ReceiptKind, ...]:
        if len(set(kinds)) < len(kinds):
            raise ValueError("a kind stands there twice")
        return kinds

    def rules(self) -> ReceiptRules:
        """Give them in the session's words."""
        return ReceiptRules(self.loans, self.returns, self.renewals, self.kinds, self.account)


class BlackBoxSection(Section):
    """What is kept of each visit for the day on which something went wrong: events, and nothing of anybody."""

    keep_days: Annotated[int, Field(ge=0, le=365)] = 30
    """0: nothing is kept."""
