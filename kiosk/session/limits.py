"""How long the session waits, and which devices it cannot do without."""

from dataclasses import dataclass, field

from kiosk.session.values import Device, Language


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
    essential: frozenset[Device] = field(default=frozenset({Device.SCANNER, Device.PAD}))
