"""The ground that every room may stand on: text as people write it, made fit for search, old wires and small papers."""

from library.text.cp1258 import decode_cp1258, encode_cp1258
from library.text.forms import fold, nfc, printable, to_ascii
from library.text.width import display_width, shorten

__all__ = [
    "decode_cp1258",
    "display_width",
    "encode_cp1258",
    "fold",
    "nfc",
    "printable",
    "shorten",
    "to_ascii",
]
