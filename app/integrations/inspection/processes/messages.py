"""What the server, the zygote and its workers say to each other."""

import json
import traceback
from typing import TypedDict

from app.domain.json_values import JsonObject
from app.integrations.inspection.kinds import FileKind, Inspection
from app.integrations.inspection.notices import Notice
from app.integrations.inspection.refusals import FileRefused, RefusalCode

MESSAGE_BYTES = 64 * 1024
# The kernel counts CPU time, so a verdict does not depend on what else the machine does; this only frees the place.
WALL_CLOCK_SECONDS = 60
CPU_SECONDS = 10

READY = b"ready"
CONFINED = b"ready, and confined"
"""Where the kernel filters the system calls of a worker."""
FORK = b"fork"
KILL = b"kill "
"""The number of the process follows."""
STATUS = b"status "
"""The number of a process that has ended follows; the answer is its exit code, negative for a signal."""


class Verdict(TypedDict, total=False):
    """What a worker says: the kind and the notices of a sound file, or the refusal, or what went wrong in itself."""

    kind: str
    notices: list[JsonObject]
    refused: str
    reason: str
    fault: str


TOO_COMPLEX: Verdict = {"refused": RefusalCode.TOO_COMPLEX.value}


class Question(TypedDict):
    """What the server asks about a file, and how much it may use."""

    filename: str | None
    limit_bytes: int
    cpu_seconds: int


class Unfinished(Exception):
    """The inspection was stopped before its verdict, by the clock or from outside. The file is not to blame."""


class InspectorFault(Exception):
    """The inspection itself failed. The file is not to blame."""


def asking(filename: str | None, limit_bytes: int) -> bytes:
    """The question that goes with a file."""
    question: Question = {
        # Only its end matters here, and a message has a limit.
        "filename": filename and filename[-200:],
        "limit_bytes": limit_bytes,
        "cpu_seconds": CPU_SECONDS,
    }
    return json.dumps(question).encode()


def told() -> str:
    """The end of the traceback of the exception that is being handled."""
    return traceback.format_exc(limit=-5)[-4000:]


def to_message(verdict: Verdict) -> bytes:
    """The verdict as a worker sends it. A document may hold halves of characters, which are no text."""
    return json.dumps(verdict, ensure_ascii=False).encode(errors="replace")


def inspection_of(verdict: Verdict) -> Inspection:
    """What the worker found. Raises `FileRefused`, and `InspectorFault` when the worker could not judge."""
    if "refused" in verdict:
        raise FileRefused(RefusalCode(verdict["refused"]), verdict.get("reason"))
    if "kind" not in verdict:
        raise InspectorFault(verdict.get("fault", "the inspector gave no verdict"))
    kind = FileKind(verdict["kind"])
    notices = tuple(Notice.from_json(stored) for stored in verdict.get("notices", []))
    return Inspection(kind, kind.media_type, notices)
