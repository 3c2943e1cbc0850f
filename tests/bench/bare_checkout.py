"""The floor of a checkout: bytes in, the rows of one loan in one fsynced SQLite commit, bytes out; nothing is decided.

``python -m tests.bench.bare_checkout DATABASE REQUEST_BYTES ANSWER_BYTES`` listens on loopback, prints
``{"ready": true, "port": ...}`` and serves plain TCP connections until it is ended. The database has the
server's own tables; each request lends the next copy, ten to each patron, and keeps an answer of the given length.
"""

import json
import os
import selectors
import socket
import sqlite3
import sys
from contextlib import closing

LOAN = (
    "INSERT INTO loan (copy_id, patron_id, place_id, terminal_id, lent_at, due_at, due_day, renewals)"
    " VALUES (?, ?, 1, ?, '2026-07-28 05:00:00.000000', '2026-08-11 16:59:59.000000', '2026-08-11', 0)"
)
DONE = (
    "INSERT INTO done_transaction (terminal_id, transaction_id, subject, answer, at, loan_id)"
    " VALUES (?, ?, ?, ?, '2026-07-28 05:00:00.000000', ?)"
)


def main(database: str, request_bytes: int, answer_bytes: int) -> None:
    """Serve connections, one request after the other."""
    with (
        closing(sqlite3.connect(database, isolation_level=None)) as store,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            store.execute(f"PRAGMA {pragma}")
        (terminal,) = store.execute("SELECT id FROM terminal ORDER BY id").fetchone()
        print(json.dumps({"ready": True, "port": listener.getsockname()[1]}), flush=True)
        answer = b"1" * answer_bytes
        copy_id = 0
        with selectors.DefaultSelector() as waiting:
            waiting.register(listener, selectors.EVENT_READ)
            while True:
                for key, _ in waiting.select():
                    line = key.fileobj
                    assert isinstance(line, socket.socket)
                    if line is listener:
                        accepted, _ = listener.accept()
                        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        waiting.register(accepted, selectors.EVENT_READ)
                    elif len(line.recv(request_bytes, socket.MSG_WAITALL)) == request_bytes:
                        copy_id += 1
                        store.execute("BEGIN IMMEDIATE")
                        loan = store.execute(LOAN, (copy_id, (copy_id + 9) // 10, terminal)).lastrowid
                        store.execute(DONE, (terminal, str(copy_id), os.urandom(32), answer, loan))
                        store.execute("COMMIT")
                        line.sendall(answer)
                    else:
                        waiting.unregister(line)
                        line.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
