"""The offline files of several kiosks for Koha become one, in the order in which things happened."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from library.lending.offline_koc import LONGEST_FILE, KocError, KocEvent, merge, read_koc, write_koc
from server.errors import ImportFileError

GENERATOR: Final = "library-kiosk"


def merge_files(files: Sequence[Path], out: Path, version: str) -> str:
    """Merge ``files`` into the new file ``out`` (0600, on disk when this returns); say what is in it.

    Raise ``ImportFileError`` for a file that cannot be read whole: then nothing is written, for no event may be lost.
    """
    merged = merge([_read(path) for path in files])
    text = write_koc(merged.events, GENERATOR, version)
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    counts = Counter(event.command.value for event in merged.events)
    told = ", ".join(f"{counts[name]} {name}" for name in sorted(counts)) or "no events"
    return f"{out}: {told}; {merged.repeated} stood in several files\n"


def _read(path: Path) -> tuple[KocEvent, ...]:
    with path.open("rb") as file:
        content = file.read(LONGEST_FILE + 1)
    if len(content) > LONGEST_FILE:
        raise ImportFileError(path, 0, "is too long")
    try:
        return read_koc(content.decode())
    except UnicodeDecodeError:
        raise ImportFileError(path, 0, "is not text in UTF-8") from None
    except KocError as error:
        raise ImportFileError(path, error.line, error.words) from None
