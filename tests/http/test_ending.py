"""The end of a server under load: nobody who has connected is cut off."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.http.listening import listen
from tests.http.knocking import REQUEST, Knocking
from tests.http.test_server import everything

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can stop handshakes before it closes")

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import sys, time
from app.cli.running import _run_fast
from app.http.listening import inherited, listen
from app.http.server import run_server
from app.settings import Settings
from tests.http.test_server import echo
async def busy(scope, receive, send):
    if scope["type"] == "http":
        # A request of the product takes that much of a core, so that some connections wait to be accepted.
        time.sleep(0.003)
    await echo(scope, receive, send)
passed_on = inherited()
listener = passed_on or listen("127.0.0.1", 0)
said = lambda word: lambda: print(word, flush=True)
_run_fast(run_server(
    busy, Settings(drain_seconds=float(sys.argv[1])), listener=listener, alone=passed_on is None,
    on_started=said(listener.getsockname()[1]), on_ending=said("ending"),
))
print("ended", flush=True)
"""
# As systemd passes a socket on: descriptor 3, and the process that it is meant for.
PASSED_ON = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, sys.argv[2:])
"""


class Server:
    """A server in a process of its own."""

    def __init__(self, *, drain: float, passed_on: socket.socket | None = None) -> None:
        self.port = 0
        command = [sys.executable, "-c", SERVER, str(drain)]
        kept = []
        if passed_on is not None:
            command = [sys.executable, "-c", PASSED_ON, str(passed_on.fileno()), *command]
            kept = [passed_on.fileno()]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, pass_fds=kept)

    def says(self) -> str:
        """The next line of its output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def terminate(self) -> None:
        """Send SIGTERM, and wait until its end has begun."""
        self.process.send_signal(signal.SIGTERM)
        assert self.says() == "ending"


@contextmanager
def serving(*, drain: float, passed_on: socket.socket | None = None) -> Iterator[Server]:
    server = Server(drain=drain, passed_on=passed_on)
    try:
        server.port = int(server.says())
        yield server
    finally:
        server.process.kill()
        server.process.communicate()


async def test_sigterm_under_load_drops_no_connection() -> None:
    """New and kept ones. For a while each is answered, for the last time; from then on, callers are refused."""
    with serving(drain=1) as server:
        knocking = Knocking("127.0.0.1", server.port)
        knocking.begin(new=70, kept=20, until_refused=True)
        await knocking.answered(1000)
        assert knocking.met["last"] == 0
        server.terminate()
        met = await knocking.all_refused()
        assert await asyncio.to_thread(server.says) == "ended"
    assert knocking.drops == []
    assert met["last"] > 100


async def test_a_server_takes_over_the_socket_and_nobody_notices() -> None:
    """The socket is systemd's, or a supervisor's: several ends in a row drop and refuse nobody."""
    with listen("127.0.0.1", 0) as held:
        knocking = Knocking(*held.getsockname())
        with serving(drain=0.5, passed_on=held) as first:
            knocking.begin(new=70, kept=20)
            await knocking.answered(500)
            with serving(drain=0.5, passed_on=held) as second:
                first.terminate()
                assert await asyncio.to_thread(first.says) == "ended"
                await knocking.answered(500)
                second.terminate()
                assert await asyncio.to_thread(second.says) == "ended"
                # Nobody serves. Whoever connects waits.
                await asyncio.sleep(0.2)
                with serving(drain=0, passed_on=held):
                    await knocking.answered(1500)
                    met = await knocking.end()
    assert knocking.drops == []
    assert met["refused"] == 0
    assert met["answered"] > 2500
    assert met["last"] > 100


def test_a_connection_that_has_not_sent_its_request_yet_is_answered() -> None:
    """It was there before the end, or has only waited to be accepted."""
    with serving(drain=0) as server:
        early, half = (socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(2))
        half.sendall(REQUEST[:10])
        time.sleep(0.2)
        os.kill(server.process.pid, signal.SIGSTOP)
        waiting = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(50)]
        server.process.send_signal(signal.SIGTERM)
        os.kill(server.process.pid, signal.SIGCONT)
        assert server.says() == "ending"
        time.sleep(0.7)
        half.sendall(REQUEST[10:])
        for connection in (early, *waiting):
            connection.sendall(REQUEST)
        for connection in (early, half, *waiting):
            with connection:
                answer = everything(connection)
            assert answer.startswith(b"HTTP/1.1 200"), answer
            assert b"connection: close" in answer
        assert server.says() == "ended"


def test_silent_connections_do_not_hold_up_the_end() -> None:
    with serving(drain=0) as server:
        silent = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(3)]
        silent[1].sendall(REQUEST[:10])
        silent[2].sendall(REQUEST)
        assert silent[2].recv(65536).startswith(b"HTTP/1.1 200")
        server.terminate()
        assert server.process.wait(10) == 0
        for connection in silent:
            connection.close()


@pytest.mark.parametrize("how", ["interrupt", "second signal"])
def test_who_waits_at_the_keyboard_waits_for_no_balancer(how: str) -> None:
    with serving(drain=60) as server:
        if how == "interrupt":
            server.process.send_signal(signal.SIGINT)
        else:
            server.terminate()
            with socket.create_connection(("127.0.0.1", server.port), 10) as slow:
                slow.sendall(b"GET /?50 HTTP/1.1\r\nHost: x\r\n\r\n")
                time.sleep(0.3)
                server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
