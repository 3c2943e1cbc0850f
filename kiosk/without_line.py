"""Puts together what is done without a line: the rules by which the kiosk lends, and how it is told afterwards."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.alarm.reporting import AlarmReporting
from kiosk.alone.door import HttpsDoor
from kiosk.alone.lending import RulesSource
from kiosk.alone.machine_time import MachineTime
from kiosk.alone.nothing import NoRules
from kiosk.alone.policy import PolicyRules, read_key
from kiosk.alone.replaying import OnlyKiosk, Replaying, Turns
from kiosk.alone.telling import Telling
from kiosk.config import KioskConfig
from kiosk.ils.line import tls_of
from kiosk.ils.our_server import OurServer
from kiosk.ils.replay_turns import TurnsOfServer
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.journal.journal import Journal
from kiosk.ports import Clock
from settings.errors import FaultyFileError
from settings.secret_file import read_secret

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retelling:
    """What tells what was done alone, in the way that the profile of the library system says."""

    config: KioskConfig
    library_system: Sip2LibrarySystem
    journal: Journal
    rules: RulesSource
    time: MachineTime
    clock: Clock

    async def run(self, may_go_on: Callable[[], bool]) -> None:
        """Tell until cancelled; ``may_go_on``: nobody stands before the kiosk, and the library system is there.

        A Koha hears of it by a file, and so does any system that nobody may tell: then it ends at once.
        """
        listener, alarms = self.library_system.told, self.library_system.alarm_listener
        async with asyncio.TaskGroup() as group:
            if listener is not None:
                group.create_task(Telling(self.journal, listener, self.time, may_go_on).run())
            if alarms is not None:
                group.create_task(AlarmReporting(self.journal, alarms, self.clock.wall, may_go_on).run())
            if (replaying := self._replaying(may_go_on)) is not None:
                group.create_task(replaying.run())

    def _replaying(self, may_go_on: Callable[[], bool]) -> Replaying | None:
        replayer, turns = self.library_system.replayed, turns_of(self.config)
        if replayer is None:
            return None
        if turns is None:
            _log.warning("what is done alone waits for `kiosk kept`: set offline.policy_url or offline.only_kiosk")
            return None
        return Replaying(self.journal, replayer, turns, self.time, may_go_on, self._shortest_due)

    def _shortest_due(self, at: datetime) -> datetime | None:
        rules = self.rules.current
        return None if rules is None else rules.due(at)


def turns_of(config: KioskConfig) -> Turns | None:
    """Say who decides whose turn it is; ``None``: nobody may, for several kiosks never tell on their own."""
    section, wanted = config.library_system, config.offline
    if wanted.only_kiosk:
        return OnlyKiosk()
    if not wanted.policy_url:
        return None
    password = read_secret(section.password_file) if section.password_file else ""
    return TurnsOfServer(OurServer(wanted.policy_url, tls_of(section), section.login, password))


def rules_of(config: KioskConfig, path: Path, time: MachineTime) -> RulesSource:
    """Give the rules for lending alone; ``path`` is the file of the configuration.

    Raises:
        FaultyFileError: the key's file holds no key.
        SecretFileError: a secret cannot be read, or others may read it too.

    """
    wanted, section = config.offline, config.library_system
    if not wanted.lends or wanted.policy_key_file is None:
        return NoRules()
    try:
        key = read_key(wanted.policy_key_file)
    except ValueError as error:
        raise FaultyFileError(path, (f"offline.policy_key_file: {error}",)) from error
    password = read_secret(section.password_file) if section.password_file else ""
    door = HttpsDoor(wanted.policy_url, tls_of(section), section.login, password)
    return PolicyRules(
        door, config.state_folder / "offline-policy.json", key, wanted.terminal_id or config.kiosk_id, time
    )
