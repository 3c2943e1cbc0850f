"""How much of files a process has in memory: Tantivy maps an index's files, and each question touches more of them."""

import os
from pathlib import Path
from typing import Final

MOST: Final = 100_000_000
"""Bytes of mapped files beyond those at the beginning, from which on an index is opened anew.

The system takes back none of them while memory is free, so a process that is asked all day would come to hold nearly
the whole index. What is given back stays in the system's own cache: touching it again costs no disk.
"""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def mapped() -> int:
    """Return the bytes of files that this process has in memory; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[2]) * _PAGE
    except OSError:
        return 0
