"""One library, one kiosk, for all stories; each story begins and ends on the home page."""

import csv
import subprocess
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.demo.children import python
from deploy.demo.people import HUB
from deploy.demo.site import Site, Wishes
from deploy.demo.stock import FEWEST_TITLES
from tests.stories.reader import Reader
from tests.support.unmeasured import unmeasured_programs

LONG = "Truyện rất dài " * 27
HOSTILE_TITLES = {
    "TVX.900001": LONG[:400],
    "TVX.900002": unicodedata.normalize("NFD", "Số đỏ, tiểu thuyết"),
    "TVX.900003": "[b]Đậm[/b] [color=ff0000]đỏ[/color] [ref=x]chạm[/ref]",
    "TVX.900004": "Trước\x1b@\x1bp\x01sau\x1dV\x01cắt",
    "TVX.900005": "Một|AAhai\rba",
}
"""Item number -> title: 400 letters, decomposed letters, screen markup, printer commands, SIP2's own signs."""


NAMELESS = ""
"""Tags that name no library are of one of the network's."""
NEIGHBOUR = {"isil": "VN-DEMO2", "name": "Trường Trần Phú", "item_prefix": "TP/"}
"""A library of the network whose books bear numbers without the mark by which the library system knows them."""
IN_TWO_LIBRARIES = {
    "TVX.910001": ("Sách của thư viện xã", "Sách của trường"),
    "TVX.910002": ("Chuyện làng", "Chuyện trường"),
    "TVX.910003": ("Đồng quê", ""),
    "TVX.910004": ("Hạt giống", "Hạt mưa"),
}
"""Printed number -> its title here, and its title in the neighbour's library; empty: it has none of that number."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start the demo's installation, with books whose titles would break what is careless, and a neighbour's."""
    folder = tmp_path_factory.mktemp("site")
    wishes = Wishes(
        folder=folder,
        virtual_screen=True,
        cuttable_line=True,
        message_s=2.0,
        workbench=False,
        lends_alone=True,
        citizens=True,
        neighbours=(NAMELESS, NEIGHBOUR),
        titles=FEWEST_TITLES,
        drawn=False,
    )
    with ExitStack() as stack:
        with unmeasured_programs():  # where the demo plays at tests/integration/site they are measured
            started = stack.enter_context(Site(wishes))
        _add_books(started, folder, HOSTILE_TITLES)
        _add_books(started, folder, {item: title for item, (title, _) in IN_TWO_LIBRARIES.items()})
        prefix = NEIGHBOUR["item_prefix"]
        _add_books(started, folder, {prefix + item: title for item, (_, title) in IN_TWO_LIBRARIES.items() if title})
        yield started


@pytest.fixture
def reader(site: Site) -> Iterator[Reader]:
    """Put somebody in front of the kiosk; afterwards the pad is empty and nobody is there."""
    somebody = Reader(site)
    somebody.find_home()
    yield somebody
    somebody.leave()


def _add_books(site: Site, folder: Path, titles: Mapping[str, str]) -> None:
    records = folder / "records.csv"
    copies = folder / "copies.csv"
    _write(
        records,
        ["source_id", "title", "author", "language", "subjects", "publisher", "year", "isbn"],
        [[f"story {item}", title, "", "vi", "", "", "", ""] for item, title in titles.items()],
    )
    _write(
        copies,
        ["item_id", "source_id", "place", "item_type", "call_number"],
        [[item, f"story {item}", HUB.code, "book", ""] for item in titles],
    )
    command = python("server", "import", "--config", str(site.server_configuration))
    subprocess.run([*command, "--records", str(records), "--copies", str(copies)], check=True, timeout=60)


def _write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
