"""Runs a command that ends when its parent ends: ``python -m deploy.demo.tether PARENT_PID COMMAND...``."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2); kept across execve(2) of a program that is not set-uid."""


def main() -> None:
    """Tie this process to its parent and become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the tie was made
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - becoming the command is what this program is for


if __name__ == "__main__":
    main()
