"""A TCP line that can be cut: stands between the kiosk and the server when a fault needs a network to fail."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Line:
    """Passes bytes between whoever connects and a target; runs in threads of its own until left."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        """Where new connections lead; may be changed while the line runs."""
        self._open = threading.Event()
        self._open.set()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._connections: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._accept, name="line", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self._open.set()
        self._thread.join()
        self.cut()
        for connection in self._connections:
            connection.join()

    def hold_answers(self) -> None:
        """From now on the target's bytes arrive at the line and go no further."""
        self._open.clear()

    def let_answers(self) -> None:
        """Pass the target's bytes again."""
        self._open.set()

    def cut(self) -> None:
        """Break every connection; held bytes are lost."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.add((near, far))
            connection = threading.Thread(target=self._carry, args=(near, far), daemon=True)
            connection.start()
            self._connections.append(connection)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        """Carry bytes both ways until either end is done; then close both."""
        with near, far:
            back = threading.Thread(target=self._pump, args=(far, near, self._open), daemon=True)
            back.start()
            self._pump(near, far, None)
            back.join()
            with self._lock:
                self._pairs.discard((near, far))

    def _pump(self, source: socket.socket, sink: socket.socket, gate: threading.Event | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if gate is not None:
                    gate.wait()
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
