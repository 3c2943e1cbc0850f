"""The wheel in an empty environment, outside the checkout."""

import json
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.architecture.tree import settings, tracked
from tests.support.gates.artifacts import KEPT
from tests.support.installed import Installed, build_wheel, install
from tests.support.waiting import eventually

PACKAGES: list[str] = settings()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
KIOSK_TOML = """
schema_version = 1
kiosk_id = "k-wheel"
site_name = "Thư viện thử"
state_folder = "state"
[library_system]
url = "sip2://127.0.0.1:9"
[devices]
rfid = "threem:///nowhere/pad"
barcode = "serial:///nowhere/scanner"
printer = "escpos:///nowhere/printer"
[tags]
owners = ["VN-TEST"]
[screen]
fullscreen = false
[agent]
socket = "agent.sock"
"""
AGENT_TOML = """
schema_version = 1
kiosk_id = "k-wheel"
socket = "agent.sock"
state_folder = "state"
[broker]
host = "127.0.0.1"
port = 9
"""
SERVER_TOML = """
schema_version = 1
[library]
code = "VN-TEST"
name = "Thư viện thử"
[store]
url = "sqlite:///library.db"
[selfcheck]
port = 0
[web]
port = 0
"""
LOAD_PROFILES = """
from kiosk.hardware.catalogue import KINDS, names_of, profile_of, text_of
for kind in KINDS:
    for name in names_of(kind):
        text_of(kind, name) if kind.model is None else profile_of(kind, name)
        print(f"{kind.name}/{name}" + ("" if kind.model is None else ".toml"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the built wheel."""
    return build_wheel(list(tracked()), tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Installed:
    """Give the environment that the wheel is installed in, with a configuration of each program beside it."""
    made = install(wheel, tmp_path_factory.mktemp("installed"))
    for name, text in (("kiosk", KIOSK_TOML), ("agent", AGENT_TOML), ("server", SERVER_TOML)):
        (made.folder / f"{name}.toml").write_text(text, encoding="utf-8")
    pytestconfig.stash[KEPT]["installed"] = made.folder
    return made


def test_the_wheel_holds_every_tracked_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    expected = {path.as_posix() for path in tracked() if path.parts[0] in PACKAGES}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert held == expected
    assert {name.rpartition(".")[2] for name in held} >= {"py", "kv", "po", "toml", "html", "css", "js", "svg", "mako"}
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_the_wheel_names_its_programs_and_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        about = {
            name.partition(".dist-info/")[2]: archive.read(name) for name in archive.namelist() if ".dist-" in name
        }

    assert b"kiosk = kiosk.__main__:main\nlibrary-server = server.__main__:main" in about["entry_points.txt"]
    assert b"Apache License" in about["licenses/LICENSE"]


def test_nothing_of_the_checkout_can_be_seen_from_there(installed: Installed) -> None:
    said = installed.run("python", "-c", "import kiosk, server; print(kiosk.__file__, server.__file__)")

    assert all(Path(path).is_relative_to(installed.environment) for path in said.split())
    with pytest.raises(AssertionError, match="No module named 'deploy'"):
        installed.run("python", "-c", "import deploy")


@pytest.mark.parametrize("program", ["kiosk", "library-server"])
def test_a_program_says_how_it_is_used(installed: Installed, program: str) -> None:
    said = installed.run(program, "--help")

    assert said.startswith(f"usage: {program}")


def test_a_configuration_of_the_kiosk_is_checked(installed: Installed) -> None:
    said = installed.run("kiosk", "check", "kiosk.toml")

    assert said == "kiosk.toml: good, for kiosk k-wheel\n"


def test_recorded_lines_are_explained(installed: Installed) -> None:
    said = installed.run("kiosk", "decode", "sip2", said="9900402.00\n")

    assert json.loads(said)["code"] == "99"


def test_a_fresh_database_is_brought_to_this_release(installed: Installed) -> None:
    said = installed.run("library-server", "migrate", "--config", "server.toml")

    assert {path.name for path in installed.folder.glob("*.db")} == {"library.db", "fleet.db"}
    assert said.count("library.db: 0") == 1


def test_every_profile_of_the_hardware_can_be_read(installed: Installed) -> None:
    read = installed.run("python", "-c", LOAD_PROFILES).split()

    assert sorted(read) == sorted(
        path.relative_to("firmware_config").as_posix()
        for path in tracked()
        if path.is_relative_to("firmware_config") and len(path.parts) > 2
    )


def test_the_server_starts_and_shows_its_page_in_both_languages(installed: Installed) -> None:
    with installed.running("library-server", "run", "--config", "server.toml") as ready:
        base = f"http://127.0.0.1:{ready['web_port']}"
        pages = [httpx.get(f"{base}/", params={"lang": code}).text for code in ("vi", "en")]

    assert '<html lang="vi"' in pages[0]
    assert '<html lang="en"' in pages[1]


def test_the_agent_starts(installed: Installed) -> None:
    with installed.running("kiosk", "agent", "--config", "agent.toml") as ready:
        there = Path(ready["socket"]).is_socket()

    assert there


async def test_the_kiosk_shows_a_page_with_its_letters(installed: Installed) -> None:
    shown = installed.folder / "shown"
    with installed.running("kiosk", "run", "--config", "kiosk.toml", "--record", str(shown)):
        first = await eventually(lambda: sorted(shown.glob("*.json")), 60)
        page = json.loads(first[0].read_text(encoding="utf-8"))

    assert page["page"] == "out_of_order"
    assert page["texts"]
    assert (shown / f"{page['number']:04}-out_of_order.png").stat().st_size > 1000


@pytest.mark.parametrize("device", ["threem", "scanner", "escpos"])
def test_an_emulated_device_starts(installed: Installed, device: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("e")
    words = ("python", "-m", "drivers.emulators", device, "--control", f"{folder}/c", "--link", f"{folder}/tty")

    with installed.running(*words) as ready:
        there = (folder / "tty").is_char_device()

    assert ready["ready"]
    assert there


def test_the_workbench_starts_and_shows_its_page(installed: Installed) -> None:
    (installed.folder / "stock.json").write_text('{"cards": {}, "books": []}', encoding="utf-8")
    (installed.folder / "bench.json").write_text(
        '{"devices": {"pad": "none"}, "stock": "stock.json"}', encoding="utf-8"
    )
    with installed.running("python", "-m", "kiosk.workbench", "--config", "bench.json", by="stdin") as ready:
        page = httpx.get(ready["url"]).text

    assert "<html" in page
