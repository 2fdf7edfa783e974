"""Enough of SMTP and IMAP to cut a stream into commands and replies, and to say which reply answers which command."""

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from typing import Protocol

LITERAL = re.compile(rb"\{(\d+)\+?\}\r?\n\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """What is forwarded in one go; `whole` is False for bytes inside a literal or after STARTTLS."""

    verb: str
    data: bytes
    whole: bool = True


class Dialogue(Protocol):
    """Reads the next part of either side (None at its end); `sent` notes a command that the server will answer."""

    async def read_client(self, reader: asyncio.StreamReader) -> Part | None: ...
    async def read_server(self, reader: asyncio.StreamReader) -> Part | None: ...
    def sent(self, part: Part) -> None: ...


class _Tls:
    """Whether STARTTLS has made the stream unreadable; after the command nothing is read until its answer is known."""

    def __init__(self) -> None:
        self.on = False
        self._known = asyncio.Event()
        self._known.set()

    async def begun(self) -> bool:
        await self._known.wait()
        return self.on

    def asked(self, part: Part) -> None:
        if part.verb == "STARTTLS":
            self._known.clear()

    def answered(self, verb: str, *, agreed: bool) -> None:
        if verb == "STARTTLS":
            self.on = agreed
            self._known.set()


class SmtpDialogue:
    def __init__(self) -> None:
        self._awaited: deque[str] = deque(["GREETING"])
        self._in_body = self._in_login = False
        self._tls = _Tls()

    async def read_client(self, reader: asyncio.StreamReader) -> Part | None:
        if await self._tls.begun():
            return await _raw(reader)
        line = await reader.readline()
        return Part(self._verb(line), line) if line else None

    def _verb(self, line: bytes) -> str:
        if self._in_body:
            return "." if line.rstrip(b"\r\n") == b"." else "BODY"
        if self._in_login:
            return "AUTH"
        return line.split(None, 1)[0].decode("ascii", "replace").upper() if line.strip() else ""

    def sent(self, part: Part) -> None:
        self._tls.asked(part)
        if part.verb == ".":
            self._in_body = False
        if part.whole and part.verb != "BODY":
            self._awaited.append(part.verb)

    async def read_server(self, reader: asyncio.StreamReader) -> Part | None:
        if self._tls.on:
            return await _raw(reader)
        reply = b""
        while line := await reader.readline():
            reply += line
            if line[3:4] != b"-":
                break
        if not reply:
            return None
        verb = self._awaited.popleft() if self._awaited else ""
        self._in_body = self._in_body or (verb == "DATA" and reply.startswith(b"354"))
        self._in_login = verb == "AUTH" and reply.startswith(b"334")
        self._tls.answered(verb, agreed=reply.startswith(b"220"))
        return Part(verb, reply)


class ImapDialogue:
    def __init__(self) -> None:
        self._verbs: dict[bytes, str] = {}
        self._greeted = False
        self._tls = _Tls()
        self._literal = 0
        self._inside = False

    async def read_client(self, reader: asyncio.StreamReader) -> Part | None:
        if await self._tls.begun():
            return await _raw(reader)
        if self._literal:
            data = await reader.read(self._literal)
            self._literal -= len(data)
            return Part("", data, whole=False) if data else None
        line = await reader.readline()
        if not line:
            return None
        continues, self._inside = self._inside, False
        if announced := LITERAL.search(line):
            self._literal, self._inside = int(announced[1]), True
        return Part("", line, whole=False) if continues else Part(_imap_verb(line), line)

    def sent(self, part: Part) -> None:
        self._tls.asked(part)
        if part.whole and part.verb != "CONTINUE":
            self._verbs[part.data.split(b" ", 1)[0]] = part.verb

    async def read_server(self, reader: asyncio.StreamReader) -> Part | None:
        if self._tls.on:
            return await _raw(reader)
        reply = await reader.readline()
        while announced := LITERAL.search(reply):
            reply += await reader.readexactly(int(announced[1])) + await reader.readline()
        if not reply:
            return None
        verb = self._answered(reply)
        self._tls.answered(verb, agreed=b" OK" in reply[:40].upper())
        return Part(verb, reply)

    def _answered(self, reply: bytes) -> str:
        tag = reply.split(b" ", 1)[0]
        if tag == b"*" and not self._greeted:
            self._greeted = True
            return "GREETING"
        return tag.decode().strip() if tag.strip() in (b"*", b"+") else self._verbs.pop(tag, "")


def _imap_verb(line: bytes) -> str:
    words = line.decode("ascii", "replace").upper().split()
    if len(words) < 2:
        return words[0] if words[:1] == ["DONE"] else "CONTINUE"
    return f"UID {words[2]}" if words[1] == "UID" and len(words) > 2 else words[1]


async def _raw(reader: asyncio.StreamReader) -> Part | None:
    data = await reader.read(1 << 16)
    return Part("", data, whole=False) if data else None
