"""English words of the page of new readers, each a message of the catalogues."""

from collections.abc import Mapping
from types import MappingProxyType

from library.identity.purposes import Purpose
from server.circulation.new_reader_values import Trouble

TROUBLE: Mapping[Trouble, str] = MappingProxyType(
    {
        Trouble.GONE: "Nothing waits under this number: it was finished, or its seven days are over.",
        Trouble.NAME: "A reader has a name.",
        Trouble.CARD: "This is not what card numbers of this library look like.",
        Trouble.CARD_TAKEN: "Another reader has this card number.",
        Trouble.CATEGORY: "There is no such category.",
        Trouble.PIN: "A PIN is 4 to 8 digits.",
        Trouble.WHO: "Please write your name.",
        Trouble.ALREADY: "A reader has this citizen number already. Please look for that reader.",
    }
)
"""Why no reader was made."""

PURPOSE: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.LENDING: "Card and loans",
        Purpose.STATISTICS: "Statistics without names",
        Purpose.MESSAGES: "Reminders and news",
    }
)
"""What the reader agreed to."""
