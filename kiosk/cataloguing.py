"""`kiosk replica`: keeps the kiosk's copy of the catalogue; and what the kiosk itself asks it by."""

import argparse
import asyncio
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path

from kiosk.config import KioskConfig, load
from kiosk.ils.line import tls_of
from kiosk.replica.condition import kept_copy
from kiosk.replica.door import HttpsDoor
from kiosk.replica.keeping import Keeper, Places
from kiosk.replica.reader import LocalCatalogue
from kiosk.session.events import Event
from kiosk.session.search_events import CatalogueChanged
from kiosk.session.search_values import CatalogueStanding
from mqtt.agent.notify import ServiceNotifier
from mqtt.health import CatalogueReport
from settings.errors import FaultyFileError, SecretFileError
from settings.secret_file import read_secret

WRONG_CONFIGURATION = 2
WATCHDOG_S = 10.0
REPORTS_EVERY_S = 30.0


def main(argv: Sequence[str]) -> int:
    """Keep the copy until SIGTERM; give the exit status (2: the configuration is wrong).

    Prints one JSON line ``{"ready": true}`` on standard output when it begins. Without ``catalogue.search`` there is
    nothing to keep, and it ends at once.
    """
    parser = argparse.ArgumentParser(prog="kiosk replica", description="Keep the copy of the catalogue.")
    parser.add_argument("--config", type=Path, default=Path("/etc/library-kiosk/kiosk.toml"))
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        config = load(options.config)
        room = config.catalogue.covers_mb * 1_000_000 or -1
        keeper = Keeper(door_of(config), places_of(config), most_cover_bytes=room)
    except FaultyFileError as error:
        sys.stderr.writelines(f"{error.path}: {problem}\n" for problem in error.problems)
        return WRONG_CONFIGURATION
    except (SecretFileError, OSError) as error:  # ssl.SSLError is an OSError
        sys.stderr.write(f"{options.config}: library_system: {type(error).__name__}: {error}\n")
        return WRONG_CONFIGURATION
    if not config.catalogue.search:
        sys.stderr.write(f"{options.config}: catalogue.search is off: there is no copy to keep\n")
        ServiceNotifier().tell("READY=1")  # else its service manager takes the good end for a failed start
        return 0
    return _keep(keeper)


def _keep(keeper: Keeper) -> int:
    leaving = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leaving.set())
    working = threading.Thread(target=keeper.run, name="catalogue-replica", daemon=True)
    working.start()
    notifier = ServiceNotifier()
    sys.stdout.write(json.dumps({"ready": True}) + "\n")
    sys.stdout.flush()
    notifier.tell("READY=1")
    while working.is_alive() and not leaving.wait(WATCHDOG_S):
        notifier.tell("WATCHDOG=1")
    keeper.leave()
    return 0 if leaving.is_set() else 1


def places_of(config: KioskConfig) -> Places:
    """Say where the copy lies."""
    return Places(config.state_folder / "catalogue")


def door_of(config: KioskConfig) -> HttpsDoor:
    """Make the way to our server; raises ``SecretFileError`` and ``OSError`` for what cannot be used."""
    section = config.library_system
    password = read_secret(section.password_file) if section.password_file else ""
    return HttpsDoor(config.catalogue.url or config.offline.policy_url, tls_of(section), section.login, password)


async def tell_of_catalogue(catalogue: LocalCatalogue | None, post: Callable[[Event], None]) -> None:
    """Tell the session, until cancelled, each time how the catalogue to search stands."""

    async def changed(standing: CatalogueStanding) -> None:
        there = standing is not CatalogueStanding.MISSING
        post(CatalogueChanged(there, is_old=standing is CatalogueStanding.OLD))

    if catalogue is not None:
        await catalogue.watch(changed)


async def report_copy(config: KioskConfig, note: Callable[[CatalogueReport], None]) -> None:
    """Note for the fleet, until cancelled, how many records the copy has and when the server was last heard of."""
    while config.catalogue.search:
        note(await asyncio.to_thread(copy_report, places_of(config), config.zone, time.time()))
        await asyncio.sleep(REPORTS_EVERY_S)


def copy_report(places: Places, zone: tzinfo, now: float) -> CatalogueReport:
    """Say how the copy stands at a moment (seconds since 1970)."""
    copy = kept_copy(places, zone)
    ago = None if copy.as_of is None else round(max(0.0, now - copy.as_of.timestamp()), 1)
    return CatalogueReport(records=copy.records, heard_ago_s=ago, is_kept=not copy.trouble)


def catalogue_of(config: KioskConfig) -> LocalCatalogue | None:
    """Make what the search pages ask; ``None`` where nothing is to be searched here."""
    if not config.catalogue.search:
        return None
    return LocalCatalogue(places_of(config), config.zone, local=config.catalogue.local, link=config.catalogue.link)
