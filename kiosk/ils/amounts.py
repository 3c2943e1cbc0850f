"""Amounts of money as library systems write them: SIP2 says no more than "in the currency's own form"."""

import re
from decimal import Decimal

from kiosk.session.values import Money

_SIGNS = "₫đĐ$€£¥ \u00a0"
_PLAIN = re.compile(r"\d{1,12}(?:\.\d{1,2})?", re.ASCII)
_COMMA = re.compile(r"\d{1,12},\d{1,2}", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d{1,2})?", re.ASCII)
_SINGLE_GROUP = re.compile(r"\d{1,3}[.,]\d{3}", re.ASCII)
_WITHOUT_MINOR_UNIT = frozenset({"VND", "JPY", "KRW", "IDR", "LAK"})
_WITH_THREE_DIGITS = frozenset({"KWD", "BHD", "OMR", "TND", "JOD", "IQD", "LYD"})
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_NAMED = re.compile(r"^[A-Za-z]{3}(?=[\d ])|(?<=[\d ])[A-Za-z]{3}$", re.ASCII)


def read_money(amount: str | None, currency: str | None, *, otherwise: str = "") -> Money | None:
    """Return the amount (BV) in its currency (BH, or ``otherwise``); ``None`` where nothing is owed or nothing is sure.

    ``15.000`` is fifteen thousand in a currency without a minor unit, and nothing that can be known without one.
    """
    known = (currency or "").strip().upper()
    known = known if _CURRENCY.fullmatch(known) else otherwise
    value = _read(_NAMED.sub("", (amount or "").strip()).strip(_SIGNS), known)
    return Money(value, known) if value else None


def _read(text: str, currency: str) -> Decimal | None:
    if _SINGLE_GROUP.fullmatch(text):
        return _read_single_group(text, currency)
    if _PLAIN.fullmatch(text) or _COMMA.fullmatch(text):
        return Decimal(text.replace(",", "."))
    grouped = _GROUPED.fullmatch(text)
    return Decimal(text.replace(grouped[1], "").replace(",", ".")) if grouped else None


def _read_single_group(text: str, currency: str) -> Decimal | None:
    """Read a number with three digits behind its only sign."""
    if currency in _WITH_THREE_DIGITS:
        return Decimal(text.replace(",", "."))
    thousands = currency in _WITHOUT_MINOR_UNIT or "," in text
    return Decimal(re.sub(r"\D", "", text)) if thousands else None
