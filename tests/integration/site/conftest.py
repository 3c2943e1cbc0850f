"""One installation for all tests of this folder."""

from collections.abc import Iterator

import pytest

from deploy.demo.site import Site, Wishes
from deploy.demo.stock import FEWEST_TITLES
from tests.support.gates.artifacts import KEPT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Site]:
    """Run the demo's installation: broker, server, ingest, agent, kiosk on a virtual screen, devices, workbench."""
    folder = tmp_path_factory.mktemp("site")
    pytestconfig.stash[KEPT]["site"] = folder
    with Site(Wishes(folder, virtual_screen=True, titles=FEWEST_TITLES)) as running:
        yield running
