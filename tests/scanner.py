"""A real clamd on loopback that knows one virus, the EICAR test string, and faults of it."""

import asyncio
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from app.settings import ClamdAddress
from tests.integrations.file_samples import docx, pdf

# In parts, so that no scanner finds the string in this file.
EICAR = "X5O!P%@AP[4" + chr(92) + "PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*"
VIRUS = "Eicar-Test-Signature.UNOFFICIAL"
STREAM_LIMIT = 1024 * 1024


def shown_in_pdf(text: bytes) -> bytes:
    """A sound PDF document with these bytes, uncompressed, in what its page shows."""

    def show(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(b"% " + text)
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return pdf(show)


def infected_pdf() -> bytes:
    """A sound PDF document with the test string in it."""
    return shown_in_pdf(EICAR.encode())


def large_pdf() -> bytes:
    """A sound and clean PDF document that is larger than the daemon takes."""
    return shown_in_pdf(b"x" * STREAM_LIMIT)


def infected_docx() -> bytes:
    """A sound DOCX document with the test string in its text: the scanner must unpack it."""
    text = EICAR.replace("&", "&amp;").replace("<", "&lt;")
    return docx(body=f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")


class Daemon:
    """A clamd of the test's own, which can be stopped, frozen and killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        signatures = folder / "signatures"
        signatures.mkdir()
        self._signatures = signatures / "local.ndb"
        self.know(VIRUS.removesuffix(".UNOFFICIAL"), EICAR)
        (folder / "clamd.conf").write_text(
            f"TCPSocket {self.port}\nTCPAddr 127.0.0.1\nLocalSocket {self.socket}\nDatabaseDirectory {signatures}\n"
            f"TemporaryDirectory {folder}\nForeground yes\nStreamMaxLength {STREAM_LIMIT}\n",
            encoding="utf-8",
        )

    @property
    def socket(self) -> Path:
        """The path of its socket."""
        return self._folder / "clamd.sock"

    @property
    def address(self) -> ClamdAddress:
        return ClamdAddress(host="127.0.0.1", port=self.port)

    def know(self, name: str, content: str) -> None:
        """Add a signature. The daemon reads it when it starts."""
        with self._signatures.open("a", encoding="utf-8") as file:
            file.write(f"{name}:0:*:{content.encode().hex()}\n")

    def take(self, limit_bytes: int) -> None:
        """Change the largest file that it takes. The daemon reads it when it starts."""
        path = self._folder / "clamd.conf"
        written = path.read_text(encoding="utf-8")
        path.write_text(written.replace(f"StreamMaxLength {STREAM_LIMIT}", f"StreamMaxLength {limit_bytes}"))

    def start(self) -> None:
        program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
        assert program is not None, "install clamd: the Debian package clamav-daemon"
        command = [program, "--config-file", str(self._folder / "clamd.conf")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < until, "clamd does not start"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"zPING\0")
                return connection.recv(5) == b"PONG\0"
        except OSError:
            return False

    def freeze(self) -> None:
        """Let it accept connections, and answer nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, kind: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(kind)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(scope="session")
def shared_scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon for tests that leave it alone."""
    daemon = Daemon(tmp_path_factory.mktemp("clamd"))
    daemon.start()
    yield daemon
    daemon.kill()


@pytest.fixture
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon of the test's own, which is not started."""
    daemon = Daemon(tmp_path_factory.mktemp("clamd"))
    yield daemon
    daemon.kill()


@asynccontextmanager
async def answering(words: bytes) -> AsyncIterator[ClamdAddress]:
    """A server that hears a stream to its end and answers these words, or hangs up without any."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\0")
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            await reader.readexactly(length)
        writer.write(words)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield ClamdAddress(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
