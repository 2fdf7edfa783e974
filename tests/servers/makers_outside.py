"""The rest of the world's mail servers: one that refuses whom it was told to refuse, in the words given."""

import socketserver
import threading
from collections.abc import Callable
from functools import partial
from typing import Self

ACCEPTED = b"250 2.0.0 Ok: queued\r\n"


class Outside:
    """Takes every message, save for the addresses in `at_rcpt` and `at_data`: those get that answer, at that point."""

    def __init__(self) -> None:
        self.at_rcpt: dict[str, str] = {}
        self.at_data: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), partial(_Session, self))
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _Session(socketserver.StreamRequestHandler):
    """One dialogue."""

    timeout = 30

    def __init__(self, outside: Outside, *rest: object) -> None:
        self._outside = outside
        self._after_data = ACCEPTED
        super().__init__(*rest)  # type: ignore[arg-type]

    def handle(self) -> None:
        self.wfile.write(b"220 mx.outside.test ESMTP\r\n")
        answers: dict[bytes, Callable[[bytes], bytes]] = {
            b"EHLO": lambda _: b"250-mx.outside.test\r\n250-8BITMIME\r\n250 SIZE 20000000\r\n",
            b"MAIL": self._mail,
            b"RCPT": self._rcpt,
            b"DATA": self._data,
            b"QUIT": lambda _: b"221 2.0.0 Bye\r\n",
        }
        for line in self.rfile:
            verb = line[:4].upper()
            self.wfile.write(answers.get(verb, _fine)(line))
            if verb == b"QUIT":
                return

    def _mail(self, _line: bytes) -> bytes:
        self._after_data = ACCEPTED
        return b"250 2.1.0 Ok\r\n"

    def _rcpt(self, line: bytes) -> bytes:
        to = line.partition(b"<")[2].partition(b">")[0].decode()
        if to in self._outside.at_data:
            self._after_data = _reply(self._outside.at_data[to])
        return _reply(self._outside.at_rcpt.get(to, "250 2.1.5 Ok"))

    def _data(self, _line: bytes) -> bytes:
        self.wfile.write(b"354 End data with <CR><LF>.<CR><LF>\r\n")
        for line in self.rfile:
            if line == b".\r\n":
                break
        return self._after_data


def _fine(_line: bytes) -> bytes:
    return b"250 2.0.0 Ok\r\n"


def _reply(lines: str) -> bytes:
    """An answer of one line or several, each with its code."""
    said = lines.split("\n")
    head = [f"{line[:3]}-{line[4:]}" for line in said[:-1]]
    return "\r\n".join([*head, said[-1], ""]).encode()
