"""What a kiosk did alone in Koha's own format for offline circulation; pure.

A header, then one line an event (Koha, offline_circ/process_koc.pl)::

    Version=1.0<TAB>Generator=<name><TAB>GeneratorVersion=<version>
    YYYY-MM-DD HH:MM:SS mmm<TAB>issue<TAB>CARD<TAB>BARCODE
    YYYY-MM-DD HH:MM:SS mmm<TAB>return<TAB>BARCODE
"""

from collections.abc import Iterable

from kiosk.journal.dating import Dated
from kiosk.journal.rows import KeptEntry, KeptKind

GENERATOR = "library-kiosk"


class NotInKocError(ValueError):
    """A number holds a tab or another control character, which the format cannot carry."""


def koc_file(dated: Iterable[Dated], version: str) -> str:
    r"""Write the file: local time, milliseconds made of the place in the journal so that no order is lost, ``\n`` ends.

    Raises:
        NotInKocError: a number cannot be written; such an entry is for staff.

    """
    lines = [f"Version=1.0\tGenerator={GENERATOR}\tGeneratorVersion={version}"]
    lines += [f"{each.at:%Y-%m-%d %H:%M:%S} {each.kept.number % 1000:03}\t{_event(each.kept.entry)}" for each in dated]
    return "\n".join(lines) + "\n"


def _event(entry: KeptEntry) -> str:
    numbers = [entry.item_id.text]
    if entry.kind is KeptKind.LEND:
        numbers.insert(0, "" if entry.patron_id is None else entry.patron_id.text)
    if not all(number and number.isprintable() for number in numbers):
        raise NotInKocError("a number that this format cannot carry")
    return "\t".join(["issue" if entry.kind is KeptKind.LEND else "return", *numbers])
