"""An answer from somebody who means harm, or whose line is bad, ends in time, within its bytes, and at its own host."""

import gzip
import socket
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Self

import pytest

from server.exchange.fetching import BusyError, Fetcher, FetchError, LostError

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<a/>"


class Peer:
    """Answers each connection with the next of some bytes; after ``None`` it says nothing more and keeps the line."""

    def __init__(self, answers: list[list[bytes | None]]) -> None:
        self.asked: list[bytes] = []
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="peer")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/oai?verb=Identify"

    def _serve(self) -> None:
        with ExitStack() as kept:
            for answer in self._answers:
                line = kept.enter_context(self._listener.accept()[0])
                self.asked.append(line.recv(65_536))
                for part in answer:
                    if part is None:
                        line.recv(1)
                        break
                    line.sendall(part)
                line.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._thread.join()
        self._listener.close()


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def get(*answers: list[bytes | None], longest_s: float = 30, largest: int = 1_000) -> tuple[bytes, list[bytes]]:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    with Peer(list(answers)) as peer:
        fetcher = Fetcher(longest_s=longest_s, largest=largest, now=lambda: now)
        return fetcher.get(peer.url), peer.asked


def test_an_answer_is_given_whole_packed_or_not() -> None:
    packed = gzip.compress(b"<a/>")
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()

    plain, asked = get([WHOLE])
    unpacked, _ = get([head + packed])
    in_pieces, _ = get([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n<a\r\n2\r\n/>\r\n0\r\n\r\n"])

    assert plain == unpacked == in_pieces == b"<a/>"
    assert asked[0].startswith(b"GET /oai?verb=Identify HTTP/1.1\r\n")
    assert b"OAI-PMH harvester" in asked[0]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([None], id="nothing"),
        pytest.param([b"HTTP/1.1 200 OK\r\nX-", None], id="half a header"),
        pytest.param([WHOLE[:-2], None], id="half a body"),
    ],
)
def test_who_is_slow_is_left_in_time(answer: list[bytes | None]) -> None:
    with pytest.raises(LostError):
        get(answer, longest_s=0.2)


def test_a_byte_now_and_then_buys_no_time() -> None:
    """Each byte would begin a new wait, if a wait were what is limited."""
    drip = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                while not drip.wait(0.02):
                    try:
                        line.sendall(b"X")
                    except OSError:
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(LostError):
            Fetcher(longest_s=0.3).get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        drip.set()
        thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"a" * 2_000, id="told"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 2_000, id="not told"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"a" * 1_000_000), id="packed"
        ),
    ],
)
def test_an_answer_that_is_too_large_is_left(answer: bytes) -> None:
    with pytest.raises(FetchError, match="more than 1000 bytes"):
        get([answer])


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(WHOLE[:-1], id="cut"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<a", id="cut chunk"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"<a/>")[:-9], id="cut pack"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<a/>", id="no pack"),
        pytest.param(b"HTTP/1.1 500 Oh\r\n\r\n", id="its fault"),
        pytest.param(b"220 smtp.example ESMTP\r\n", id="no HTTP"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_came_in_part_is_worth_another_try(answer: bytes) -> None:
    with pytest.raises(LostError):
        get([answer])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 404 No\r\n\r\n", "status 404"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nx", "not asked for"),
        (moved("file:///etc/passwd"), "no address of the web"),
        (moved("http://u:p@127.0.0.1/"), "no address of the web"),
        (moved("https://elsewhere.example/oai"), "sends elsewhere, to 'elsewhere.example'"),
        (moved("http://127.0.0.1:9/"), "sends elsewhere"),
        (b"HTTP/1.1 302 Found\r\n\r\n", "from one address"),
    ],
)
def test_where_nothing_is_to_be_had_the_words_say_why(answer: bytes, words: str) -> None:
    answers: list[list[bytes | None]] = [[answer]] * (4 if b"302 Found\r\n\r\n" in answer else 1)

    with pytest.raises(FetchError, match=words):
        get(*answers)


def test_a_way_on_the_same_host_is_followed() -> None:
    body, asked = get([moved("/cgi-bin/koha/oai.pl?verb=Identify")], [WHOLE])

    assert body == b"<a/>"
    assert asked[1].startswith(b"GET /cgi-bin/koha/oai.pl?verb=Identify ")


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("120", 120),
        ("Mon, 23 Nov 2026 08:01:00 GMT", 60),
        ("Mon, 23 Nov 2020 08:00:00 GMT", 1),
        ("soon", 30),
        ("", 30),
        ("99999999999", 7 * 24 * 3600),
    ],
)
def test_who_is_busy_says_when_to_come_again(told: str, wait: float) -> None:
    with pytest.raises(BusyError) as busy:
        get([f"HTTP/1.1 503 Busy\r\nRetry-After: {told}\r\n\r\n".encode()])

    assert busy.value.wait_s == wait


def test_where_nobody_listens_it_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

    with pytest.raises(LostError):
        Fetcher().get(url)


def test_what_is_broken_off_ends_at_once() -> None:
    with Peer([[b"HTTP/1.1 200 OK\r\n", None]]) as peer, Fetcher(longest_s=600) as fetcher:
        lost = threading.Event()

        def ask() -> None:
            with pytest.raises(LostError):
                fetcher.get(peer.url)
            lost.set()

        thread = threading.Thread(target=ask)
        thread.start()
        while not peer.asked:
            lost.wait(0.001)
        fetcher.break_off()
        thread.join()

        assert lost.is_set()
        with pytest.raises(LostError):
            fetcher.get(peer.url)
