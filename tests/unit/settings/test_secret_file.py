"""A secret's file: nobody else's to read, one line, nothing else."""

from pathlib import Path

import pytest

from settings.errors import SecretFileError, SettingsError
from settings.secret_file import read_secret


def secret(path: Path, content: bytes = b"pass word\n", mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("content", [b"pass word", b"pass word\n", b"pass word\r\n", b"pass word\nsecond line\n"])
def test_the_password_is_the_first_line(tmp_path: Path, content: bytes) -> None:
    assert read_secret(secret(tmp_path / "password", content)) == "pass word"


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o660, 0o666, 0o602])
def test_a_password_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SecretFileError) as caught:
        read_secret(secret(tmp_path / "password", mode=mode))

    assert f"{mode:04o}" in caught.value.fault


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o640])
def test_a_password_for_owner_and_group_is_taken(tmp_path: Path, mode: int) -> None:
    assert read_secret(secret(tmp_path / "password", mode=mode)) == "pass word"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b"\nsecond\n", "is empty"),
        (b"x" * 5000, "is too long"),
        (b"\xff\n", "cannot be read (UnicodeDecodeError)"),
    ],
)
def test_a_file_that_is_no_password_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    with pytest.raises(SecretFileError) as caught:
        read_secret(secret(tmp_path / "password", content))

    assert caught.value.fault == fault


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, fault in ((tmp_path / "none", "cannot be read (FileNotFoundError)"), (tmp_path, "is no file")):
        with pytest.raises(SecretFileError) as caught:
            read_secret(path)
        assert caught.value.fault == fault


def test_what_is_said_of_a_secret_never_quotes_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_secret(secret(tmp_path / "password", mode=0o644))

    assert "pass word" not in str(caught.value)
    assert str(tmp_path / "password") in str(caught.value)
