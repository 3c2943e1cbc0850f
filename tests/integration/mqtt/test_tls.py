"""The link over TLS with a certificate on each side, as a site with more than one machine has it."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.demo.broker import start_broker
from deploy.demo.pki import Authority
from mqtt.broker_section import BrokerSection
from mqtt.connection import Connection
from mqtt.errors import LinkLostError, PublishRefusedError
from mqtt.ids import fresh_id
from mqtt.link import Link
from mqtt.link_values import LinkSettings
from tests.support.broker import free_port, mosquitto_is_missing
from tests.support.waiting import eventually, in_time

pytestmark = pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing")

KIOSK = "k-first"
RIGHTS = """pattern write library/v1/d/%u/up/#
pattern read library/v1/d/%u/up/#
"""


@contextmanager
def tls_broker(folder: Path) -> Iterator[int]:
    """Run a broker that knows its clients by their certificates (mqtt.md 3.1); give its port."""
    port = free_port()
    (folder / "rights").write_text(RIGHTS, encoding="utf-8")
    (folder / "rights").chmod(0o600)
    lines = [
        "allow_anonymous false",
        f"acl_file {folder / 'rights'}",
        "set_tcp_nodelay true",
        "log_dest stderr",
        f"listener {port} 127.0.0.1",
        f"cafile {folder / 'ca.crt'}",
        f"certfile {folder / 'broker.crt'}",
        f"keyfile {folder / 'broker.key'}",
        "require_certificate true",
        "use_identity_as_username true",
        "use_username_as_clientid true",
    ]
    if os.geteuid() == 0:
        lines.append("user root")
    (folder / "tls.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    process = start_broker(folder / "tls.conf", port, folder / "tls.log")
    try:
        yield port
    finally:
        process.kill()
        process.wait(10)


def section(folder: Path, port: int, name: str = KIOSK) -> BrokerSection:
    """Return how a kiosk's configuration says it."""
    return BrokerSection(
        host="127.0.0.1",
        port=port,
        ca_file=folder / "ca.crt",
        certificate=folder / f"{name}.crt",
        certificate_key=folder / f"{name}.key",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority = Authority(tmp_path, datetime.now(UTC))
    authority.server("broker", "127.0.0.1")
    authority.kiosk(KIOSK)
    authority.kiosk("k-second")
    return tmp_path


async def over(settings: LinkSettings, work: "asyncio.Future[Connection]") -> None:
    """Hold a link and give its first connection to ``work``."""

    async def session(connection: Connection) -> None:
        if not work.done():
            work.set_result(connection)
        await asyncio.get_running_loop().create_future()

    await Link(settings, new_id=fresh_id).run(session)


async def test_large_and_many_messages_pass_in_both_directions(folder: Path) -> None:
    topic = f"library/v1/d/{KIOSK}/up/event"
    sent = [bytes([number]) * 60_000 for number in range(10)] + [b"%d" % number for number in range(200)]
    with tls_broker(folder) as port:
        async with asyncio.TaskGroup() as group:
            ready: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
            settings = section(folder, port).link_settings(KIOSK, session_expiry_s=0)
            task = group.create_task(over(settings, ready))
            connection = await in_time(ready)
            await in_time(connection.subscribe([topic]))
            for payload in sent:
                await in_time(connection.publish(topic, payload))
            received = [(await in_time(connection.next_message())).payload for _ in sent]
            task.cancel()

    assert received == sent


async def test_a_kiosk_is_known_by_its_certificate_alone(folder: Path) -> None:
    with tls_broker(folder) as port:
        async with asyncio.TaskGroup() as group:
            ready: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
            settings = section(folder, port, "k-second").link_settings(KIOSK, session_expiry_s=0)
            task = group.create_task(over(settings, ready))
            connection = await in_time(ready)
            with pytest.raises(PublishRefusedError):
                await in_time(connection.publish(f"library/v1/d/{KIOSK}/up/event", b"for another"))
            await in_time(connection.publish("library/v1/d/k-second/up/event", b"its own"))
            task.cancel()


async def test_no_certificate_and_a_strange_authority_are_refused(folder: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    Authority(stranger, datetime.now(UTC))
    with tls_broker(folder) as port:
        for changed in (
            section(folder, port).model_copy(update={"certificate": None, "certificate_key": None}),
            section(folder, port).model_copy(update={"ca_file": stranger / "ca.crt"}),
            section(folder, port).model_copy(update={"host": "localhost"}),
        ):
            assert await in_time(first_loss(changed.link_settings(KIOSK, session_expiry_s=0)))


async def first_loss(settings: LinkSettings) -> str:
    """Try to connect; return why it was not possible."""
    losses: list[LinkLostError] = []

    async def lost(loss: LinkLostError) -> None:
        losses.append(loss)

    async def never(_connection: Connection) -> None:
        raise AssertionError("connected")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(Link(settings, new_id=fresh_id, on_loss=lost).run(never))
        await eventually(lambda: losses)
        task.cancel()
    return losses[0].reason
