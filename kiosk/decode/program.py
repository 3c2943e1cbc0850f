"""``kiosk decode sip2 | ...``: each kind of thing that can be explained, behind one word."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Program = Callable[[Sequence[str]], int]
"""Takes the words behind its own; gives the exit status, 2 where the words are wrong."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be explained."""

    purpose: str
    load: Callable[[], Program]


# Each kind's modules are loaded when it is asked for: a camera's libraries are heavy, and may be missing.


def _sip2() -> Program:
    from kiosk.decode.sip2 import main as program  # noqa: PLC0415 - see above

    return program


def _tag() -> Program:
    from kiosk.decode.tag import main as program  # noqa: PLC0415 - see above

    return program


def _barcode() -> Program:
    from kiosk.decode.barcode import main as program  # noqa: PLC0415 - see above

    return program


def _frames() -> Program:
    from kiosk.decode.frames import main as program  # noqa: PLC0415 - see above

    return program


KINDS: Final[Mapping[str, Kind]] = {
    "tag": Kind("what stands on an RFID tag, from its memory in hexadecimal", _tag),
    "barcode": Kind("labels in pictures, as the kiosk's camera would read them", _barcode),
    "frames": Kind("frames of readers of tags and cards, bad ones too, in hexadecimal", _frames),
    "sip2": Kind("protocol lines of the library system, from standard input", _sip2),
}


def main(argv: Sequence[str]) -> int:
    """Explain what the first word names; exit status 2 where there is no such kind."""
    if argv and argv[0] in KINDS:
        return KINDS[argv[0]].load()(argv[1:])
    wanted = list(argv[:1]) in (["--help"], ["-h"])
    stream = sys.stdout if wanted else sys.stderr
    stream.write("usage: kiosk decode KIND [OPTION...]\n")
    stream.writelines(f"  {name:8} {kind.purpose}\n" for name, kind in KINDS.items())
    stream.write("Each says more with: kiosk decode KIND --help\n")
    return 0 if wanted else 2
