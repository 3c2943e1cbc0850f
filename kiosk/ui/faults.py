"""What happens when a page fails: the kiosk goes on, says so once in its log, and gives up when nothing works."""

import logging
import time
import traceback
from collections import deque

from kivy.base import ExceptionHandler, ExceptionManagerBase

_log = logging.getLogger(__name__)

_MOST = 30
_WITHIN_S = 10.0
"""So many faults in so short a time are a page that fails at every frame: better end and be started anew."""


class PassFaults(ExceptionHandler):
    """Lets Kivy's loop live through an ``Exception``, and only that: being cancelled must end the loop."""

    def __init__(self) -> None:
        super().__init__()
        self._moments: deque[float] = deque(maxlen=_MOST)
        self._told: set[str] = set()

    def handle_exception(self, inst: BaseException) -> int:
        """Say whether Kivy's loop goes on; the log gets the fault's kind and place, never its words."""
        if not isinstance(inst, Exception):
            return int(ExceptionManagerBase.RAISE)
        now = time.monotonic()
        self._moments.append(now)
        place = " < ".join(
            f"{frame.filename}:{frame.lineno}" for frame in reversed(traceback.extract_tb(inst.__traceback__)[-3:])
        )
        what = f"{type(inst).__name__} at {place}"
        if what not in self._told:
            self._told.add(what)
            _log.error("the screen failed: %s", what)
        if len(self._moments) == _MOST and now - self._moments[0] < _WITHIN_S:
            return int(ExceptionManagerBase.RAISE)
        return int(ExceptionManagerBase.PASS)
