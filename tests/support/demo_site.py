"""The demo as a test sees it: its processes, and its traffic at the broker."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
import psutil
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.support.unmeasured import unmeasured_environment

ROOT = Path(__file__).parents[2]
READY_S = 120.0


def process_of(words: Sequence[str]) -> psutil.Process:
    """Find the one descendant of this process whose command line holds the words one after the other."""
    wanted = " ".join(words)
    (found,) = [
        process
        for process in psutil.Process().children(recursive=True)
        if process.status() != psutil.STATUS_ZOMBIE
        and wanted in " ".join(process.cmdline())
        and "deploy.demo.tether" not in process.cmdline()
    ]
    return found


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run ``python -m deploy.demo`` in a folder of its own, in a session of its own; killed at the end if it lives."""
    variables = {name: value for name, value in unmeasured_environment().items() if name != "DISPLAY"}
    with subprocess.Popen(
        [sys.executable, "-m", "deploy.demo", "--folder", str(folder), "--titles", "1", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        env=variables,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_told(process: subprocess.Popen[str], words: str) -> str:
    """Read what it says until the words come; raise ``AssertionError`` when it ends or keeps silent for too long."""
    assert process.stdout is not None
    watch = threading.Timer(READY_S, process.kill)
    watch.start()
    said = ""
    try:
        for line in process.stdout:
            said += line
            if words in line:
                return said
    finally:
        watch.cancel()
        watch.join()
    raise AssertionError(f"never said {words!r}:\n{said}")


@contextmanager
def overheard(port: int, account: str, password: str) -> Iterator[list[tuple[str, bytes]]]:
    """Listen at the broker with an account, to all that it may read; gives topic and payload of each message."""
    heard: list[tuple[str, bytes]] = []
    subscribed = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"test-{account}", protocol=MQTTProtocolVersion.MQTTv5)
    client.username_pw_set(account, password)
    client.on_message = lambda _client, _data, message: heard.append((message.topic, bytes(message.payload)))
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port)
    client.subscribe("library/v1/#", qos=1)
    client.loop_start()
    try:
        assert subscribed.wait(20)
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()
