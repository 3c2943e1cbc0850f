"""How long the session waits, and which devices it cannot do without."""

from dataclasses import dataclass, field

from kiosk.session.receipt_rules import ReceiptRules
from kiosk.session.staff_values import EmergencyDesk
from kiosk.session.values import Bin, Device, Language, Service
from library.lending.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Bins:
    """Where returned items are put; without any, all go to one place."""

    shelf: Bin | None = None
    hold: Bin | None = None
    other_place: Bin | None = None
    exception: Bin | None = None
    media: tuple[tuple[str, Bin], ...] = ()
    """Bins of items for the shelf by the library system's sort bin or media type."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The session's numbers, all from the configuration; times in seconds."""

    idle_s: float = 60.0
    """Without a touch or a reading for so long, the warning appears (kiosk_ui: list screen 60 s)."""
    warning_s: float = 20.0
    """The countdown of the warning (WCAG 2.2.1: at least 20 s)."""
    card_wait_s: float = 45.0
    lying_s: float = 0.3
    """A tag first seen so soon after the card was accepted lay there before: a pad looks several times a second, and
    nobody reads the page and lays a book down so fast."""
    lifted_s: float = 3.0
    """A tag that lay there before and is seen again sooner was hidden by another book, and not lifted."""
    message_s: float = 8.0
    """How long a refusal or a notice stays on the screen."""
    finished_s: float = 25.0
    lost_wait_s: float = 10.0
    """How long items wait for a library system or pad that was lost during a visit before they are given up."""
    alarm_tries: int = 3
    default_language: Language = Language.VIETNAMESE
    needs: tuple[frozenset[Device], ...] = (frozenset({Device.SCANNER}), frozenset({Device.PAD}))
    """Of each of these groups one device must be there: first those that read cards, last those that read items.

    One group alone does both.
    """

    services: tuple[Service, ...] = (Service.BORROW, Service.RETURN, Service.ACCOUNT)
    """What the kiosk offers, in the order of the buttons."""
    pin_for: frozenset[Service] = frozenset({Service.ACCOUNT})
    """For these the card alone is not enough."""
    pin_tries: int = 3
    pin_lock_s: float = 900.0
    """For so long a card cannot be used here after too many wrong PINs."""
    pin_longest: int = 8
    types_card: bool = False
    """Who has no card with them may type its number; that always needs the PIN, whatever ``pin_for`` says."""
    card_longest: int = 16
    card_letters: str = ""
    """Letters and signs that card numbers hold beside digits; each has a key where a number is typed."""
    takes_citizens: bool = False
    """A citizen card finds a reader at our server; that always needs the PIN, too."""
    takes_new_readers: bool = False
    """Whose citizen card is no reader's may hand in here what the desk needs to make them one."""
    confirm_count: bool = False
    """The patron is asked how many items lie on the pad before any is lent."""
    lends_offline: bool = False
    """Loans may be made while the library system does not answer, as far as the kiosk has rules for it."""
    returns_offline: bool = True
    """Items are taken back while the library system does not answer."""
    bins: Bins = Bins()
    devices: frozenset[Device] = frozenset(Device)
    """What the kiosk has."""
    has_staff: bool = False
    """There is a roll of staff: the service key asks for a PIN."""
    staff_pin_tries: int = 3
    staff_lock_s: float = 900.0
    staff_idle_s: float = 120.0
    """Without a touch for so long staff mode ends by itself."""
    may_override: frozenset[Refusal] = frozenset()
    """What staff may override here with a reason; the library system has the last word."""
    emergency_desk: EmergencyDesk = EmergencyDesk.OFF
    returns_when_closed: bool = False
    """Items are taken back outside the opening hours as well."""
    receipts: ReceiptRules = field(default_factory=ReceiptRules)

    def lends_alone(self, *, ready: bool, by_staff: bool) -> bool:
        """Say whether loans are made without the library system; ``ready``: there are rules for that."""
        desk = self.emergency_desk
        return (self.lends_offline and ready) or (by_staff and desk is EmergencyDesk.BEYOND_RULES)

    def returns_alone(self, *, by_staff: bool) -> bool:
        """Say whether items are taken back without the library system."""
        return self.returns_offline or (by_staff and self.emergency_desk is not EmergencyDesk.OFF)

    @property
    def has_pad(self) -> bool:
        """Say whether items have tags here, whose alarm is to be switched off."""
        return Device.PAD in self.needed

    @property
    def cards_group(self) -> frozenset[Device]:
        """The devices of which one must read cards."""
        return self.needs[0] if self.needs else frozenset()

    @property
    def items_group(self) -> frozenset[Device]:
        """The devices of which one must read items."""
        return self.needs[-1] if self.needs else frozenset()

    @property
    def needed(self) -> frozenset[Device]:
        """Every device that serves one of the needs."""
        return frozenset[Device]().union(*self.needs)

    def unmet(self, lost: frozenset[Device]) -> frozenset[Device]:
        """Give the devices of the groups of which none is left."""
        return frozenset[Device]().union(*(group for group in self.needs if group <= lost))
