"""One harvest of a source at a time on a machine, whichever program does it; who is killed holds nothing."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from server.config_harvest import SOURCE_NAME
from server.errors import ServerError

_NAME: Final = re.compile(SOURCE_NAME)


class HarvestedAlreadyError(ServerError):
    """Another program is harvesting this source."""

    def __init__(self, source: str) -> None:
        super().__init__(f"{source} is being harvested by another program of this machine")
        self.source = source


class NoSourceNameError(ServerError):
    """No source has such a name."""

    def __init__(self, source: str) -> None:
        super().__init__(f"no source is called {ascii(source)[:80]}")
        self.source = source


@contextmanager
def turn(folder: Path, source: str) -> Iterator[None]:
    """Hold a source for as long as ``with`` lasts; raise :class:`HarvestedAlreadyError` where somebody else has it."""
    if not _NAME.fullmatch(source):
        raise NoSourceNameError(source)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / f"harvest-{source}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HarvestedAlreadyError(source) from None
        yield
    finally:
        os.close(descriptor)
