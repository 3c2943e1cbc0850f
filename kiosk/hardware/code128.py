"""Code 128 as bars, with the FNC3 that makes it an order to the scanner; pure.

ISO/IEC 15417: set B holds the printable characters, set A the control characters; FNC3 is symbol 96 in both.
python-barcode knows the bars of each symbol, but no FNC3.
"""

from typing import Final

from barcode.charsets.code128 import CODES, STOP

_START_A, _START_B = 103, 104
_TO_A, _TO_B = 101, 100
_FNC3: Final = 96
_END_BARS: Final = "11"
_FIRST_PRINTABLE: Final = 32
_LAST_OF_A: Final = 95
_LAST: Final = 127


def modules(text: str, *, fnc3: bool = False) -> str:
    """Return the bars (1) and spaces (0), module by module, without quiet zones; raises `ValueError`."""
    if not text or any(ord(letter) > _LAST for letter in text):
        raise ValueError("ASCII alone")
    in_a = ord(text[0]) < _FIRST_PRINTABLE
    symbols = [_START_A if in_a else _START_B, *([_FNC3] if fnc3 else [])]
    for letter in text:
        control = ord(letter) < _FIRST_PRINTABLE
        if control and not in_a:
            symbols.append(_TO_A)
            in_a = True
        elif in_a and ord(letter) > _LAST_OF_A:
            symbols.append(_TO_B)
            in_a = False
        symbols.append(ord(letter) + 64 if control else ord(letter) - _FIRST_PRINTABLE)
    check = (symbols[0] + sum(place * symbol for place, symbol in enumerate(symbols[1:], 1))) % 103
    return "".join(str(CODES[symbol]) for symbol in (*symbols, check)) + str(STOP) + _END_BARS
