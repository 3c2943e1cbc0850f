"""The gates of a run, each tried on a run of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def _run(folder: Path, body: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with all gates on one file in an empty folder."""
    (folder / "test_it.py").write_text(body, encoding="utf-8")
    (folder / "allowed.txt").write_text("# a comment\nno such machine\n", encoding="utf-8")
    gates = [
        word
        for name in ("artifacts", "leftovers", "limits", "seed", "skips")
        for word in ("-p", f"tests.support.gates.{name}")
    ]
    return subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                *gates,
                "--rootdir",
                str(folder),
                "--test-artifacts",
                str(folder / "kept"),
            ),
            *("--allowed-skips", str(folder / "allowed.txt"), *options, str(folder)),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_a_skip_whose_reason_is_on_the_list_is_told_and_passes(tmp_path: Path) -> None:
    done = _run(tmp_path, "import pytest\ndef test_a():\n    pytest.skip('no such machine')\n")

    assert done.returncode == 0
    assert "LEFT BEHIND" not in done.stdout
    assert "allowed: no such machine\n    test_it.py::test_a\n" in done.stdout


def test_a_skip_that_nobody_agreed_to_fails_the_run(tmp_path: Path) -> None:
    done = _run(tmp_path, "import pytest\ndef test_a(): pass\n@pytest.mark.skip('no time')\ndef test_b(): pass\n")

    assert done.returncode == 1
    assert "NOT ALLOWED (tests/allowed_skips.txt): no time\n    test_it.py::test_b\n" in done.stdout


def test_the_seed_is_told_and_gives_the_same_chances_again(tmp_path: Path) -> None:
    body = (
        "import random\nfrom hypothesis import given, strategies as st, settings\n"
        "def test_a(): print('dice', random.random())\n"
        "@settings(max_examples=3, database=None)\n@given(st.integers())\ndef test_b(n): print('law', n)\n"
    )

    first, second = (_run(tmp_path, body, "--randomly-seed=7", "-s", "-p", "no:cacheprovider") for _ in range(2))

    assert "seed 7; the same order again: make test PYTEST_ARGS=--randomly-seed=7" in first.stdout
    assert first.stdout.count("law ") == 3
    assert [line for line in first.stdout.splitlines() if "dice" in line or "law" in line] == [
        line for line in second.stdout.splitlines() if "dice" in line or "law" in line
    ]


def test_a_failed_test_leaves_its_report_and_its_files(tmp_path: Path) -> None:
    done = _run(
        tmp_path,
        "def test_a(tmp_path):\n    (tmp_path / 'deep').mkdir()\n    (tmp_path / 'deep/a.png').write_bytes(b'png')\n"
        "    (tmp_path / 'huge').write_bytes(bytes(6_000_000))\n    print('a word')\n    assert 1 == 2\n",
    )
    kept = tmp_path / "kept" / "test_it.test_a"

    assert done.returncode == 1
    assert str(kept) in done.stdout
    assert "a word" in (kept / "report.txt").read_text(encoding="utf-8")
    assert [str(path.relative_to(kept)) for path in sorted(kept.rglob("*")) if path.is_file()] == [
        "report.txt",
        "tmp_path/deep/a.png",
    ]


def test_what_a_failed_test_left_goes_away_when_it_passes(tmp_path: Path) -> None:
    _run(tmp_path, "def test_a(): assert 1 == 2\n")
    _run(tmp_path, "def test_a(): pass\n")

    assert not (tmp_path / "kept" / "test_it.test_a").exists()


def test_an_orphan_a_thread_or_a_listening_socket_left_behind_fails_the_run_by_name(tmp_path: Path) -> None:
    done = _run(
        tmp_path,
        "import socket, subprocess, threading\nkept = []\n"
        "def test_a():\n"
        "    subprocess.run(['sh', '-c', 'sleep 97 >/dev/null 2>&1 &'])\n"
        "    threading.Thread(target=threading.Event().wait, name='forgotten', daemon=True).start()\n"
        "    kept.append(socket.create_server(('127.0.0.1', 0)))\n",
    )

    assert done.returncode == 1
    assert "sleep 97" in done.stdout
    assert "thread forgotten" in done.stdout
    assert "listening socket AF_INET ('127.0.0.1'" in done.stdout


def test_a_limit_on_files_ends_with_the_test_that_set_it(tmp_path: Path) -> None:
    body = """
import resource

LIMIT = (1000, resource.getrlimit(resource.RLIMIT_FSIZE)[1])

def test_one_that_fills_the_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, LIMIT)

def test_the_next():
    assert resource.getrlimit(resource.RLIMIT_FSIZE) != LIMIT
"""
    run = _run(tmp_path, body, "-p", "no:randomly")

    assert run.returncode == 0, run.stdout
    assert "2 passed" in run.stdout
