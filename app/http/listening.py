"""The socket on which the server listens: taken, inherited, and closed without a reset to anybody who has connected."""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

BACKLOG: Final = 2048
# By systemd's convention, the sockets that it passes on begin here (sd_listen_fds(3)).
_FIRST_PASSED = 3
# SO_ATTACH_FILTER of <asm-generic/socket.h>; the module socket does not name it.
_ATTACH_FILTER = 26
# A classic BPF program: load the TCP flags, and drop the packet if of SYN and ACK only SYN is set. It is run on what
# comes for the listening socket, so connections that exist, and handshakes that have begun, go on.
_NO_NEW_HANDSHAKES = (
    (0x30, 0, 0, 13),
    (0x54, 0, 0, 0x12),
    (0x15, 1, 0, 0x02),
    (0x06, 0, 0, 0xFFFFFFFF),
    (0x06, 0, 0, 0),
)


class ServerError(Exception):
    """The server cannot start; the message is one line for the person who started it."""


def listen(host: str, port: int, *, setting: str = "PORT") -> socket.socket:
    """Take the address (port 0: any free one), so that nobody else can, before anything slow is done.

    Who connects from now on waits until the server runs. Raises `ServerError` when it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        # The system's own words tell an address in use from one that is not allowed or not this machine's.
        raise ServerError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. Choose another {setting}."
        ) from error
    return prepared(listener)


def inherited() -> socket.socket | None:
    """The listening socket that systemd has passed on, which keeps it while the server restarts; None without one.

    Raises `ServerError` if it is no TCP socket that listens, or one of several.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        # Of another process, whose environment came down to this one.
        return None
    if os.environ.get("LISTEN_FDS") != "1":
        raise ServerError("systemd must pass on one socket: keep one ListenStream in the socket unit.")
    try:
        listener = socket.socket(fileno=_FIRST_PASSED)
        listens = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise ServerError(f"The socket that systemd passed on cannot be used: {error.strerror}.") from error
    if not listens or listener.family not in (socket.AF_INET, socket.AF_INET6):
        raise ServerError("systemd must pass on a TCP socket that listens: give ListenStream a port.")
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    os.set_inheritable(_FIRST_PASSED, False)
    return prepared(listener)


def prepared(listener: socket.socket) -> socket.socket:
    """Set what the connections of the listening socket inherit."""
    # Asyncio sees to it only where the protocol was named when the socket was made. Without it an answer's body waits
    # until the caller has acknowledged the headers: 40 milliseconds on a kept connection.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setblocking(False)
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL under which a browser on this machine reaches the listener."""
    host, port = listener.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{local}]:{port}" if ":" in local else f"http://{local}:{port}"


def refuse_handshakes(listener: socket.socket) -> None:
    """Drop the first packet of every new connection, on Linux.

    Whoever connects sends it again a second later, and meets the next server, or a refusal. Closing the socket instead
    would reset those who have connected and wait to be accepted: between the last `accept` and the close there is
    always one more.
    """
    if sys.platform != "linux":
        return
    program = b"".join(struct.pack("HBBI", *step) for step in _NO_NEW_HANDSHAKES)
    kept = ctypes.create_string_buffer(program, len(program))
    given = struct.pack("HL", len(_NO_NEW_HANDSHAKES), ctypes.addressof(kept))
    # A container may forbid it. Then the close can reset the few who have connected in the last moment.
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, given)


def accepted(listener: socket.socket) -> Iterator[socket.socket]:
    """The connections that wait to be accepted."""
    while True:
        try:
            connection, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        connection.setblocking(False)
        yield connection
