"""``library-server citizen``: readers' citizen numbers, and what they agreed to; a number comes from standard input.

Whatever stands in a command can be seen by everybody on the machine and is kept in the shell's history.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from library.identity.citizen_card import CitizenCard, is_citizen_number, looks_like_citizen_card, read_citizen_card
from library.identity.purposes import NEEDED, Purpose
from server.errors import CitizenNumberError, CitizenSwitchedOffError
from server.patrons.citizens import link_citizen, opened_key, unlink_citizen
from server.patrons.consents import consents_of, withdraw
from server.store.engine import transaction

_DONE: Final = 0
_NOTHING_THERE: Final = 1


def add_citizen(program: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the program's words."""
    verbs = program.add_subparsers(dest="verb", required=True)
    link = verbs.add_parser(
        "link",
        parents=[common],
        help="let a citizen card find a reader; the number, or its scanned QR code, from standard input",
    )
    link.add_argument("card", help="the number on the library card")
    unlink = verbs.add_parser("unlink", parents=[common], help="forget a reader's citizen numbers")
    unlink.add_argument("card", help="the number on the library card")
    consents = verbs.add_parser("consents", parents=[common], help="list what a reader agreed to, or take one back")
    consents.add_argument("card", help="the number on the library card")
    freely = sorted(set(Purpose) - NEEDED)
    consents.add_argument("--withdraw", type=Purpose, choices=freely, help="the reader agrees to this no more")


def citizen(engine: Engine, organisation_id: int, key_file: Path | None, options: argparse.Namespace) -> int:
    """Link, unlink or list; give the exit status: 1 where there was nothing to forget or to take back."""
    if options.verb == "consents":
        return _consents(engine, organisation_id, options)
    if options.verb == "unlink":
        with transaction(engine) as session:
            return _DONE if unlink_citizen(session, organisation_id, options.card) else _NOTHING_THERE
    key = opened_key(engine, key_file)
    if key is None:
        raise CitizenSwitchedOffError
    number = _number(sys.stdin.readline().strip())
    with transaction(engine) as session:
        link_citizen(session, key, organisation_id, options.card, number)
    return _DONE


def _consents(engine: Engine, organisation_id: int, options: argparse.Namespace) -> int:
    with transaction(engine) as session:
        if options.withdraw is not None:
            there = withdraw(session, organisation_id, options.card, options.withdraw)
            return _DONE if there else _NOTHING_THERE
        for purpose, given_at in consents_of(session, organisation_id, options.card).items():
            sys.stdout.write(f"{purpose.value} {given_at.isoformat(timespec='seconds')}\n")
    return _DONE


def _number(text: str) -> str:
    if looks_like_citizen_card(text):
        card = read_citizen_card(text, datetime.now(UTC).date())
        if isinstance(card, CitizenCard):
            return card.number
    if not is_citizen_number(text):
        raise CitizenNumberError
    return text
