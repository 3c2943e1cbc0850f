"""``kiosk check FILE``: says in words what is wrong with a ``kiosk.toml``, or that nothing is."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.cataloguing import places_of
from kiosk.config import KioskConfig, load
from kiosk.devices.kept import devices_of
from kiosk.ils.profile_table import ProfileError, adapted
from kiosk.replica.condition import kept_copy
from kiosk.staff.roll import RollError
from kiosk.staff.roll_file import load_roll
from settings.errors import FaultyFileError, SecretFileError


def main(argv: Sequence[str]) -> int:
    """Check one file: status 0 where it can be used, 1 where it cannot; ``--schema`` prints its JSON Schema instead."""
    parser = argparse.ArgumentParser(prog="kiosk check", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=Path("/etc/library-kiosk/kiosk.toml"))
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of kiosk.toml")
    options = parser.parse_args(argv)
    if options.schema:
        sys.stdout.write(json.dumps(KioskConfig.model_json_schema(), indent=2, ensure_ascii=False) + "\n")
        return 0
    try:
        config = load(options.file)
        devices_of(config, options.file)
        adapted(config.library_system.profile, config.library_system.differences)
        if config.staff.file is not None:
            load_roll(config.staff.file)
    except FaultyFileError as error:
        sys.stderr.writelines(f"{error.path}: {problem}\n" for problem in error.problems)
        return 1
    except ProfileError as error:
        sys.stderr.writelines(f"{options.file}: library_system.differences: {each}\n" for each in error.problems)
        return 1
    except (RollError, SecretFileError) as error:
        sys.stderr.write(f"{options.file}: staff.file: {error.fault}\n")
        return 1
    sys.stdout.write(f"{options.file}: good, for kiosk {config.kiosk_id}\n")
    if config.catalogue.search:
        sys.stdout.write(f"catalogue: {kept_copy(places_of(config), config.zone)}\n")
    return 0
