"""A mail server on a real socket: takes letters, and refuses them where it is told to."""

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

LOGIN = "AHRodS12aWVuAG0taw=="
"""AUTH PLAIN of ``thu-vien`` with ``m-k``."""


@dataclass(slots=True)
class SmtpServer:
    """Answers of ``script`` take the place of the usual ones, by the command's first word; ``""`` hangs up."""

    tls: ssl.SSLContext | None = None
    """STARTTLS is offered where there is one."""
    needs_login: bool = False
    script: dict[str, deque[str]] = field(default_factory=dict)
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    """From, to, text."""
    port: int = 0
    connections: int = 0
    _server: asyncio.Server | None = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def plan(self, command: str, *answers: str) -> None:
        """Answer the next of these commands so."""
        self.script.setdefault(command, deque()).extend(answers)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender, to, known, safe = "", "", not self.needs_login, self.tls is None
        writer.write(b"220 mail.example ESMTP\r\n")
        while line := (await reader.readline()).decode().strip():
            word = line.split(maxsplit=1)[0].upper()
            planned = self.script.get(word)
            answer = planned.popleft() if planned else self._usual(word, line, known=known, safe=safe)
            if not answer:
                return
            writer.write(answer.encode() + b"\r\n")
            match word:
                case "STARTTLS" if answer.startswith("220"):
                    await writer.start_tls(self.tls or ssl.create_default_context())
                    safe = True
                case "AUTH":
                    known = answer.startswith("235")
                case "MAIL":
                    sender = line[line.index("<") + 1 : line.index(">")]
                case "RCPT":
                    to = line[line.index("<") + 1 : line.index(">")]
                case "DATA" if answer.startswith("354"):
                    text = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
                    ended = self.script.get("END")
                    verdict = ended.popleft() if ended else "250 taken"
                    if verdict.startswith("250"):
                        self.letters.append((sender, to, text.replace(b"\r\n..", b"\r\n.")))
                    writer.write(verdict.encode() + b"\r\n")
                case "QUIT":
                    return

    def _usual(self, word: str, line: str, *, known: bool, safe: bool) -> str:
        if word in {"EHLO", "HELO"}:
            return "250-mail.example\r\n250-AUTH PLAIN\r\n250 8BITMIME" if safe else "250-mail.example\r\n250 STARTTLS"
        if word == "AUTH":
            return "235 welcome" if line.endswith(LOGIN) else "535 who are you"
        if word == "MAIL" and not known:
            return "530 log in first"
        return {"STARTTLS": "220 go on", "DATA": "354 go on", "QUIT": "221 goodbye"}.get(word, "250 good")
