"""``library-server harvest``: what it is asked and what it says."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Engine, select

from server.catalogue.importing import Target
from server.clock import utc_now
from server.config import ServerConfig
from server.config_harvest import HarvestSection
from server.errors import ServerError
from server.exchange.harvesting import Wanted
from server.exchange.sources import Harvester
from server.exchange.taking_in import HarvestReport, forget, unseen
from server.exchange.turns import turn
from server.store.engine import for_reading, transaction
from server.store.harvest_models import HarvestSource

_BY_HAND: Final = ("source", "url", "library", "name", "prefix", "set")


class HarvestAskedError(ServerError):
    """What is to be harvested is not said, or not so."""


def add_harvest(parser: argparse.ArgumentParser) -> None:
    """Say what ``harvest`` understands."""
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="of server.toml; all of them without one")
    parser.add_argument("--full", action="store_true", help="everything, though what changed would do")
    parser.add_argument(
        "--shrink", action="store_true", help="believe a source that has lost more than half of its records"
    )
    parser.add_argument("--list", action="store_true", help="say how each source stands, and harvest nothing")
    parser.add_argument("--forget", metavar="SOURCE", help="take away all records of a source, and what is known of it")
    by_hand = parser.add_argument_group("once, without an entry in server.toml")
    by_hand.add_argument("--url", help="its OAI-PMH address")
    by_hand.add_argument("--source", metavar="NAME", help="a short name of ours for it")
    by_hand.add_argument("--library", metavar="CODE", help="the library whose copies they are")
    by_hand.add_argument("--name", help="its name, as readers see it")
    by_hand.add_argument("--prefix", help="marcxml or oai_dc")
    by_hand.add_argument("--set", help="a part of its catalogue alone")


def harvest(engine: Engine, config: ServerConfig, organisation_id: int, options: argparse.Namespace) -> bool:
    """Harvest and say what became of it; give whether anything was left out or failed.

    Raise a ``ServerError`` where that cannot be done as it is asked.
    """
    if options.list:
        _say_states(engine, config)
        return False
    if options.forget is not None:
        with turn(config.index_folder, options.forget):
            report = forget(engine, options.forget)
        _say(report)
        return bool(report.kept)
    sections = _asked(config.harvest, options)
    harvester = Harvester(engine, config.index_folder, Target(organisation_id, config.numbers), utc_now)
    wanted = Wanted(is_full=options.full or options.shrink, shrinks=options.shrink)
    good = True
    for report in harvester.all(sections, wanted):
        _say(report)
        good &= report.is_good
    return not good


def _asked(known: Sequence[HarvestSection], options: argparse.Namespace) -> list[HarvestSection]:
    given: dict[str, Any] = {name: value for name in _BY_HAND if (value := getattr(options, name)) is not None}
    if given:
        if options.sources:
            raise HarvestAskedError("name sources of server.toml, or one by --url, not both")
        try:
            return [HarvestSection(**given)]
        except ValidationError as error:
            faults = error.errors(include_input=False, include_url=False)
            words = "; ".join(f"--{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults)
            raise HarvestAskedError(words) from error
    by_name = {section.source: section for section in known}
    for source in options.sources:
        if source not in by_name:
            raise HarvestAskedError(f"server.toml has no [[harvest]] with source {ascii(source)[:80]}")
    if not known:
        raise HarvestAskedError("server.toml has no [[harvest]]; --url harvests once")
    return [by_name[source] for source in dict.fromkeys(options.sources)] or list(known)


def _say(report: HarvestReport) -> None:
    for fault in report.faults:
        sys.stderr.write(f"{report.source}: {fault.position}: {fault.words}\n")
    kept = f", {report.kept} kept for what hangs on them" if report.kept else ""
    sys.stdout.write(
        f"{report.source}: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.deleted} deleted, {len(report.faults)} left out{kept}\n"
    )
    if report.trouble:
        sys.stderr.write(f"{report.source}: {report.trouble}\n")


def _say_states(engine: Engine, config: ServerConfig) -> None:
    with transaction(for_reading(engine)) as session:
        states = session.scalars(select(HarvestSource).order_by(HarvestSource.source)).all()
        counts = {state.source: unseen(session, state.source, 0)[1] for state in states}
    for state in states:
        at = state.completed_at
        when = "never" if at is None else datetime.fromtimestamp(at, config.library.zone).isoformat(" ", "minutes")
        known = "" if any(each.source == state.source for each in config.harvest) else ", not in server.toml"
        trouble = f": {state.trouble}" if state.trouble else ""
        sys.stdout.write(f"{state.source}: {counts[state.source]} records, last whole {when}{known}{trouble}\n")
