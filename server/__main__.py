"""``library-server run | ingest | import | harvest | search | payments | migrate | check | ...``: the programs."""

import argparse
import asyncio
import json
import logging
import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from server.clock import utc_now
from server.config import ServerConfig, load
from server.errors import ServerError, UnknownTerminalError
from server.patrons.pins import FEWEST_DIGITS, MOST_DIGITS, new_pin, put_pin
from server.selfcheck.terminals import NewTerminal, put_terminal
from server.store.csv_rows import ImportReport, put_organisation
from server.store.engine import opened, transaction
from server.store.migrate import migrate
from server.store.models import Terminal
from settings.errors import SettingsError
from settings.secret_file import read_secret

if TYPE_CHECKING:
    from server.app import Ports

_DONE: Final = 0
_ROWS_LEFT_OUT: Final = 1
_UNUSABLE: Final = 2
_DEFAULT_CONFIG: Final = Path("/etc/library-kiosk/server.toml")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program that the first word names.

    Give its exit status: 0 done, 1 something was left out, 2 the configuration or a file cannot be used.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    options = _parser(arguments[0] if arguments else "").parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells each start what it found, which is nothing new
    try:
        if options.program == "koc":
            from server.circulation.offline_koc import merge_files  # noqa: PLC0415 - see below

            sys.stdout.write(merge_files(options.files, options.out, version("library-kiosk")))
            return _DONE
        return _programs(options, load(options.config))
    except (ServerError, SettingsError) as error:
        sys.stderr.write(f"library-server: {error}\n")
    except DBAPIError as error:
        words = str(error.orig).partition("\n")[0]  # PostgreSQL's further lines may quote a row
        sys.stderr.write(f"library-server: the store: {words}\n")
    except OSError as error:
        sys.stderr.write(f"library-server: {error.strerror or type(error).__name__}: {error.filename or ''}\n")
    return _UNUSABLE


def _worker(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,19}", text):
        raise argparse.ArgumentTypeError("1 to 20 of a-z, 0-9 and -, not beginning with -")
    return text


def _programs(options: argparse.Namespace, config: ServerConfig) -> int:  # noqa: C901, PLR0911, PLR0912 - one each
    match options.program:
        case "run":
            return _run(config)
        case "ingest":
            from server.fleet import ingest  # noqa: PLC0415 - see below

            return ingest.main(config.fleet, *([options.worker] if options.worker else []))
        case "import":
            return _import(config, options)
        case "search":
            return _search(config, options)
        case "covers":
            return _covers(config, options)
        case "harvest":
            return _harvest(config, options)
        case "payments":
            return _take_statement(config, options.file)
        case "terminal":
            return _make_key(config, options) if options.verb == "key" else _add_terminal(config, options)
        case "pin":
            return _set_pin(config, options)
        case "citizen":
            return _link_citizen(config, options)
        case "blocked":
            return _list_blocked(config)
        case "migrate":
            return _migrate(config)
        case "fleet":
            return _begin_epoch(config)
        case _:
            return _check(config, options.config)


def _parser(wanted: str) -> argparse.ArgumentParser:
    """Make the parser; what four programs understand is said by their own rooms, which are loaded for these alone."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, default=_DEFAULT_CONFIG, help="default: %(default)s")
    parser = argparse.ArgumentParser(prog="library-server", description="The central library server.")
    programs = parser.add_subparsers(dest="program", required=True)
    programs.add_parser("run", parents=[common], help="serve kiosks (SIP2) and pages (HTTP)")
    ingest = programs.add_parser("ingest", parents=[common], help="take in what kiosks report (MQTT)")
    ingest.add_argument(
        "--worker",
        type=_worker,
        metavar="NAME",
        help="be one of several workers side by side (PostgreSQL only); each has a name of its own",
    )
    programs.add_parser("migrate", parents=[common], help="bring the databases to this release")
    programs.add_parser("check", parents=[common], help="check server.toml and the files that it names")
    importing = programs.add_parser("import", parents=[common], help="take in records of any form, and CSV files")
    importing.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="MARC 21, MARCXML, Dublin Core, CSV, JSON"
    )
    importing.add_argument(
        "--place",
        metavar="CODE",
        help="make copies that can be lent of those that records name; home where theirs is unknown",
    )
    for kind in ("places", "records", "copies", "patrons"):
        importing.add_argument(f"--{kind}", type=Path, metavar="FILE")
    searching = programs.add_parser("search", parents=[common], help="find records in the catalogue")
    covering = programs.add_parser("covers", help="pictures of the books' covers")
    harvesting = programs.add_parser("harvest", parents=[common], help="take in other libraries' catalogues (OAI-PMH)")
    payments = programs.add_parser("payments", parents=[common], help="take in a bank's statement of transfers (CSV)")
    payments.add_argument("file", type=Path, metavar="FILE", help="columns number, amount, text")
    terminal = programs.add_parser("terminal", help="the kiosks that may ask over SIP2")
    verbs = terminal.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", parents=[common], help="add a kiosk, or change one")
    add.add_argument("id")
    add.add_argument("--place", required=True, help="code of the place where it stands")
    add.add_argument("--login", required=True)
    add.add_argument("--password-file", type=Path, required=True, help="its owner's alone (0600)")
    add.add_argument("--certificate-cn", help="common name of its client certificate")
    key = verbs.add_parser("key", parents=[common], help="make a kiosk's key, for what it may lend without its line")
    key.add_argument("id")
    key.add_argument("--out", type=Path, required=True, metavar="FILE", help="new; for the kiosk alone (0600)")
    fleet = programs.add_parser("fleet", help="the store of what kiosks report").add_subparsers(
        dest="verb", required=True
    )
    fleet.add_parser(
        "restored",
        parents=[common],
        help="after a backup was put back: have every kiosk tell again what it told in the last 30 days",
    )
    programs.add_parser("blocked", parents=[common], help="list the cards that terminals blocked, with what they said")
    pin = programs.add_parser("pin", parents=[common], help="give a reader a PIN: 4 to 8 digits, from standard input")
    pin.add_argument("card", help="the number on the card")
    pin.add_argument(
        "--generate",
        type=int,
        nargs="?",
        const=FEWEST_DIGITS,
        choices=range(FEWEST_DIGITS, MOST_DIGITS + 1),
        metavar="DIGITS",
        help="make one by chance and show it this once",
    )
    citizens = programs.add_parser("citizen", help="readers by the number of their citizen card")
    koc = programs.add_parser("koc", help="offline files for Koha").add_subparsers(dest="verb", required=True)
    merging = koc.add_parser("merge", help="make one file of several kiosks' files, in the order of what happened")
    merging.add_argument("files", nargs="+", type=Path, metavar="FILE")
    merging.add_argument("--out", type=Path, required=True, metavar="FILE", help="new; holds card numbers (0600)")
    _add_words(wanted, {"search": searching, "covers": covering, "harvest": harvesting, "citizen": citizens}, common)
    return parser


def _add_words(wanted: str, parsers: Mapping[str, argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    match wanted:
        case "search":
            from server.catalogue.programs import add_search  # noqa: PLC0415 - see below

            add_search(parsers[wanted])
        case "covers":
            from server.catalogue.cover_program import add_covers  # noqa: PLC0415 - see below

            add_covers(parsers[wanted], common)
        case "harvest":
            from server.exchange.programs import add_harvest  # noqa: PLC0415 - see below

            add_harvest(parsers[wanted])
        case "citizen":
            from server.patrons.citizen_program import add_citizen  # noqa: PLC0415 - see below

            add_citizen(parsers[wanted], common)


# What only some programs need is loaded when it is asked for: a command is done sooner than the pages are loaded.


def _run(config: ServerConfig) -> int:
    from server.app import serve  # noqa: PLC0415 - see above

    asyncio.run(serve(config, _say_ready))
    return _DONE


def _check(config: ServerConfig, path: Path) -> int:
    from server.selfcheck.tls import server_context  # noqa: PLC0415 - see above
    from server.web.listening import kiosk_context  # noqa: PLC0415 - see above

    server_context(config.selfcheck)
    kiosk_context(config.kiosk_api)
    if config.fleet.broker_password_file is not None:
        read_secret(config.fleet.broker_password_file)
    sys.stdout.write(f"{path}: in order\n")
    return _DONE


def _import(config: ServerConfig, options: argparse.Namespace) -> int:
    from server.catalogue.importing import Target, import_files  # noqa: PLC0415 - see above
    from server.catalogue.programs import report_records  # noqa: PLC0415 - see above
    from server.holdings.importing import import_copies, import_places, import_records  # noqa: PLC0415 - see above
    from server.patrons.importing import import_patrons  # noqa: PLC0415 - see above

    left_out = False
    with opened(config.store.url) as engine:
        migrate(engine)
        with transaction(engine) as session:
            owner = put_organisation(session, config.library.code, config.library.name)
        if options.places:
            left_out |= _report(import_places(engine, owner, options.places))
        if options.records:
            left_out |= _report(import_records(engine, owner, options.records))
        for report in import_files(engine, options.files, Target(owner, config.numbers, options.place)):
            left_out |= report_records(report)
        if options.copies:
            left_out |= _report(import_copies(engine, owner, options.copies, config.numbers))
        if options.patrons:
            left_out |= _report(import_patrons(engine, owner, options.patrons, config.numbers))
    return _ROWS_LEFT_OUT if left_out else _DONE


def _report(report: ImportReport) -> bool:
    for fault in report.faults:
        sys.stderr.write(f"{report.path}:{fault.line}: {fault.words}\n")
    sys.stdout.write(f"{report.path}: {report.added} added, {report.updated} updated, {len(report.faults)} left out\n")
    return bool(report.faults)


def _take_statement(config: ServerConfig, path: Path) -> int:
    from server.circulation.transfer_statement import import_statement  # noqa: PLC0415 - see above

    with opened(config.store.url) as engine:
        migrate(engine)
        done = import_statement(engine, path, utc_now())
    faults = done.report.faults
    for fault in faults:
        sys.stderr.write(f"{path}:{fault.line}: {fault.words}\n")
    for line in done.left_over:
        sys.stderr.write(f"{path}:{line}: more came than was owed; the page of transfers lists what to give back\n")
    told = f"{done.applied} applied, {done.known} known before, {done.passed_over} passed over, {len(faults)} left out"
    sys.stdout.write(f"{path}: {told}\n")
    return _ROWS_LEFT_OUT if faults else _DONE


def _harvest(config: ServerConfig, options: argparse.Namespace) -> int:
    from server.exchange.programs import harvest  # noqa: PLC0415 - see above

    with opened(config.store.url) as engine:
        migrate(engine)
        with transaction(engine) as session:
            owner = put_organisation(session, config.library.code, config.library.name)
        left_out = harvest(engine, config, owner, options)
    return _ROWS_LEFT_OUT if left_out else _DONE


def _covers(config: ServerConfig, options: argparse.Namespace) -> int:
    from server.catalogue.cover_program import covers  # noqa: PLC0415 - see above

    with opened(config.store.url) as engine:
        migrate(engine)
        return _ROWS_LEFT_OUT if covers(engine, options) else _DONE


def _search(config: ServerConfig, options: argparse.Namespace) -> int:
    from server.catalogue.programs import search  # noqa: PLC0415 - see above

    with opened(config.store.url) as engine:
        migrate(engine)
        search(engine, config.index_folder, utc_now, options)
    return _DONE


def _migrate(config: ServerConfig) -> int:
    from server.fleet import ingest  # noqa: PLC0415 - see above

    for url, steps in ((config.store.url, None), (config.fleet.store, ingest.FLEET_STEPS)):
        with opened(url) as engine:
            revision = migrate(engine) if steps is None else migrate(engine, steps)
            sys.stdout.write(f"{engine.url.render_as_string(hide_password=True)}: {revision}\n")
    return _DONE


def _begin_epoch(config: ServerConfig) -> int:
    from server.fleet import epochs, ingest  # noqa: PLC0415 - see above

    with opened(config.fleet.store) as engine:
        migrate(engine, ingest.FLEET_STEPS)
        with transaction(engine) as session:
            epochs.begin(session, utc_now())
    sys.stdout.write("a new epoch has begun: the kiosks tell again what they told in the last 30 days\n")
    return _DONE


def _add_terminal(config: ServerConfig, options: argparse.Namespace) -> int:
    password = read_secret(options.password_file)
    new = NewTerminal(options.id, options.place, options.login, password, options.certificate_cn)
    with opened(config.store.url) as engine:
        migrate(engine)
        with transaction(engine) as session:
            put_terminal(session, new)
    return _DONE


def _make_key(config: ServerConfig, options: argparse.Namespace) -> int:
    """Make a key: on disk for the kiosk before it is in the store, so that no kiosk is left with a lost one."""
    from server.circulation.offline_policies import put_key  # noqa: PLC0415 - see above

    with opened(config.store.url) as engine:
        migrate(engine)
        with transaction(engine) as session:
            if session.get(Terminal, options.id) is None:
                raise UnknownTerminalError(options.id)
            key = put_key(session, options.id)
            descriptor = os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                os.fchmod(descriptor, 0o600)
                file.write(f"{key.hex()}\n")
                file.flush()
                os.fsync(descriptor)
    return _DONE


def _set_pin(config: ServerConfig, options: argparse.Namespace) -> int:
    pin = sys.stdin.readline().strip() if options.generate is None else new_pin(options.generate)
    with opened(config.store.url) as engine:
        migrate(engine)
        with transaction(engine) as session:
            owner = put_organisation(session, config.library.code, config.library.name)
            put_pin(session, owner, options.card, pin)
    if options.generate is not None:
        sys.stdout.write(f"{pin}\n")
    return _DONE


def _link_citizen(config: ServerConfig, options: argparse.Namespace) -> int:
    from server.patrons.citizen_program import citizen  # noqa: PLC0415 - see above

    with opened(config.store.url) as engine:
        migrate(engine)
        with transaction(engine) as session:
            owner = put_organisation(session, config.library.code, config.library.name)
        return citizen(engine, owner, config.citizens.key_file, options)


def _list_blocked(config: ServerConfig) -> int:
    from server.patrons.blocks import blocked_cards  # noqa: PLC0415 - see above

    with opened(config.store.url) as engine:
        migrate(engine)
        with transaction(engine) as session:
            owner = put_organisation(session, config.library.code, config.library.name)
            for block in blocked_cards(session, owner):
                when = block.at.astimezone(config.library.zone).isoformat(" ", "minutes")
                kept = "kept by the machine" if block.retained else "shown to the machine"
                sys.stdout.write(f"{block.card}\t{when}\t{block.terminal_id}\t{kept}\t{block.words}\n")
    return _DONE


def _say_ready(ports: "Ports") -> None:
    told = {"ready": True, "sip2_port": ports.sip2, "web_port": ports.web}
    if ports.kiosk_api is not None:
        told["kiosk_api_port"] = ports.kiosk_api
    if ports.receipts is not None:
        told["receipts_port"] = ports.receipts
    if ports.oai is not None:
        told["oai_port"] = ports.oai
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
