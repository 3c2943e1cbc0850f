"""What listens where, and who may read which file."""

import stat
from pathlib import Path

import pytest

from deploy.demo.site import Site
from tests.support.demo_site import process_of
from tests.support.sockets import listeners

pytestmark = pytest.mark.timeout(300)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_kiosk_opens_no_listening_socket(site: Site) -> None:
    kiosk = process_of(["kiosk", "run", "--config", str(site.files.kiosk_configuration)])
    site.recording.wait("the home page", lambda shown: shown.page == "home", 60)

    assert kiosk.net_connections(kind="all")
    assert listeners(kiosk) == set()


def test_the_agent_listens_on_its_own_unix_socket_alone(site: Site) -> None:
    agent = process_of(["kiosk", "agent", "--config", str(site.files.agent_configuration)])
    path = site.files.folder / "kiosk" / "agent.sock"

    assert listeners(agent) == {f"unix {path}"}
    assert _mode(path) == 0o600


@pytest.mark.parametrize("program", ["run", "ingest"])
def test_the_server_listens_on_loopback_alone(site: Site, program: str) -> None:
    server = process_of(["server", program, "--config", str(site.files.server_configuration)])
    found = listeners(server)

    assert len(found) == {"run": 3, "ingest": 0}[program]
    assert all(name.startswith("tcp 127.0.0.1:") for name in found)


def test_the_workbench_listens_on_loopback_alone(site: Site) -> None:
    (found,) = listeners(process_of(["kiosk.workbench", "--config", str(site.files.folder / "workbench.json")]))

    assert found.startswith("tcp 127.0.0.1:")


def test_the_broker_listens_on_loopback_alone(site: Site) -> None:
    (found,) = listeners(process_of(["mosquitto", "-c", str(site.files.broker_configuration)]))

    assert found.startswith("tcp 127.0.0.1:")


def test_secrets_are_their_owners_alone(site: Site) -> None:
    folder = site.files.folder / "secrets"
    secret = [path for path in folder.iterdir() if path.suffix != ".crt"]

    assert _mode(folder) == 0o700
    assert secret
    assert {path.name: _mode(path) for path in [*secret, site.files.folder / "broker" / "passwords"]} == {
        path.name: 0o600 for path in [*secret, site.files.folder / "broker" / "passwords"]
    }


def test_what_tells_of_people_is_its_owners_alone(site: Site) -> None:
    files = [site.files.journal, site.files.folder / "kiosk" / "state" / "outbox.sqlite", site.files.database]

    assert {path.name: f"{_mode(path):04o}" for path in files} == {path.name: "0600" for path in files}
