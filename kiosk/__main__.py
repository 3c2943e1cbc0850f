"""A kiosk's programs: run, agent, replica, check, tag, hardware, doctor, probe, decode, kept, replay, staff."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.terminal import at_terminal

SERVICES: Final = frozenset(("run", "agent", "replica"))
"""Programs that nobody looks at: what goes wrong in them belongs into the system's log, whole."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program that the first word names; give its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    programs: dict[str, tuple[str, Callable[[Sequence[str]], int]]] = {
        "run": ("show the kiosk to patrons", _run),
        "agent": ("report to the fleet, beside the kiosk", _agent),
        "replica": ("keep the copy of the catalogue, beside the kiosk", _replica),
        "check": ("check a kiosk.toml and say what is wrong", _check),
        "tag": ("write RFID tags: label after label", _tag),
        "hardware": ("show wiring, profiles and setup sheets", _hardware),
        "doctor": ("find devices and say what is wrong", _doctor),
        "probe": ("try a library system with test cards, and write its profile", _probe),
        "decode": ("explain recorded lines, tags and labels", _decode),
        "kept": ("show what was done without the library system", _kept),
        "staff": ("say who may enter staff mode", _staff),
        "replay": ("show a kept visit again, without anybody's data", _replay),
    }
    if not words or words[0] not in programs:
        return at_terminal(partial(_usage, words, {name: purpose for name, (purpose, _) in programs.items()}))
    program = partial(programs[words[0]][1], words[1:])
    return program() if words[0] in SERVICES else at_terminal(program)


def _usage(words: Sequence[str], purposes: Mapping[str, str]) -> int:
    wanted = words[:1] in (["--help"], ["-h"])
    stream = sys.stdout if wanted else sys.stderr
    stream.write("usage: kiosk PROGRAM [OPTION...]\n")
    stream.writelines(f"  {name:8} {purpose}\n" for name, purpose in purposes.items())
    return 0 if wanted else 2


# Each program's modules are loaded when it is asked for: the agent must start where Kivy is broken.


def _run(words: Sequence[str]) -> int:
    from kiosk.app import main as program  # noqa: PLC0415 - see above

    return program(words)


def _agent(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="kiosk agent", description="Report to the fleet, beside the kiosk.")
    parser.add_argument("--config", type=Path, default=Path("/etc/library-kiosk/agent.toml"))
    options = parser.parse_args(words)
    from mqtt.agent.main import main as program  # noqa: PLC0415 - see above

    return program(options.config)


def _replica(words: Sequence[str]) -> int:
    from kiosk.cataloguing import main as program  # noqa: PLC0415 - see above

    return program(words)


def _check(words: Sequence[str]) -> int:
    from kiosk.check import main as program  # noqa: PLC0415 - see above

    return program(words)


def _tag(words: Sequence[str]) -> int:
    from kiosk.tagging.program import main as program  # noqa: PLC0415 - see above

    return program(words)


def _hardware(words: Sequence[str]) -> int:
    from kiosk.hardware.program import main as program  # noqa: PLC0415 - see above

    return program(words)


def _doctor(words: Sequence[str]) -> int:
    from kiosk.doctor.program import main as program  # noqa: PLC0415 - see above

    return program(words)


def _probe(words: Sequence[str]) -> int:
    from kiosk.probe.program import main as program  # noqa: PLC0415 - see above

    return program(words)


def _decode(words: Sequence[str]) -> int:
    from kiosk.decode.program import main as program  # noqa: PLC0415 - see above

    return program(words)


def _replay(words: Sequence[str]) -> int:
    from kiosk.replay.program import main as program  # noqa: PLC0415 - see above

    return program(words)


def _staff(words: Sequence[str]) -> int:
    from kiosk.enrolment import main as program  # noqa: PLC0415 - see above

    return program(words)


def _kept(words: Sequence[str]) -> int:
    from kiosk.kept import main as program  # noqa: PLC0415 - see above

    return program(words)


if __name__ == "__main__":
    sys.exit(main())
