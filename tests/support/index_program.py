"""Writes an index and is killed at a step of it, or finds the disk full: ``index_program FOLDER build|apply STEP``.

The step ``full`` lets no file grow beyond some kilobytes; ``hold`` tells "held" and keeps the folder until its input
ends.
"""

import os
import resource
import signal
import sys
from pathlib import Path

from library.catalogue.index import CatalogueWriter, IndexBusyError, IndexFullError
from tests.support.catalogue_index import entry


def main(folder: Path, act: str, fatal: str) -> int:
    """Write "2" over what is there, unless killed before; return 3 when the disk is full, 4 when another writes."""

    def die(step: str) -> None:
        if step == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    if fatal == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))
    entries = [entry(key, f"Mới {key} " + "dài " * 300) for key in range(2, 200)]
    try:
        with CatalogueWriter.open(folder, die) as writer:
            if fatal == "hold":
                sys.stdout.write("held\n")
                sys.stdout.flush()
                sys.stdin.read()
            elif act == "build":
                writer.build(entries, "2")
            else:
                writer.apply(entries, [1], "2")
    except IndexFullError:
        return 3
    except IndexBusyError:
        return 4
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
