"""A TOML file into models: all faults at once, each unknown key with the nearest valid one."""

from pathlib import Path

import pytest

from settings.errors import FaultyFileError
from settings.toml_file import Section, is_loopback, read_toml


class Shelf(Section):
    """A table of the file."""

    label: str = ""
    picture: Path | None = None


class Room(Section):
    """The file."""

    name: str
    door: Path = Path("door")
    first: Shelf = Shelf()
    spare: Shelf | None = None
    shelves: tuple[Shelf, ...] = ()


def written(folder: Path, text: str) -> Path:
    path = folder / "room.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(FaultyFileError) as caught:
        read_toml(written(folder, text), Room)
    return caught.value.problems


def test_relative_paths_are_meant_from_the_files_folder(tmp_path: Path) -> None:
    room = read_toml(written(tmp_path, 'name = "a"\ndoor = "x/y"\n[first]\npicture = "/abs/p.png"\n'), Room)

    assert room.door == tmp_path / "x/y"
    assert room.first.picture == Path("/abs/p.png")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nam = "a"\nname = "a"\n', "nam: unknown key; the nearest valid key is 'name'"),
        ('name = "a"\n[first]\nlable = "b"\n', "first.lable: unknown key; the nearest valid key is 'label'"),
        ('name = "a"\n[spare]\nlable = "b"\n', "spare.lable: unknown key; the nearest valid key is 'label'"),
        ('name = "a"\n[[shelves]]\nlable = "b"\n', "shelves.0.lable: unknown key; the nearest valid key is 'label'"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_valid_one_wherever_it_stands(
    tmp_path: Path, text: str, said: str
) -> None:
    assert problems(tmp_path, text) == (said,)


def test_all_faults_are_named_at_once_and_no_value_is_quoted(tmp_path: Path) -> None:
    found = problems(tmp_path, 'name = 7\n[first]\nlabel = ["secret"]\n')

    assert sorted(line.split(":")[0] for line in found) == ["first.label", "name"]
    assert "secret" not in "".join(found)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"name = ", b"[[[["])
def test_a_file_that_is_no_toml_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "room.toml"
    path.write_bytes(content)

    with pytest.raises(FaultyFileError):
        read_toml(path, Room)


@pytest.mark.parametrize("path", [Path("/dev/zero"), Path("/dev/urandom")])
def test_a_file_without_an_end_is_a_clear_error(path: Path) -> None:
    with pytest.raises(FaultyFileError, match="too long"):
        read_toml(path, Room)


def test_an_absent_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FaultyFileError, match="cannot be read"):
        read_toml(tmp_path / "absent.toml", Room)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound here
        ("library.example", False),
    ],
)
def test_only_this_machine_reaches_loopback(host: str, *, loopback: bool) -> None:
    assert is_loopback(host) is loopback
