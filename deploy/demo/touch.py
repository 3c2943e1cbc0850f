"""A finger: presses and releases at a point of an X screen, through the server's own test extension (XTEST)."""

import json
import socketserver
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

PRIMARY_BUTTON = 1


class Finger:
    """Touches one display from ``with`` to its end; the program under it sees what a real pointer would send."""

    def __init__(self, display: str) -> None:
        self._name = display
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._display = Display(self._name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.close()

    def tap(self, x: int, y: int) -> None:
        """Touch a point, in pixels from the screen's top left, and lift the finger again."""
        with self._lock:
            xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
            xtest.fake_input(self._display, X.ButtonPress, PRIMARY_BUTTON)
            xtest.fake_input(self._display, X.ButtonRelease, PRIMARY_BUTTON)
            self._display.sync()


class TouchSocket:
    """Lends the finger to the workbench: one JSON line ``{"do": "touch", "x": ..., "y": ...}`` in, one line out.

    It keeps to the emulators' control protocol, on a Unix socket that only its owner may use.
    """

    def __init__(self, path: Path, finger: Finger) -> None:
        self.path = path
        self._finger = finger

    def __enter__(self) -> Self:
        finger = self._finger

        class Orders(socketserver.StreamRequestHandler):
            """One connection; several orders may come over it."""

            def handle(self) -> None:
                """Answer each line."""
                while line := self.rfile.readline(_LONGEST_ORDER):
                    self.wfile.write(json.dumps(_obey(finger, line)).encode() + b"\n")

        self._server = socketserver.ThreadingUnixStreamServer(str(self.path), Orders)
        self._server.daemon_threads = True
        self.path.chmod(0o600)
        self._thread = threading.Thread(target=self._server.serve_forever, name="touches", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.path.unlink(missing_ok=True)


_LONGEST_ORDER = 1000


def _obey(finger: Finger, line: bytes) -> dict[str, object]:
    try:
        order = json.loads(line)
        if order["do"] != "touch":
            return {"ok": False, "error": "unknown order"}
        finger.tap(int(order["x"]), int(order["y"]))
    except (ValueError, KeyError, TypeError) as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True}
