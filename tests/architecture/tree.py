"""The project's own files, as git knows them."""

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Give the path of every tracked file that stands in the working tree, relative to the root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    names = listed.stdout.decode().rstrip("\0").split("\0")
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


def python_files(*rooms: str) -> list[Path]:
    """Give the tracked Python files, all of them or those in the folders or files named by `rooms`."""
    found = [path for path in tracked() if path.suffix == ".py"]
    return [path for path in found if not rooms or any(path.is_relative_to(room) for room in rooms)]


def text(path: Path) -> str | None:
    """Give what a tracked file holds, or None where it is no text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@cache
def syntax(path: Path) -> ast.Module:
    """Give the syntax tree of a tracked Python file."""
    return ast.parse((ROOT / path).read_bytes(), filename=str(path))


@cache
def settings() -> dict[str, Any]:
    """Give pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def imported_roots(path: Path) -> frozenset[str]:
    """Give the first name of every absolute import in a Python file, wherever in the file it stands."""
    roots = set[str]()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.split(".")[0])
    return frozenset(roots)
