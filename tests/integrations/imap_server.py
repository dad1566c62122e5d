"""An IMAP server on loopback with one account and one folder: the commands of RFC 9051 that reading a mailbox takes."""

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

USERNAME, PASSWORD, FOLDER = "bounces", 'pass "word', "Mail/Returned"


class ImapServer:
    """`messages` by number, and the numbers of those that were `seen`."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = dict(enumerate(messages, start=1))
        self.seen: set[int] = set()
        self.validity = 1
        self.commands: list[str] = []
        self.hangs = False
        self.port = 0
        self.tls: ssl.SSLContext | None = None
        self.implicit_tls = False


class _Session(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self.mailbox: ImapServer = self.server.mailbox
        if self.mailbox.tls is not None and self.mailbox.implicit_tls:
            self._secure(self.mailbox.tls)
        self._say(b"* OK ready")
        while line := self.rfile.readline().decode().strip():
            if self.mailbox.hangs:
                threading.Event().wait(3)
                return
            tag, _, rest = line.partition(" ")
            self.mailbox.commands.append(re.sub(r"LOGIN .*", "LOGIN", rest))
            self._answer(tag, rest)
            if rest == "LOGOUT":
                return

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def _answer(self, tag: str, rest: str) -> None:
        mailbox = self.mailbox
        if rest == "CAPABILITY":
            self._say(b"* CAPABILITY IMAP4rev1" + (b" STARTTLS" if mailbox.tls else b""))
        elif rest == "STARTTLS" and mailbox.tls is not None:
            self._say(f"{tag} OK begin".encode())
            self._secure(mailbox.tls)
            return
        elif rest.startswith("LOGIN "):
            if rest != 'LOGIN bounces "pass \\"word"':
                self._say(f"{tag} NO [AUTHENTICATIONFAILED] wrong".encode())
                return
        elif rest.startswith("SELECT "):
            if rest != f'SELECT "{FOLDER}"':
                self._say(f"{tag} NO [NONEXISTENT] no such folder".encode())
                return
            self._say(f"* {len(mailbox.messages)} EXISTS\r\n* OK [UIDVALIDITY {mailbox.validity}] fine".encode())
        elif rest == "UID SEARCH UNSEEN UNDELETED":
            unseen = [str(number) for number in mailbox.messages if number not in mailbox.seen]
            self._say(" ".join(["* SEARCH", *unseen]).encode())
        elif found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest):
            body = mailbox.messages[int(found[1])][: int(found[2])]
            self._say(f"* {found[1]} FETCH (UID {found[1]} BODY[]<0> {{{len(body)}}}".encode() + b"\r\n" + body + b")")
        elif found := re.fullmatch(r"UID STORE ([\d,]+) \+FLAGS\.SILENT \(\\Seen\)", rest):
            mailbox.seen.update(map(int, found[1].split(",")))
        elif rest != "LOGOUT":
            self._say(f"{tag} BAD unknown".encode())
            return
        self._say(f"{tag} OK done".encode())

    def _secure(self, context: ssl.SSLContext) -> None:
        self.request = context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mailbox: ImapServer) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mailbox = mailbox

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no fault of the server."""


@contextmanager
def serving(mailbox: ImapServer) -> Iterator[ImapServer]:
    """Listen while the block runs."""
    server = _Server(mailbox)
    mailbox.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield mailbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def nobody_listens() -> int:
    """A port that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
