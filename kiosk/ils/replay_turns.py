"""Asks our server whose turn it is: it knows what the library's other kiosks did with the same items."""

import asyncio
import http.client
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, Literal, Protocol

from kiosk.journal.dating import Dated
from kiosk.journal.rows import KeptKind, KeptState
from kiosk.session.values import TransactionId
from library.api.replaying import MOST_EVENTS, REPLAY_PATH, ReplayEvent, ReplayQuestion, Stage, Turn, read_turns
from library.lending.offline_events import is_transaction_id

_log = logging.getLogger(__name__)

_OPEN: Final = frozenset({KeptState.KEPT, KeptState.SENDING})
_KINDS: Final[Mapping[KeptKind, Literal["lend", "return"]]] = {KeptKind.LEND: "lend", KeptKind.RETURN: "return"}
_LONGEST_ITEM: Final = 64


class Server(Protocol):
    """Our server; blocks."""

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Ask once and give status and answer."""
        ...


class TurnsOfServer:
    """``kiosk.alone.replaying.Turns``; what became of an event is said until the server has heard it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._heard: set[tuple[TransactionId, Stage]] = set()

    async def ask(
        self, events: Sequence[Dated], elsewhere: frozenset[TransactionId]
    ) -> Mapping[TransactionId, Turn] | None:
        """Ask about each open event; without an answer none is told. No card number leaves the kiosk."""
        turns: dict[TransactionId, Turn] = {}
        travelling: list[ReplayEvent] = []
        for each in events:
            event = _travelling(each, elsewhere)
            if event is None:
                turns[each.kept.entry.transaction_id] = Turn.NEEDS_STAFF
            elif each.kept.state in _OPEN or (TransactionId(event.transaction_id), event.stage) not in self._heard:
                travelling.append(event)
        for some in _in_batches(travelling):
            answered = await self._ask(ReplayQuestion(events=some))
            if answered is None:
                return None
            self._heard.update((TransactionId(each.transaction_id), each.stage) for each in some)
            turns.update((TransactionId(name), turn) for name, turn in answered.items())
        return turns

    async def _ask(self, question: ReplayQuestion) -> dict[str, Turn] | None:
        body = question.model_dump_json().encode()
        try:
            status, answer = await asyncio.to_thread(self._server.ask, "POST", REPLAY_PATH, body)
        except (OSError, ValueError, http.client.HTTPException) as error:
            _log.warning("our server does not say whose turn it is: %s", type(error).__name__)
            return None
        if status != HTTPStatus.OK:
            _log.warning("our server does not say whose turn it is: status %d", status)
            return None
        return read_turns(answer)


def _travelling(event: Dated, elsewhere: frozenset[TransactionId]) -> ReplayEvent | None:
    """Give what the server is told; ``None`` for numbers that cannot be told, which are for staff."""
    entry = event.kept.entry
    if not is_transaction_id(entry.transaction_id) or not 0 < len(entry.item_id.text) <= _LONGEST_ITEM:
        return None
    stage = Stage.OPEN if event.kept.state in _OPEN else Stage(event.kept.state.value)
    return ReplayEvent(
        transaction_id=entry.transaction_id,
        kind=_KINDS[entry.kind],
        item=entry.item_id.text,
        at=event.at,
        clock=event.certainty,
        journal_no=event.kept.number,
        stage=Stage.ELSEWHERE if stage is Stage.OPEN and entry.transaction_id in elsewhere else stage,
    )


def _in_batches(events: Sequence[ReplayEvent]) -> list[tuple[ReplayEvent, ...]]:
    return [tuple(events[start : start + MOST_EVENTS]) for start in range(0, len(events), MOST_EVENTS)]
