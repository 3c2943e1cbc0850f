"""Words in every language of the kiosk, used by screens and receipts: catalogues read at start, dates, plurals."""

import gettext
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from importlib import resources
from io import BytesIO
from types import MappingProxyType
from typing import Final

from babel.core import get_global
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from kiosk.session.values import Language, Money
from library.text.forms import printable
from library.text.width import shorten

LONGEST_TITLE: Final = 200
"""Columns of a title that leave this module: no screen row and no receipt shows more, some records hold thousands."""

LONGEST_MONEY: Final = 40
"""Columns of an amount; a library system may name its currency as it likes."""

_LONGEST_AMOUNT: Final = 15
"""Powers of ten, and of a tenth; beyond them is no amount."""

_LONG_DATE: Final = {Language.VIETNAMESE: "EEEE, d MMMM", Language.ENGLISH: "EEEE, d MMMM"}
_PRINTED_DATE: Final = {Language.VIETNAMESE: "EEEE, dd/MM/y", Language.ENGLISH: "EEEE, d MMM y"}
_WHOLE_DAY: Final = (time(23, 59), time(0, 0))
"""A due moment at or after the first, or exactly at the second, means the day as a whole."""


class Texts:
    """The words of one language; keys are the message ids of ``locale/*/LC_MESSAGES/kiosk.po``."""

    def __init__(self, language: Language, po: bytes) -> None:
        """Read a catalogue (UTF-8, PO format); ``language`` also chooses the forms of dates."""
        self.language = language
        compiled = BytesIO()
        write_mo(compiled, read_po(BytesIO(po), locale=language.value))
        compiled.seek(0)
        self._catalogue = gettext.GNUTranslations(compiled)

    def say(self, key: str, **parts: str) -> str:
        """Give the words of ``key``; each ``{name}`` in them is replaced by the part of that name."""
        return self._catalogue.gettext(key).format(**parts)

    def count(self, key: str, number: int, **parts: str) -> str:
        """Give the words of ``key`` for so many things; ``{n}`` in them is the number."""
        return self._catalogue.ngettext(key, key, number).format(n=number, **parts)

    def due(self, moment: datetime) -> str:
        """Give a due date with its weekday (``Thứ Hai, 7 tháng 12``), with the hour if it falls within the day."""
        return self._with_hour(moment, _LONG_DATE[self.language])

    def printed_due(self, moment: datetime) -> str:
        """Give a due date for paper, which is kept longer than a screen: with its year."""
        return self._with_hour(moment, _PRINTED_DATE[self.language])

    def printed_moment(self, moment: datetime) -> str:
        """Give a date and an hour for paper, with the year."""
        return f"{self._date(moment, _PRINTED_DATE[self.language])} {self._hour(moment)}"

    def day(self, day: date, *, year: bool = False) -> str:
        """Give a day with its weekday, like a due date; with ``year`` as on paper."""
        return str(format_date(day, (_PRINTED_DATE if year else _LONG_DATE)[self.language], locale=self.language.value))

    def money(self, money: Money) -> str:
        """Give an amount in the reader's language (``15.000 ₫``); of a currency that nobody knows, as it was told."""
        amount, currency = money.amount or Decimal(), money.currency
        if not amount.is_finite() or abs(amount.adjusted()) > _LONGEST_AMOUNT:
            return "?"
        if currency in get_global("all_currencies"):
            words = str(format_currency(amount, currency, locale=self.language.value))
        else:
            words = f"{format_decimal(amount, locale=self.language.value)} {currency}"
        return shorten(printable(words), LONGEST_MONEY)

    def _with_hour(self, moment: datetime, pattern: str) -> str:
        date = self._date(moment, pattern)
        begin, midnight = _WHOLE_DAY
        if moment.time() >= begin or moment.time() == midnight:
            return date
        return f"{self._hour(moment)} {date}"

    def _date(self, moment: datetime, pattern: str) -> str:
        return str(format_date(moment, pattern, locale=self.language.value))

    def _hour(self, moment: datetime) -> str:
        return str(format_time(moment.time(), "HH:mm", locale=self.language.value))


@cache
def load_texts() -> Mapping[Language, Texts]:
    """Read the catalogues that come with the kiosk, one for each language; once in a process."""
    folder = resources.files("kiosk") / "locale"
    read = {
        language: Texts(language, (folder / language.value / "LC_MESSAGES" / "kiosk.po").read_bytes())
        for language in Language
    }
    return MappingProxyType(read)


def plain_title(title: str) -> str:
    """Make a title of any origin one harmless line: NFC, no control or direction character, at most 200 columns."""
    return shorten(printable(title), LONGEST_TITLE)
