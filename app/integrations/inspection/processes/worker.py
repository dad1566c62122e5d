"""The program around one inspection, with limits that the kernel enforces: on what it uses, and on what it may ask."""

import json
import os
import signal
import socket
import sys
from typing import BinaryIO

from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.processes.bounds import allow_cpu, bound
from app.integrations.inspection.processes.confinement import confine, load_encodings
from app.integrations.inspection.processes.messages import (
    MESSAGE_BYTES,
    TOO_COMPLEX,
    WALL_CLOCK_SECONDS,
    Question,
    Verdict,
    to_message,
    told,
)
from app.integrations.inspection.refusals import FileRefused, RefusalCode

# The server ends a worker at `WALL_CLOCK_SECONDS`. The alarm is for when no server is left to do it.
_ALARM_SECONDS = WALL_CLOCK_SECONDS + 5


def serve(channel: socket.socket) -> None:
    """Inspect the file that comes over the channel, and answer there."""
    message, descriptors, _, _ = socket.recv_fds(channel, MESSAGE_BYTES, 1)
    if descriptors:
        question = json.loads(message)
        signal.setitimer(signal.ITIMER_REAL, _ALARM_SECONDS)
        # An end in order would close the file, and free a million objects.
        channel.send(to_message(_judge_confined(os.fdopen(descriptors[0], "rb"), question)))


def once() -> None:
    """Inspect the file on standard input, and write the verdict to standard output."""
    load_encodings()
    sys.stdout.buffer.write(to_message(_judge_confined(sys.stdin.buffer, json.loads(sys.argv[1]))))
    sys.stdout.flush()


def _judge_confined(source: BinaryIO, question: Question) -> Verdict:
    bound()
    allow_cpu(question["cpu_seconds"])
    confine()
    return judge(source, question)


def judge(source: BinaryIO, question: Question) -> Verdict:
    """Inspect the file, as the question of `asking` says."""
    filename, limit_bytes = question["filename"], question["limit_bytes"]
    try:
        found = inspect(source, filename=filename, limit_bytes=limit_bytes)
        return {"kind": found.kind.value, "notices": [notice.to_json() for notice in found.notices]}
    except FileRefused as refused:
        return {"refused": refused.code.value, "reason": refused.reason}
    except (MemoryError, RecursionError):
        return TOO_COMPLEX
    except Exception:
        # A parser fails on nonsense in ways that nobody foresees. The server's log has the rest.
        return {"refused": RefusalCode.DAMAGED.value, "fault": told()}
