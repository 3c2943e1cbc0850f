"""``kiosk decode tag``: says what stands on an RFID tag, from the hexadecimal digits that a reader or a phone shows.

One line of JSON: ``format`` (data model), ``item_id``, ``part`` of ``parts``, ``owner``, ``usage``, ``alarm`` (secured,
on_loan, mixed, unknown), ``warnings`` (what is odd), ``damage`` (why nothing could be read), and what else there is.
``null`` stands for what the tag does not say.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from drivers.rfid.base import Air
from drivers.rfid.tagdata.alarm import PRESETS, AlarmScheme, AlarmState
from drivers.rfid.tagdata.content import Blank, Damage, Malformed, TagContent, TagDataError, TagFormat
from drivers.rfid.tagdata.detect import Finding, detect
from drivers.rfid.tagdata.encode import DSFIDS
from drivers.rfid.tagdata.epc import EpcBank, read_epc_bank
from drivers.rfid.tagdata.rules import DEFAULT_RULES, TagRules

BLANK: Final = "blank"
"""The warning for a tag that was never written."""
DSFID_DIFFERS: Final = "dsfid_differs"
"""The warning for a tag whose DSFID names another data model than the one in which it is written."""
ODD_DIGITS: Final = "odd_digits"
"""The damage of half a byte: a digit was lost or doubled on the way here."""

_BETWEEN: Final = re.compile(r"[\s:,.-]|0[xX](?=[0-9A-Fa-f]{2})")
_DIGITS: Final = re.compile(r"[0-9A-Fa-f]*")
_BYTE: Final = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{1,2})")

EXAMPLES: Final = """\
HEX is the tag's memory from its first block, or with --uhf control word and EPC. Blanks and : , . - do not count:
  kiosk decode tag 1101013130303030303030353600000000000098a4444b3731383530300000000000 --afi 07
  kiosk decode tag 04:11:00:01 31:33:30:32 30:30:33:37 36:37:00:00 00:00:00:00 --afi DA
  kiosk decode tag 45c2141cc04fc70badb5c6e2da1ded4dd319 --uhf

Read at least 36 bytes of a tag (nine blocks), better all. DSFID and AFI are two single bytes that most readers show
beside the memory. Without the two AFI values of your site, those of ISO, of old 3M and of old German gates are tried.
"""


def main(argv: Sequence[str]) -> int:
    """Explain one tag; exit status 0 whatever stands on it, 2 where the arguments are wrong."""
    parser = _parser()
    wanted = parser.parse_args(argv)
    if (wanted.secured_afi is None) != (wanted.on_loan_afi is None):
        parser.error("--secured-afi and --on-loan-afi go together")
    rules = DEFAULT_RULES
    schemes = {name: scheme for name, scheme in PRESETS.items() if scheme.afi is not None and not scheme.eas}
    try:
        if wanted.secured_afi is not None:
            schemes = {"site": AlarmScheme((wanted.secured_afi, wanted.on_loan_afi))}
        if wanted.epc_pattern is not None:
            rules = TagRules(frozenset(TagFormat), wanted.epc_pattern)
    except ValueError as error:
        parser.error(str(error))
    digits, user_digits = "".join(wanted.hex), wanted.user
    if len(digits) % 2 or len(user_digits or "") % 2:
        said = _nothing(ODD_DIGITS)
        bank, finding = None, None
    else:
        memory = bytes.fromhex(digits)
        user = None if user_digits is None else bytes.fromhex(user_digits)
        uhf = wanted.uhf or user is not None or wanted.epc_pattern is not None
        finding, bank = _found(memory, user, wanted.dsfid, rules, uhf=uhf)
        said = _said(finding)
        if isinstance(finding, TagContent) and wanted.dsfid in {*DSFIDS.values()} - {DSFIDS.get(finding.format)}:
            said["warnings"] += [DSFID_DIFFERS]
    afi = wanted.afi if wanted.afi is not None or bank is None else bank.afi
    said |= _alarm(schemes, afi, wanted.eas)
    if bank is not None:
        said |= {"air": "uhf", "afi": bank.afi, "user_bank": bank.user_bank, "extended": bank.extended}
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def _found(
    memory: bytes, user: bytes | None, dsfid: int | None, rules: TagRules, *, uhf: bool
) -> tuple[Finding, EpcBank | None]:
    """Look at a tag as HF, and as UHF where it was said to be that, or where only that makes sense of it."""
    finding = detect(memory, dsfid, rules=rules)
    if uhf or finding == Malformed(Damage.UNKNOWN_FORMAT):
        as_uhf = detect(memory, air=Air.UHF, user_memory=user, rules=rules)
        if uhf or isinstance(as_uhf, TagContent):
            return as_uhf, _bank(memory)
    return finding, None


def _bank(memory: bytes) -> EpcBank | None:
    try:
        return read_epc_bank(memory)
    except TagDataError:
        return None


def _said(finding: Finding) -> dict[str, Any]:
    match finding:
        case TagContent() as content:
            return {
                "format": content.format.value,
                "item_id": content.item_id or None,
                "part": content.part,
                "parts": content.parts,
                "owner": content.owner or None,
                "usage": content.usage.name.lower(),
                "alarm": None,
                "warnings": [warning.value for warning in content.warnings],
                "damage": None,
                "isil": content.isil or None,
                "extensions": [block.number for block in content.extensions],
            }
        case Blank():
            return _nothing(BLANK) | {"damage": None}
        case malformed:
            return _nothing(malformed.damage.value)


def _nothing(word: str) -> dict[str, Any]:
    return {
        "format": None,
        "item_id": None,
        "part": None,
        "parts": None,
        "owner": None,
        "usage": None,
        "alarm": None,
        "warnings": [word],
        "damage": word,
        "isil": None,
        "extensions": [],
    }


def _alarm(schemes: dict[str, AlarmScheme], afi: int | None, eas: bool | None) -> dict[str, Any]:  # noqa: FBT001 - a value off the tag
    """Say what the first schemes that know the tag's values make of them, and which these are."""
    if eas is not None:
        schemes = {
            name: replace(scheme, afi=scheme.afi if afi is not None else None, eas=True)
            for name, scheme in schemes.items()
        }
    states = {name: scheme.state(afi, eas) for name, scheme in schemes.items()}
    known = [state for state in states.values() if state is not AlarmState.UNKNOWN]
    state = known[0] if known else AlarmState.UNKNOWN
    return {
        "alarm": state.value,
        "alarm_schemes": [name for name, each in states.items() if known and each is state],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk decode tag",
        description="Say what stands on an RFID tag, as one line of JSON.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("hex", nargs="+", type=_hex, metavar="HEX", help="the tag's memory, two digits a byte")
    parser.add_argument("--dsfid", type=_byte, metavar="HH", help="data storage format identifier: 3E, 06, 00, ...")
    parser.add_argument("--afi", type=_byte, metavar="HH", help="application family identifier: 07, C2, DA, ...")
    parser.add_argument("--eas", type=_switch, metavar="on|off", help="the EAS bit, where your gates listen to it")
    parser.add_argument("--secured-afi", type=_byte, metavar="HH", help="your site's AFI for a book in the library")
    parser.add_argument("--on-loan-afi", type=_byte, metavar="HH", help="your site's AFI for a book on loan")
    parser.add_argument("--uhf", action="store_true", help="it is a UHF tag: HEX is control word (PC) and EPC")
    parser.add_argument("--user", type=_hex, metavar="HEX", help="the user bank of a UHF tag")
    parser.add_argument(
        "--epc-pattern", type=_pattern, metavar="REGEX", help="finds your number in the EPC of a UHF tag: one group"
    )
    return parser


def _hex(text: str) -> str:
    digits = _BETWEEN.sub("", text)
    if not _DIGITS.fullmatch(digits):
        raise argparse.ArgumentTypeError(f"only digits 0-9 and A-F can be here, not {text!r}")
    return digits


def _byte(text: str) -> int:
    digits = _BYTE.fullmatch(text.strip())
    if not digits:
        raise argparse.ArgumentTypeError(f"two digits 0-9 and A-F, not {text!r}")
    return int(digits[1], 16)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"no regular expression: {error}") from error


def _switch(text: str) -> bool:
    if text not in {"on", "off"}:
        raise argparse.ArgumentTypeError(f"on or off, not {text!r}")
    return text == "on"
