"""How a configuration says where the broker is: no open line to another machine, no secret that others can read."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from mqtt.broker_section import BrokerSection
from settings.errors import SecretFileError


def secret(path: Path, content: bytes = b"pass word\n", mode: int = 0o600) -> Path:
    """Write a password file."""
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_an_open_line_to_another_machine_needs_a_reason() -> None:
    with pytest.raises(ValidationError, match="plain_because"):
        BrokerSection(host="broker.example", port=1883)

    assert BrokerSection(host="broker.example", port=1883, plain_because="a tunnel").is_in_the_open
    assert not BrokerSection(host="127.0.0.1", port=1883).is_in_the_open
    assert not BrokerSection(host="localhost", port=1883).is_in_the_open
    assert not BrokerSection(host="broker.example", port=8883, ca_file=Path("ca.pem")).is_in_the_open


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"certificate": Path("c"), "ca_file": Path("ca")}, "go together"),
        ({"certificate": Path("c"), "certificate_key": Path("k")}, "needs ca_file"),
        ({"reconnect_min_s": 10.0, "reconnect_max_s": 5.0}, "greater"),
    ],
)
def test_halves_and_contradictions_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        BrokerSection.model_validate({"host": "127.0.0.1", "port": 8883, **changes})


def test_the_account_is_the_programs_own_name_where_none_is_given(tmp_path: Path) -> None:
    section = BrokerSection(host="127.0.0.1", port=1883, password_file=secret(tmp_path / "password"))
    own = section.link_settings("k-first", session_expiry_s=60)
    other = section.model_copy(update={"username": "somebody"}).link_settings("k-first", session_expiry_s=60)

    assert own.account is not None
    assert other.account is not None
    assert (own.client_id, own.account.username, own.account.password) == ("k-first", "k-first", "pass word")
    assert (other.client_id, other.account.username) == ("k-first", "somebody")
    assert "pass word" not in repr(own)


def test_an_authority_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    section = BrokerSection(host="broker.example", port=8883, ca_file=tmp_path / "ca.pem")
    with pytest.raises(SecretFileError) as caught:
        section.link_settings("k-first", session_expiry_s=60)
    assert caught.value.path == tmp_path / "ca.pem"
