"""Writes the demo's folder: configuration files, passwords, certificates, and the stock that is imported."""

import datetime as dt
import json
import secrets
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deploy.demo.broker import INGEST_ACCOUNT, BrokerAccount, write_configuration
from deploy.demo.children import python
from deploy.demo.people import HUB, OWNER
from deploy.demo.pki import Authority, write_secret
from deploy.demo.stock import RULES, make_stock, write_stock

KIOSK_ID = "k-demo1"
DESK_ID = "desk-1"
"""A second terminal, with which the demo makes the loans that stand before it begins."""
ADDRESS = "127.0.0.1"
BINS: Final = {"shelf": 1, "hold": 2, "other_place": 3, "exception": 4}
"""Into which bin returned items go."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What a site's kiosk does beyond the usual."""

    lends_alone: bool
    citizens: bool
    """Citizen cards find readers, and make new ones."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The files of one demo."""

    folder: Path

    @property
    def server_configuration(self) -> Path:
        """``server.toml``."""
        return self.folder / "server" / "server.toml"

    @property
    def kiosk_configuration(self) -> Path:
        """``kiosk.toml``."""
        return self.folder / "kiosk" / "kiosk.toml"

    @property
    def agent_configuration(self) -> Path:
        """``agent.toml``."""
        return self.folder / "kiosk" / "agent.toml"

    @property
    def broker_configuration(self) -> Path:
        """``mosquitto.conf``."""
        return self.folder / "broker" / "mosquitto.conf"

    @property
    def database(self) -> Path:
        """The server's circulation store."""
        return self.folder / "server" / "library.db"

    @property
    def fleet_store(self) -> Path:
        """What the kiosks told the server of themselves."""
        return self.folder / "server" / "fleet.db"

    @property
    def kiosk_rules(self) -> Path:
        """The rules by which the kiosk lends alone, as it last fetched them."""
        return self.folder / "kiosk" / "state" / "offline-policy.json"

    @property
    def journal(self) -> Path:
        """The kiosk's journal."""
        return self.folder / "kiosk" / "state" / "journal.sqlite3"

    @property
    def stock(self) -> Path:
        """What the stock generator wrote."""
        return self.folder / "stock"

    def wire(self, device: str) -> Path:
        """Where an emulated device appears, as ``/dev/serial/by-id`` does for a real one."""
        return self.folder / "dev" / device

    def control(self, device: str) -> Path:
        """Where an emulator takes orders."""
        return self.folder / "dev" / f"{device}.control"


def install(folder: Path, *, broker_port: int, stock_seed: int, titles: int | None = None) -> Installation:
    """Make a fresh installation in an empty or absent folder: everything but what depends on the server's ports."""
    made = Installation(folder)
    for part in ("server", "kiosk/state", "broker", "dev", "log", "secrets"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "secrets").chmod(0o700)
    passwords = {name: secrets.token_urlsafe(24) for name in ("sip2", "desk", "kiosk-mqtt", "ingest-mqtt")}
    for name, password in passwords.items():
        write_secret(folder / "secrets" / name, password.encode())
    authority = Authority(folder / "secrets", dt.datetime.now(dt.UTC))
    authority.server("server", ADDRESS)
    authority.kiosk(KIOSK_ID)
    authority.kiosk(DESK_ID)
    write_configuration(
        folder / "broker",
        [
            BrokerAccount(INGEST_ACCOUNT, passwords["ingest-mqtt"]),
            BrokerAccount(KIOSK_ID, passwords["kiosk-mqtt"]),
        ],
        broker_port,
    )
    _write_server(made, broker_port)
    _write_agent(made, broker_port)
    today = dt.datetime.now().astimezone().date()
    write_stock(make_stock(stock_seed, today, titles=titles), made.stock)
    return made


def import_stock(made: Installation) -> None:
    """Fill the server's database; raise ``subprocess.CalledProcessError`` with its words when it refuses."""
    files: list[str] = []
    for kind in ("places", "records", "copies", "patrons"):
        files += [f"--{kind}", str(made.stock / f"{kind}.csv")]
    _server(made, "import", *files)
    for terminal, secret in ((KIOSK_ID, "sip2"), (DESK_ID, "desk")):
        _server(
            made,
            *("terminal", "add", terminal, "--place", HUB.code, "--login", terminal),
            *("--password-file", str(made.folder / "secrets" / secret), "--certificate-cn", terminal),
        )
    _server(made, "terminal", "key", KIOSK_ID, "--out", str(made.folder / "secrets" / "kiosk-key"))
    cards = json.loads((made.stock / "demo.json").read_text(encoding="utf-8"))["cards"]
    for card in cards.values():
        if card["pin"]:
            _server(made, "pin", card["card"], typed=card["pin"])
        if card["finds"]:
            _server(made, "citizen", "link", card["finds"], typed=card["card"].partition("|")[0])


def set_server_ports(made: Installation, ports: Mapping[str, int]) -> None:
    """Fix the ports that the server took (sip2, web, kiosk_api), so that it comes back on them after a restart."""
    text = made.server_configuration.read_text(encoding="utf-8")
    for name, port in ports.items():
        text = text.replace(f"port = 0 # {name}\n", f"port = {port} # {name}\n")
    made.server_configuration.write_text(text, encoding="utf-8")


def write_kiosk(
    made: Installation,
    ports: Mapping[str, int],
    message_s: float,
    neighbours: Sequence[str | Mapping[str, str]],
    offers: Offers,
) -> None:
    """Write the kiosk's file; ``ports`` are those at which it finds ``sip2`` and ``kiosk_api``.

    ``neighbours``: owners beside our own, as ``tags.owners`` takes them.
    """
    dev = made.folder / "dev"
    _write(
        made.kiosk_configuration,
        {
            "": {
                "schema_version": 1,
                "kiosk_id": KIOSK_ID,
                "site_name": HUB.name,
                "state_folder": "state",
            },
            "library_system": {
                "url": f"sip2+tls://{ADDRESS}:{ports['sip2']}",
                "profile": "own",
                "login": KIOSK_ID,
                "password_file": "../secrets/sip2",
                "institution": HUB.code,
                "server_ca": "../secrets/ca.crt",
                "certificate": f"../secrets/{KIOSK_ID}.crt",
                "certificate_key": f"../secrets/{KIOSK_ID}.key",
            },
            "devices": {
                "rfid": f"threem://{dev / 'pad'}",
                "barcode": f"serial://{dev / 'scanner'}",
                "printer": f"escpos://{dev / 'printer'}",
            },
            "tags": {"owners": [OWNER, *neighbours]},
            "services": {"citizen_card": offers.citizens, "new_readers": offers.citizens},
            "returns": BINS,
            "offline": {
                "lends": offers.lends_alone,
                "policy_url": f"https://{ADDRESS}:{ports['kiosk_api']}",
                "policy_key_file": "../secrets/kiosk-key",
                "battery_clock": True,
            },
            "catalogue": {"search": True},
            "session": {"message_s": message_s},
            "screen": {"panel": "7in-1024x600", "fullscreen": False},
            "agent": {"socket": "agent.sock"},
        },
    )


def _write_server(made: Installation, broker_port: int) -> None:
    sections: dict[str, Mapping[str, Any]] = {
        "": {"schema_version": 1},
        "library": {"code": HUB.code, "name": HUB.name},
        "store": {"url": "sqlite:///library.db"},
        "selfcheck": {
            "certificate": "../secrets/server.crt",
            "certificate_key": "../secrets/server.key",
            "client_ca": "../secrets/ca.crt",
        },
        "citizens": {"key_file": "../secrets/citizens-key"},
        "fleet": {
            "broker_port": broker_port,
            "broker_login": INGEST_ACCOUNT,
            "broker_password_file": "../secrets/ingest-mqtt",
        },
    }
    _write(made.server_configuration, sections)
    with made.server_configuration.open("a", encoding="utf-8") as file:
        file.write("\n[web]\nport = 0 # web\n")
        file.write('\n[kiosk_api]\nport = 0 # kiosk_api\ncertificate = "../secrets/server.crt"\n')
        file.write('certificate_key = "../secrets/server.key"\nclient_ca = "../secrets/ca.crt"\n')
        for rule in RULES:
            file.write("\n[[lending.rules]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in rule.items()))
    text = made.server_configuration.read_text(encoding="utf-8")
    made.server_configuration.write_text(
        text.replace("[selfcheck]\n", "[selfcheck]\nport = 0 # sip2\n"), encoding="utf-8"
    )


def _write_agent(made: Installation, broker_port: int) -> None:
    _write(
        made.agent_configuration,
        {
            "": {
                "schema_version": 1,
                "kiosk_id": KIOSK_ID,
                "socket": "agent.sock",
                "state_folder": "state",
                "health_every_s": 2.0,
                "resend_after_s": 2.0,
                "reannounce_within_s": 0.5,
                "will_delay_s": 2,
            },
            "broker": {
                "host": ADDRESS,
                "port": broker_port,
                "password_file": "../secrets/kiosk-mqtt",
                "reconnect_min_s": 0.25,
                "reconnect_max_s": 2.0,
            },
        },
    )


def _server(made: Installation, *words: str, typed: str = "") -> None:
    command = python("server", words[0], *words[1:], "--config", str(made.server_configuration))
    done = subprocess.run(command, input=f"{typed}\n", capture_output=True, text=True, check=False)
    with (made.folder / "log" / "import.log").open("a", encoding="utf-8") as log:
        log.write(done.stdout + done.stderr)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)


def _write(path: Path, sections: Mapping[str, Mapping[str, Any]]) -> None:
    lines: list[str] = []
    for name, values in sections.items():
        if name:
            lines.append(f"\n[{name}]")
        lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: object) -> str:
    """Write a word, number, truth, table or list of such; JSON's strings, as written here, are TOML's."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)
