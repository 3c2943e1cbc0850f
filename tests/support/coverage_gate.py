"""Holds complete coverage, lines and branches, for what reckons: ``python -m tests.support.coverage_gate``."""

import json
import sys
import tempfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import coverage

COMPLETE: Final = (
    "sip2/*",
    "kiosk/session/*",
    "kiosk/receipts/*",
    "library/api/*",
    "library/identity/*",
    "library/lending/*",
    "library/paying/*",
    "library/text/*",
    "drivers/barcode/ballot.py",
    "drivers/barcode/confirmation.py",
    "drivers/barcode/label_codec.py",
    "drivers/barcode/label_rules.py",
    "drivers/barcode/symbology.py",
    "drivers/frames.py",
    "drivers/gpio/bridge_codec.py",
    "drivers/gpio/rhythm.py",
    "drivers/card/*codec.py",
    "drivers/card/*messages.py",
    "drivers/card/card_number.py",
    "drivers/card/showing.py",
    "drivers/input_keys/*codec.py",
    "drivers/input_keys/layout.py",
    "drivers/pcsc_bridge_codec.py",
    "drivers/pcsc_codec.py",
    "drivers/printer/code_page.py",
    "drivers/printer/escpos_commands.py",
    "drivers/printer/escpos_status.py",
    "drivers/printer/raster_codec.py",
    "drivers/rfid/epc_names.py",
    "drivers/rfid/gen2_codec.py",
    "drivers/rfid/iso15693_codec.py",
    "drivers/rfid/m100_codec.py",
    "drivers/rfid/m100_messages.py",
    "drivers/rfid/feig_codec.py",
    "drivers/rfid/feig_messages.py",
    "drivers/rfid/presence.py",
    "drivers/rfid/tagdata/*",
    "drivers/rfid/threem_codec.py",
    "drivers/rfid/threem_messages.py",
    "drivers/rfid/uhfreader18_codec.py",
    "drivers/rfid/uhfreader18_messages.py",
    "mqtt/batches.py",
    "mqtt/messages.py",
    "mqtt/topics.py",
)
"""Codecs, session, receipts and policy."""
WALKED: Final = frozenset({"kiosk/session/diagram.py"})
"""Its one test goes through a hundred thousand steps, too many to be measured."""


def gaps(report: Mapping[str, Any], patterns: tuple[str, ...] = COMPLETE) -> list[str]:
    """Name what is not covered in the files that must be covered whole, and each pattern that fits no file.

    ``report`` is what ``coverage json`` writes.
    """
    files = {path: found for path, found in report["files"].items() if any(fnmatch(path, each) for each in patterns)}
    unused = [
        f"{each}: no such file was measured" for each in patterns if not any(fnmatch(path, each) for path in files)
    ]
    return unused + [
        f"{path}: lines {found['missing_lines']}, branches {found['missing_branches']}"
        for path, found in sorted(files.items())
        if path not in WALKED and (found["missing_lines"] or found["missing_branches"])
    ]


def main() -> int:
    """Read the coverage data of this folder; tell the gaps; give the exit status."""
    data = coverage.Coverage()
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        data.json_report(outfile=str(path))
        found = gaps(json.loads(path.read_text(encoding="utf-8")))
    sys.stderr.writelines(f"not covered whole: {words}\n" for words in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
