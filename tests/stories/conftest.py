"""One library, one kiosk, for all stories; each story begins and ends on the home page."""

import csv
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from deploy.demo.children import python
from deploy.demo.people import HUB
from deploy.demo.site import Site, Wishes
from tests.stories.reader import Reader

LONG = "Truyện rất dài " * 27
HOSTILE_TITLES = {
    "TVX.900001": LONG[:400],
    "TVX.900002": unicodedata.normalize("NFD", "Số đỏ, tiểu thuyết"),
    "TVX.900003": "[b]Đậm[/b] [color=ff0000]đỏ[/color] [ref=x]chạm[/ref]",
    "TVX.900004": "Trước\x1b@\x1bp\x01sau\x1dV\x01cắt",
    "TVX.900005": "Một|AAhai\rba",
}
"""Item number -> title: 400 letters, decomposed letters, screen markup, printer commands, SIP2's own signs."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start the demo's installation, with books whose titles would break what is careless."""
    folder = tmp_path_factory.mktemp("site")
    with Site(Wishes(folder=folder, virtual_screen=True, message_s=2.0, workbench=False)) as started:
        _add_hostile_titles(started, folder)
        yield started


@pytest.fixture
def reader(site: Site) -> Iterator[Reader]:
    """Put somebody in front of the kiosk; afterwards the pad is empty and nobody is there."""
    somebody = Reader(site)
    somebody.find_home()
    yield somebody
    somebody.leave()


def _add_hostile_titles(site: Site, folder: Path) -> None:
    records = folder / "hostile-records.csv"
    copies = folder / "hostile-copies.csv"
    _write(
        records,
        ["source_id", "title", "author", "language", "subjects", "publisher", "year", "isbn"],
        [[f"hostile {item}", title, "", "vi", "", "", "", ""] for item, title in HOSTILE_TITLES.items()],
    )
    _write(
        copies,
        ["item_id", "source_id", "place", "item_type", "call_number"],
        [[item, f"hostile {item}", HUB.code, "book", ""] for item in HOSTILE_TITLES],
    )
    command = python("server", "import", "--config", str(site.server_configuration))
    subprocess.run([*command, "--records", str(records), "--copies", str(copies)], check=True, timeout=60)


def _write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
