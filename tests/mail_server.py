"""A small mail server for tests: it speaks SMTP (RFC 5321) with STARTTLS and AUTH, keeps what it gets, and can misbehave."""

import asyncio
import base64
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto


class Mood(Enum):
    """What the server does when it is handed a mail."""

    WELL = auto()
    BUSY = auto()
    NO_SUCH_PERSON = auto()
    DIES_AFTER_DATA = auto()
    SILENT_AFTER_DATA = auto()


@dataclass
class MailServer:
    """Listens on the loopback address; `mails` are what was delivered, `signed_in` who gave user and password."""

    user: str = ""
    password: str = ""
    tls: ssl.SSLContext | None = None
    mood: Mood = Mood.WELL
    mails: list[EmailMessage] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    visits: int = 0
    greeted: int = 0
    port: int = 0
    _server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", port)
        self.port = port

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        try:
            await self._say(writer, "220 test")
            while line := await reader.readline():
                if not await self._answer(line.decode().strip(), reader, writer):
                    break
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                self.greeted += 1
                encrypted = writer.get_extra_info("ssl_object") is not None
                offers = (["STARTTLS"] if self.tls and not encrypted else []) + (
                    ["AUTH PLAIN"] if self.user else []
                )
                words = ["test", *offers]
                for word in words[:-1]:
                    await self._say(writer, f"250-{word}")
                await self._say(writer, f"250 {words[-1]}")
            case "STARTTLS" if self.tls:
                await self._say(writer, "220 go on")
                await writer.start_tls(self.tls)
            case "AUTH":
                await self._auth(rest, writer)
            case "RCPT" if self.mood is Mood.NO_SUCH_PERSON:
                await self._say(writer, "550 nobody here by that name")
            case "MAIL" if not self.greeted:
                await self._say(writer, "503 say hello first")
            case "MAIL" if self.mood is Mood.BUSY:
                await self._say(writer, "451 come again later")
            case "DATA":
                return await self._data(reader, writer)
            case "QUIT":
                await self._say(writer, "221 bye")
                return False
            case _:
                await self._say(writer, "250 ok")
        return True

    async def _auth(self, rest: str, writer: asyncio.StreamWriter) -> None:
        given = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")[1:]
        if given == [self.user, self.password]:
            self.signed_in.append(self.user)
            await self._say(writer, "235 welcome")
        else:
            await self._say(writer, "535 who are you")

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await self._say(writer, "354 go on")
        lines: list[bytes] = []
        while (line := await reader.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        if self.mood is Mood.DIES_AFTER_DATA:
            return False
        if self.mood is Mood.SILENT_AFTER_DATA:
            await reader.read()
            return False
        await self._say(writer, "250 taken")
        return True

    async def _say(self, writer: asyncio.StreamWriter, words: str) -> None:
        writer.write(f"{words}\r\n".encode())
        await writer.drain()
