"""However the demo ends, everything that it started ends with it; and two of them do not disturb each other."""

import signal
from pathlib import Path

import psutil
import pytest

from deploy.demo.site import Site
from tests.support.demo_site import demo, wait_until_told

pytestmark = pytest.mark.timeout(300)
GONE_S = 60.0
CHILDREN = 10
"""Broker, virtual screen, server, ingest, three devices, agent, replica, kiosk; the workbench comes on top."""


def _alive_after(processes: list[psutil.Process]) -> list[str]:
    _, alive = psutil.wait_procs(processes, timeout=GONE_S)
    return [" ".join(process.cmdline()) for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def short_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder whose path leaves room for the name of a Unix socket."""
    return tmp_path_factory.mktemp("d")


def test_a_second_demo_plays_beside_the_first_and_takes_its_own_children_with_it_when_it_is_killed(
    site: Site, short_path: Path
) -> None:
    with demo(short_path, "--script", "borrow", "--items", "2") as process:
        told = wait_until_told(process, "Ctrl-C ends all of it")
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.wait()

        assert "all holds" in told
        assert len(children) > CHILDREN
        assert _alive_after(children) == []
    assert site.dead() is None


def test_ctrl_c_ends_every_child_in_order_and_is_no_failure(short_path: Path) -> None:
    with demo(short_path) as process:
        told = wait_until_told(process, "Ctrl-C ends all of it")
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        status = process.wait(120)

        assert status == 0
        assert _alive_after(children) == []
    assert "admin page   http://127.0.0.1:" in told
    assert "workbench    http://127.0.0.1:" in told
