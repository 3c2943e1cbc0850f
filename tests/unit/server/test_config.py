"""``server.toml`` is right, or every fault of it is named."""

from pathlib import Path

import pytest

from library.lending.rules import LoanRule
from server.config import load
from settings.errors import FaultyFileError

LEAST = """
schema_version = 1
[library]
code = "VN-QN"
name = "Thư viện xã"
[store]
url = "sqlite:///data/library.db"
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "server.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(FaultyFileError) as refused:
        load(_write(folder, text))
    assert refused.value.path == folder / "server.toml"
    return refused.value.problems


def test_the_least_that_a_server_must_know_is_enough(tmp_path: Path) -> None:
    config = load(_write(tmp_path, LEAST))

    assert config.store.url == f"sqlite:///{tmp_path}/data/library.db"
    assert config.fleet.store == f"sqlite:///{tmp_path}/fleet.db"
    assert str(config.library.zone) == "Asia/Ho_Chi_Minh"
    assert not config.selfcheck.encrypted
    assert config.rules.rule_for(category="x", item_type="y", place="z") == LoanRule()


@pytest.mark.parametrize(
    ("changed", "folder"),
    [
        (LEAST, "data/library.index"),
        (LEAST.replace("sqlite:///data/library.db", "postgresql+psycopg:///library"), "catalogue.index"),
        (LEAST + '[catalogue]\nfolder = "found"\n', "found"),
    ],
)
def test_the_catalogues_index_lies_beside_the_store_or_where_the_file_says(
    tmp_path: Path, changed: str, folder: str
) -> None:
    assert load(_write(tmp_path, changed)).index_folder == tmp_path / folder


def test_paths_are_meant_from_the_files_own_folder(tmp_path: Path) -> None:
    text = LEAST + (
        '[selfcheck]\ncertificate = "a.crt"\ncertificate_key = "/etc/a.key"\nclient_ca = "../ca.crt"\n'
        '[fleet]\nbroker_password_file = "secret"\n'
    )

    config = load(_write(tmp_path, text))

    assert config.selfcheck.certificate == tmp_path / "a.crt"
    assert config.selfcheck.certificate_key == Path("/etc/a.key")
    assert config.selfcheck.client_ca == tmp_path / "../ca.crt"
    assert config.fleet.broker_password_file == tmp_path / "secret"
    assert config.selfcheck.encrypted


def test_a_library_may_lie_in_another_time_zone(tmp_path: Path) -> None:
    config = load(_write(tmp_path, LEAST.replace("[store]", 'time_zone = "Asia/Vientiane"\n[store]')))

    assert str(config.library.zone) == "Asia/Vientiane"


def test_a_postgresql_store_keeps_its_address(tmp_path: Path) -> None:
    config = load(_write(tmp_path, LEAST.replace("sqlite:///data/library.db", "postgresql+psycopg:///library")))

    assert config.store.url == "postgresql+psycopg:///library"


def test_rules_are_read_in_order_of_precedence(tmp_path: Path) -> None:
    text = LEAST + '[[lending.rules]]\nloan_days = 21\n[[lending.rules]]\ncategory = "child"\nmax_items = 2\n'

    rules = load(_write(tmp_path, text)).rules

    assert rules.rule_for(category="child", item_type="book", place="x").max_items == 2
    assert rules.rule_for(category="adult", item_type="book", place="x").loan_days == 21


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("[selfchek]\n", "selfchek: unknown key; the nearest valid key is 'selfcheck'"),
        ("[selfcheck]\nprot = 1\n", "selfcheck.prot: unknown key; the nearest valid key is 'port'"),
        (
            "[[lending.rules]]\nlaon_days = 3\n",
            "lending.rules.0.laon_days: unknown key; the nearest valid key is 'loan_days'",
        ),
        ("[numbers]\ncard = ['x']\n", "numbers.card: unknown key; the nearest valid key is 'cards'"),
        (
            "[selfcheck]\nhost = '0.0.0.0'\n",
            "selfcheck: other machines need certificate, certificate_key and client_ca, or plain_because, the reason",
        ),
        (
            "[web]\nhost = '0.0.0.0'\n",
            "web.host: must be 127.0.0.1, ::1 or localhost: the pages have no users yet, put a proxy before them",
        ),
        (
            "[fleet]\nbroker_host = 'broker.example'\n",
            "fleet: a broker on another machine needs broker_ca, the authority that signed its certificate",
        ),
        (
            "[oai]\npublic_url = 'https://oai.example'\n",
            "oai: public_url needs admin_email, which every harvester is told",
        ),
        (
            "[oai]\nhost = '0.0.0.0'\n",
            "oai: other machines need certificate and certificate_key, or a proxy on this one",
        ),
        ("[selfcheck]\ncertificate = 'a'\n", "selfcheck: certificate, certificate_key and client_ca go together"),
        (
            "[[lending.rules]]\nplace = 'x'\n[[lending.rules]]\nplace = 'x'\n",
            "lending.rules: two rules for one category, item_type and place (every, every, x)",
        ),
    ],
)
def test_a_fault_is_named_with_its_key(tmp_path: Path, more: str, problem: str) -> None:
    problems = _problems(tmp_path, LEAST + more)

    assert problems == (problem,)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[store]", "[store_]\nx = 1\n[store]", "store_: unknown key; the nearest valid key is 'store'"),
        ("sqlite:///data/library.db", "mysql://x", "store.url: must begin with sqlite: or postgresql"),
        ("sqlite:///data/library.db", "library.db", "store.url: must look like sqlite:///library.db"),
        (
            'name = "Thư viện xã"',
            'name = "x"\ntime_zone = "Asia/Hanoi"',
            "library.time_zone: there is no time zone 'Asia/Hanoi'; one is Asia/Ho_Chi_Minh",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(tmp_path: Path, old: str, new: str, problem: str) -> None:
    problems = _problems(tmp_path, LEAST.replace(old, new))

    assert problems == (problem,)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    problems = _problems(tmp_path, LEAST.replace("VN-QN", "not a code!") + "[web]\nport = 99999\n")

    assert [problem.partition(":")[0] for problem in problems] == ["library.code", "web.port"]


@pytest.mark.parametrize("text", ["schema_version = ", "schema_version = 1\nschema_version = 1\n"])
def test_what_is_no_toml_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    (problem,) = _problems(tmp_path, text)

    assert problem.startswith("is not TOML: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultyFileError) as refused:
        load(tmp_path / "nowhere.toml")

    assert refused.value.problems == ("cannot be read (FileNotFoundError)",)


def test_plain_lines_from_other_machines_need_a_reason(tmp_path: Path) -> None:
    text = LEAST + '[selfcheck]\nhost = "0.0.0.0"\nplain_because = "WireGuard between all sites"\n'

    config = load(_write(tmp_path, text))

    assert config.selfcheck.plain_because == "WireGuard between all sites"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_the_pages_may_be_on_any_address_that_is_this_machines_own(tmp_path: Path, host: str) -> None:
    config = load(_write(tmp_path, LEAST + f'[web]\nhost = "{host}"\n'))

    assert config.web.host == host


def test_a_broker_on_another_machine_is_reached_over_tls(tmp_path: Path) -> None:
    config = load(_write(tmp_path, LEAST + '[fleet]\nbroker_host = "broker.example"\nbroker_ca = "ca.crt"\n'))

    assert config.fleet.broker_ca == tmp_path / "ca.crt"
