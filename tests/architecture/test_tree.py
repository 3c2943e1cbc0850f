"""What the tree looks like, and what no file of it may hold."""

import io
import ipaddress
import re
import tokenize
import unicodedata
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, python_files, text, tracked

LONGEST_MODULE = 400
NOT_NAMED_YET = frozenset({"utils", "util", "common", "helpers", "helper", "core", "misc", "manager", "managers"})
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|Users)/\w|(?<![\w.])/home/\w"
    r"|pypi\.org|pythonhosted|npmjs\.org|--(?:extra-)?index-url|--trusted-host|_PROXY="
)
ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
EXAMPLES = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
SUPPRESSION = re.compile(r"noqa|type:\s*ignore|pragma:|nosec|fmt:\s*(?:off|skip)|ruff:|mypy:|pylint:")
WITH_ITS_REASON = re.compile(
    r"# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)* - \w.{7,}"
    r"|type: ignore\[[a-z-]+(?:, [a-z-]+)*\] +# \w.{7,}"
    r"|pragma: no (?:cover|branch) - \w.{7,}"
    r"|fmt: (?:off|skip) - \w.{7,})"
)
SELF = Path(__file__).relative_to(ROOT)


@pytest.mark.parametrize("path", python_files(), ids=str)
def test_a_module_is_one_idea_and_not_a_long_one(path: Path) -> None:
    assert len((text(path) or "").splitlines()) <= LONGEST_MODULE


def test_no_folder_or_module_bears_the_name_of_a_thing_that_was_not_named() -> None:
    unnamed = [path for path in tracked() if NOT_NAMED_YET & {*path.parts[:-1], path.stem}]

    assert unnamed == []


def test_no_file_knows_a_machine_or_a_registry() -> None:
    knowing = [
        f"{path}:{number}: {line.strip()}"
        for path in tracked()
        if path != SELF
        for number, line in enumerate((text(path) or "").splitlines(), 1)
        if OF_ONE_MACHINE.search(line)
    ]

    assert knowing == []


def test_no_file_names_a_real_network_address() -> None:
    named = {
        (path, found)
        for path in tracked()
        if not path.is_relative_to("tests/data/rfid")  # readers tell versions that look like addresses
        for line in (text(path) or "").splitlines()
        for found in ADDRESS.findall(line)
        if "version" not in line and f"=={found}" not in line  # a locked version may have four numbers
    }

    assert {(path, found) for path, found in named if _is_real(found)} == set()


@pytest.mark.parametrize("path", python_files(), ids=str)
def test_every_suppression_says_why_on_its_own_line(path: Path) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(text(path)).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]

    assert [
        comment for comment in comments if SUPPRESSION.search(comment) and not WITH_ITS_REASON.search(comment)
    ] == []


def test_every_rule_that_is_switched_off_says_why() -> None:
    lines = (text(Path("pyproject.toml")) or "").splitlines()
    codes = [line for line in lines if re.match(r'^    ("[A-Z]+\d+",? ?)+', line)]

    assert codes
    assert [line for line in codes if not re.search(r"# \w.{5,}", line)] == []


def test_all_text_is_composed() -> None:
    decomposed = [path for path in tracked() if not unicodedata.is_normalized("NFC", text(path) or "")]

    assert decomposed == []


def _is_real(found: str) -> bool:
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or any(address in network for network in EXAMPLES))
