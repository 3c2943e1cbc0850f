"""``agent.toml`` must be right, and says where it is not."""

from pathlib import Path

import pytest

from mqtt.agent.config import load
from settings.errors import FaultyFileError

RIGHT = """schema_version = 1
kiosk_id = "k-first"
socket = "run/agent.sock"
state_folder = "/var/lib/library-kiosk/agent"
[broker]
host = "127.0.0.1"
port = 8883
password_file = "secrets/broker"
"""


def faults_of(path: Path, text: str) -> tuple[str, ...]:
    """Return what is said of a file with this text."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyFileError) as caught:
        load(path)
    assert caught.value.path == path
    return caught.value.problems


def test_a_right_file_is_read_and_its_paths_begin_in_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(RIGHT, encoding="utf-8")
    config = load(path)

    assert config.socket == tmp_path / "run" / "agent.sock"
    assert config.state_folder == Path("/var/lib/library-kiosk/agent")
    assert config.broker.password_file == tmp_path / "secrets" / "broker"
    assert (config.health_every_s, config.resend_after_s) == (30.0, 10.0)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("heath_every_s = 5", "heath_every_s: unknown key; the nearest valid key is 'health_every_s'"),
        ("health_every_s = 0.1", "health_every_s: Input should be greater than or equal to 0.5"),
        ("[broker2]", "broker2: unknown key; the nearest valid key is 'broker'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, line: str, fault: str) -> None:
    assert faults_of(tmp_path / "agent.toml", RIGHT.replace("[broker]", f"{line}\n[broker]")) == (fault,)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = RIGHT.replace("k-first", "K/1").replace("port = 8883", "prot = 8883")
    faults = faults_of(tmp_path / "agent.toml", text)

    assert [fault.partition(":")[0] for fault in faults] == ["kiosk_id", "broker.port", "broker.prot"]
    assert "'port'" in faults[2]


def test_a_kiosk_does_not_bear_the_servers_name(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "agent.toml", RIGHT.replace("k-first", "library-ingest"))

    assert fault == "kiosk_id: this name is the server's own"


def test_another_version_of_the_file_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "agent.toml", RIGHT.replace("schema_version = 1", "schema_version = 2"))

    assert fault.startswith("schema_version")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "agent.toml", "= =")[0].startswith("is not TOML")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultyFileError) as caught:
        load(tmp_path / "agent.toml")
    assert caught.value.problems == ("cannot be read (FileNotFoundError)",)
