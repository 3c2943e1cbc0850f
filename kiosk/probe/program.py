"""``kiosk probe``: tries a library system's messages with test cards, says what works, and writes its profile."""

import argparse
import asyncio
import ssl
import sys
import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.ils.profiles import PROFILES
from kiosk.ils.settings import Sip2Settings
from kiosk.probe.findings import Findings
from kiosk.probe.line import Where
from kiosk.probe.trials import Trials
from kiosk.probe.walk import Task, Walk
from kiosk.session.values import ItemId, PatronId, Pin
from library.lending.patterns import NumberPatterns
from settings.errors import SecretFileError
from settings.secret_file import check_private, read_secret
from settings.toml_file import is_loopback

WRONG_WORDS: Final = 2
_SCHEMES: Final = {"sip2", "sip2+tls"}


class NeverTheSameSecond:
    """The machine's clock, in the library's time zone; never the same second twice.

    A message with the same text is taken for the same one by systems that keep their answers.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._last = datetime.fromtimestamp(0, zone)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def wall(self) -> datetime:
        """Local time with its offset."""
        self._last = max(datetime.now(self._zone).replace(microsecond=0), self._last + timedelta(seconds=1))
        return self._last


def main(argv: Sequence[str]) -> int:
    """Probe one library system: status 0 where a kiosk can work with it, 1 where not, 2 where the words are wrong."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        task = _task(options)
    except (ValueError, SecretFileError, OSError) as error:  # ssl.SSLError is an OSError
        sys.stderr.write(f"kiosk probe: {error}\n")
        return WRONG_WORDS
    if task.where.tls is None and not is_loopback(task.where.host):
        sys.stderr.write("the line is not encrypted: card numbers, PIN and password travel in clear\n")
    findings = Findings.beginning_with(options.profile)
    asyncio.run(_probe(task, findings, write=options.write))
    sys.stdout.write(findings.report())
    return 0 if findings.is_enough else 1


async def _probe(task: Task, findings: Findings, *, write: bool) -> None:
    walk = Walk(task, findings, NeverTheSameSecond(_zone_of(task)))
    try:
        if await walk.read_only() and findings.is_enough and write:
            await Trials(walk, f"probe-{uuid.uuid4().hex[:12]}").all()
    except (OSError, TimeoutError) as error:
        findings.need("a line", there=False, words=f"no connection: {type(error).__name__}")
    if not write:
        findings.note("nothing was changed: 11, 09, 29, cancel and no block are tried with --write alone")
    denied, promised = findings.untrue_bits()
    for codes, words in ((denied, "denies, but answers"), (promised, "promises, but does not answer")):
        if codes:
            findings.note(f"BX {words}: {' '.join(codes)}")
    if denied or promised:
        findings.learn(trusts_supported_messages=False)


def _zone_of(task: Task) -> ZoneInfo:
    zone = task.settings.zone
    if not isinstance(zone, ZoneInfo):
        raise TypeError(zone)
    return zone


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk probe",
        description="Try a library system with test cards: what works, what is missing, and a profile to paste.",
        epilog="No name, number, PIN or title is shown. Without --write nothing is changed.",
    )
    parser.add_argument("url", help="sip2+tls://host:port or sip2://host:port")
    parser.add_argument("--card", required=True, help="the number of a test card")
    parser.add_argument("--pin-file", type=Path, help="a file with the test card's PIN, readable by nobody else")
    parser.add_argument("--item", required=True, help="the number of a test item that nobody has and nobody waits for")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="generic", help="what to begin with")
    parser.add_argument("--login", default="", help="the terminal's login")
    parser.add_argument("--password-file", type=Path, help="a file with the login's password, readable by nobody else")
    parser.add_argument("--institution", default="", help="AO")
    parser.add_argument("--location", default="", help="CP and AP")
    parser.add_argument("--server-ca", type=Path, help="the certificate authority of a sip2+tls server")
    parser.add_argument("--certificate", type=Path, help="the kiosk's certificate")
    parser.add_argument("--certificate-key", type=Path)
    parser.add_argument("--time-zone", default="Asia/Ho_Chi_Minh", help="the library's")
    parser.add_argument("--answer-s", type=float, default=5.0, help="how long one answer may take")
    parser.add_argument("--write", action="store_true", help="lend, renew and return the test item too")
    return parser


def _task(options: argparse.Namespace) -> Task:
    parts = urlsplit(options.url)
    if parts.scheme not in _SCHEMES or not parts.hostname or not parts.port:
        raise ValueError("the URL must look like sip2+tls://host:port or sip2://host:port")
    if not 0 < options.answer_s <= 60:  # noqa: PLR2004 - a minute: nobody waits longer before a screen
        raise ValueError("--answer-s must be above 0 and at most 60")
    try:
        zone = ZoneInfo(options.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no time zone {options.time_zone!r}") from None
    settings = Sip2Settings(
        host=parts.hostname,
        port=parts.port,
        zone=zone,
        login=options.login,
        password=read_secret(options.password_file) if options.password_file else "",
        institution=options.institution,
        location=options.location,
        numbers=NumberPatterns(),
        answer_s=options.answer_s,
    )
    tls = _tls(options) if parts.scheme == "sip2+tls" else None
    pin = Pin(read_secret(options.pin_file)) if options.pin_file else None
    where = Where(parts.hostname, parts.port, tls, options.answer_s)
    return Task(where, settings, PatronId(options.card), ItemId(options.item), pin)


def _tls(options: argparse.Namespace) -> ssl.SSLContext:
    if options.server_ca is None or (options.certificate is None) != (options.certificate_key is None):
        raise ValueError("sip2+tls needs --server-ca; --certificate and --certificate-key go together")
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=options.server_ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.certificate is not None:
        check_private(options.certificate_key)
        context.load_cert_chain(options.certificate, options.certificate_key)
    return context
