"""Readers of what kiosks, the server and the kiosk's program say, and an outbox file that was spoilt on its card."""

import json
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, Final

from mqtt.agent.protocol import EventLine, StateLine, StoredLine, line_of, read_from_agent, read_from_kiosk
from mqtt.agent.pump import batch_of
from mqtt.batches import decode_batch
from mqtt.envelope import Message
from mqtt.errors import MalformedMessageError, MqttError
from mqtt.messages import PUBLISHED, VISIT, KioskCondition, decode, encode
from mqtt.outbox import Parcel
from mqtt.outbox_file import OutboxFile
from server.fleet.events import numbers_of
from tests.fuzz.target import Target, Use, refusing
from tests.support import mqtt_messages as examples

_ONE_IN: Final = 20
"""A file is spoilt for so few of the inputs: each costs some syncs of the disk."""
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - nothing here depends on a sync
_LINES: Final = (
    EventLine(event_id="event-1", kind=VISIT, occurred_at=examples.NOW, data=examples.visit().model_dump(mode="json")),
    StateLine(state=KioskCondition.OUT_OF_ORDER, reasons=("pad",)),
    StoredLine(event_id="event-1"),
)
_DOCUMENTS: Final = tuple(encode(example) for example in examples.EXAMPLES)
_BATCH: Final = encode(examples.batch(examples.event(1), examples.staff_act(2), examples.event(3)))


_ODD: Final[tuple[Any, ...]] = (
    *(None, True, -1, 0, 2**53, 2**63, 2**70, 1e308, 1e-320, float("nan"), float("inf")),
    *("", "9.0", "1.7", "x" * 300, "\ud800", "\x00", "2026-03-02T08:30:00", "9999-12-31T23:59:59+00:00", "-1-1-1"),
    *([], {}, [[]], {"schema_version": "9.0"}, [None] * 70, {"type": "visit"}),
)


def _twisted(read: Callable[[bytes], object]) -> Use:
    """Use the bytes as they are or, where they are JSON, with some values put elsewhere, made odd or taken away."""
    plain = refusing(MqttError, read)

    def use(data: bytes, dice: Random) -> None:
        plain(data, dice)
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            document = json.loads(dice.choice(_DOCUMENTS))
        for _ in range(dice.randint(1, 3)):
            _twist(document, dice)
        plain(json.dumps(document).encode(), dice)

    return use


def _twist(document: Any, dice: Random) -> None:
    at = document
    while isinstance(at, dict | list) and at:
        key: Any = dice.choice(list(at)) if isinstance(at, dict) else dice.randrange(len(at))
        if not isinstance(at[key], dict | list) or dice.randrange(4) == 0:
            match dice.randrange(3):
                case 0:
                    at.pop(key)
                case 1:
                    at[key] = deepcopy(dice.choice(_ODD))
                case _ if isinstance(at, dict):
                    at[dice.choice(list(at))] = deepcopy(at[key])
                case _:
                    at.append(deepcopy(at[key]))
            return
        at = at[key]


def _batch(data: bytes) -> None:
    """Read a batch; whatever it holds, each of its events settles a number."""
    batch = decode_batch(data)
    numbers = numbers_of(batch)
    if len(numbers) > len(batch.events) + len(batch.unread):
        raise AssertionError("more numbers than events")


def _message(model: type[Message]) -> Target:
    """Read a message; one that was read can be said, and is the same when it is read again."""

    def read(data: bytes) -> None:
        message = decode(model, data)
        if decode(model, encode(message)) != message:
            raise AssertionError("read otherwise the second time")

    corpus = tuple(encode(example) for example in examples.EXAMPLES if isinstance(example, model))
    return Target(f"mqtt-{model.__name__.lower()}", _twisted(read), corpus)


def _line(data: bytes) -> None:
    for read in (read_from_kiosk, read_from_agent):
        with suppress(MalformedMessageError):
            read(data)


def _spoilt_file(data: bytes, dice: Random) -> None:
    """Put the input into a sound file, anywhere: it is opened all the same, and takes and gives out events."""
    if dice.randrange(_ONE_IN):
        return
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        path = Path(folder) / "outbox.sqlite"
        with closing(OutboxFile(path, "id-1")) as file:
            file.server_is("e-1")
            for number in range(4):
                file.add(f"event-{number}", '{"type": "visit"}')
            file.acknowledged(2, "e-1", 1_700_000_000)
        content = bytearray(path.read_bytes())
        at = dice.randrange(len(content))
        content[at : at + len(data)] = data
        path.write_bytes(content)
        with closing(OutboxFile(path, "id-2")) as file:
            file.server_is("e-2")
            file.add("event-new", "{}")
            parcel = Parcel(file.outbox_id, file.oldest(100, 100_000))
            batch = decode_batch(encode(batch_of(examples.KIOSK, parcel, examples.NOW)))
            known = {event.event_id for event in parcel.events}
            file.acknowledged(parcel.events[-1].sequence, "e-2", 1_700_000_001)
        if "event-new" not in known or len(batch.events) + len(batch.unread) != len(known):
            raise AssertionError(f"not all is given out: {known}")


TARGETS: Final = (
    Target("mqtt-batch", _twisted(_batch), (_BATCH,)),
    *(_message(model) for model in PUBLISHED),
    Target(
        "agent-lines",
        _twisted(_line),
        tuple(line_of(line) for line in _LINES),
    ),
    Target("outbox-file", _spoilt_file, (b"\x00" * 64, b"\xff" * 4096)),
)
