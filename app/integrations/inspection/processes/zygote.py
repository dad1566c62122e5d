"""The process that has imported the parser, and forks a worker whenever the server asks for one.

It is started by exec. A fork of the server would take along its threads' locks, its database connections and its
secrets.
"""

import gc
import json
import logging
import os
import signal
import socket
import sys
from io import BytesIO

from pikepdf import Encryption, Pdf

from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.processes import worker
from app.integrations.inspection.processes.confinement import confine, load_encodings
from app.integrations.inspection.processes.messages import CONFINED, FORK, KILL, MESSAGE_BYTES, READY, STATUS, told


def main() -> None:
    """Serve the control channel, whose descriptor is the argument. Ends with the server, and its workers with it."""
    control = socket.socket(fileno=int(sys.argv[1]))
    # Whoever stops the server may signal all of its processes. Files that it has begun are finished first: only the
    # end of the channel tells that the server is gone.
    for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(kind, signal.SIG_IGN)
    # The parsers warn about every oddity of a file. What went wrong so far is in the server's log.
    logging.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    _warm_up()
    # A worker copies what its collections touch; what is exempt from them stays shared.
    gc.collect()
    gc.freeze()
    control.send(CONFINED if _confines() else READY)
    workers: set[int] = set()
    ended: dict[int, int] = {}
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 1)
        ended |= _ended()
        workers -= ended.keys()
        if message == FORK:
            workers.add(_fork(control, descriptors[0]))
        elif message.startswith(KILL):
            _kill(int(message.removeprefix(KILL)), workers)
        elif message.startswith(STATUS):
            process = int(message.removeprefix(STATUS))
            control.send(str(_status(process, ended)).encode())
            workers.discard(process)
            # Whoever did not ask by now never will.
            ended.clear()
        else:
            break
    for process in workers:
        os.kill(process, signal.SIGKILL)


def _warm_up() -> None:
    """Parse a file of our own, so that no worker has to compile patterns and import the rest: 10 ms in each."""
    load_encodings()
    source = BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        # Encrypted, so that what the library takes from the system for it is there too.
        pdf.save(source, encryption=Encryption(owner="x", user=""))
    inspect(source, filename=None, limit_bytes=source.tell())


def _confines() -> bool:
    """True if the kernel does it: asked in a process that does nothing else."""
    process = os.fork()
    if not process:
        os._exit(0 if confine() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def _fork(control: socket.socket, descriptor: int) -> int:
    process = os.fork()
    if process:
        os.close(descriptor)
        control.send(str(process).encode())
        return process
    control.close()
    channel = socket.socket(fileno=descriptor)
    try:
        worker.serve(channel)
    except Exception:
        channel.send(json.dumps({"fault": told()}).encode())
    finally:
        os._exit(0)


def _kill(process: int, workers: set[int]) -> None:
    """Kill a worker; only one that has not been waited for, whose number nobody else can have."""
    if process in workers:
        os.kill(process, signal.SIGKILL)


def _status(process: int, ended: dict[int, int]) -> int:
    """The exit code of a process whose channel has ended, so that it soon will."""
    if process in ended:
        return ended[process]
    try:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    except ChildProcessError:
        return 0


def _ended() -> dict[int, int]:
    ended: dict[int, int] = {}
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if not process:
            return ended
        ended[process] = os.waitstatus_to_exitcode(status)
