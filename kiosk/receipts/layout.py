"""A visit's receipt: from what was done to the blocks on paper; pure, and the same bytes for the same visit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from kiosk.receipts.blocks import Block, Cut, Feed, Line, Picture, QrCode, Rule, Style
from kiosk.receipts.wrap import centred, wrap
from kiosk.session.effects import LineKind, PrintReceipt, ReceiptLine
from kiosk.texts import Texts, plain_title
from library.text.forms import printable

_FIRST = (LineKind.LENT, LineKind.RENEWED, LineKind.ON_LOAN, LineKind.RETURNED)
"""A receipt is called after the first of these that stands on it."""
_HEADING = {
    LineKind.LENT: "receipt.heading",
    LineKind.RENEWED: "receipt.heading_renewed",
    LineKind.RETURNED: "receipt.heading_returned",
    LineKind.ON_LOAN: "receipt.heading_account",
}
_COUNT = {
    LineKind.LENT: "receipt.count",
    LineKind.RENEWED: "receipt.count_renewed",
    LineKind.RETURNED: "receipt.count_returned",
    LineKind.ON_LOAN: "receipt.count_account",
}
_DONE = {
    LineKind.LENT: "receipt.lent",
    LineKind.RENEWED: "receipt.renewed",
    LineKind.RETURNED: "receipt.returned",
    LineKind.ON_LOAN: "receipt.lent",
}
_UNKNOWN = {
    LineKind.LENT: "receipt.unknown",
    LineKind.RENEWED: "receipt.unknown_renewed",
    LineKind.RETURNED: "receipt.unknown_returned",
    LineKind.ON_LOAN: "receipt.unknown",
}


def receipt(  # noqa: PLR0913 - each is one thing that stands on the paper
    order: PrintReceipt,
    printed_at: datetime,
    *,
    site_name: str,
    texts: Texts,
    columns: int,
    logo: Picture | None = None,
    code: QrCode | None = None,
) -> tuple[Block, ...]:
    """Lay a receipt out.

    `printed_at` is local time; `texts` are those of the order's language; `columns` is the paper's width in letters of
    normal style (48 or 42 on 80 mm paper, 32 on 58 mm). No line is wider; of the card only the last four characters
    stand there, and on the receipt of a return none; nothing in a title reaches the printer as a command. `logo`
    stands above all, `code` beneath.
    """
    blocks = _blocks(order, printed_at, site_name, texts, columns)
    top = () if logo is None else (logo,)
    middle = () if code is None else (Feed(1), replace(code, label=printable(code.label)))
    return (*top, *blocks, *middle, Feed(2), Cut())


def _blocks(order: PrintReceipt, printed_at: datetime, site_name: str, texts: Texts, columns: int) -> Iterator[Block]:
    yield from _centred(printable(site_name), columns, Style.BOLD)
    kinds = {line.kind for line in order.lines}
    kind = min(kinds, key=_FIRST.index) if kinds else LineKind.LENT
    yield from _centred(texts.say(_HEADING[kind]), columns // 2, Style.LARGE)
    yield from _lines(texts.printed_moment(printed_at), columns)
    if order.patron_last_four and kind is not LineKind.RETURNED:
        yield from _lines(texts.say("receipt.card", last_four=printable(order.patron_last_four)), columns)
    yield Rule()
    for number, line in enumerate(order.lines, start=1):
        yield from _item(number, line, texts, columns)
    yield Rule()
    for each in _FIRST:
        if each in kinds or (each is kind and not kinds):
            number = sum(line.loan_known for line in order.lines if line.kind is each)
            yield from _lines(texts.count(_COUNT[each], number), columns)
    thanks = "receipt.thanks_returned" if kind is LineKind.RETURNED else "receipt.thanks"
    yield from _centred(texts.say(thanks), columns, Style.NORMAL)


def _item(number: int, line: ReceiptLine, texts: Texts, columns: int) -> Iterator[Block]:
    title = plain_title(line.title) or texts.say("row.untitled", item=plain_title(line.item_id.text))
    label = f"{number}. "
    indent = " " * len(label)
    yield from _lines(title, columns, first=label, rest=indent)
    yield from _lines(_standing(line, texts), columns, first=indent, rest=indent)
    if line.kept and line.loan_known:
        yield from _lines(texts.say("receipt.kept"), columns, first=indent, rest=indent)
    if line.show_at_desk:
        desk = "receipt.desk" if line.kind is LineKind.LENT else "receipt.desk_ask"
        yield from _lines(texts.say(desk), columns, first=indent, rest=indent, style=Style.BOLD)


def _standing(line: ReceiptLine, texts: Texts) -> str:
    if not line.loan_known:
        return texts.say(_UNKNOWN[line.kind])
    if line.due is None or line.kind is LineKind.RETURNED:
        return texts.say(_DONE[line.kind])
    key = "receipt.renewed_until" if line.kind is LineKind.RENEWED else "receipt.due"
    return texts.say(key, date=texts.printed_due(line.due))


def _lines(text: str, columns: int, *, first: str = "", rest: str = "", style: Style = Style.NORMAL) -> Iterator[Block]:
    for number, part in enumerate(wrap(text, columns - len(first))):
        yield Line((rest if number else first) + part, style)


def _centred(text: str, columns: int, style: Style) -> Iterator[Block]:
    return (Line(centred(part, columns), style, centred=True) for part in wrap(text, columns))
