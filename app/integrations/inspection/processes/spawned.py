"""The plain way: start Python for each file. For systems without fork, and to compare the pool with."""

import json
import subprocess

from app.integrations.inspection.kinds import Inspection
from app.integrations.inspection.processes.messages import (
    TOO_COMPLEX,
    WALL_CLOCK_SECONDS,
    InspectorFault,
    Unfinished,
    asking,
    inspection_of,
)
from app.integrations.inspection.processes.program import command, environment


def inspect_in_child(descriptor: int, *, filename: str | None, limit_bytes: int) -> Inspection:
    """Inspect the open file. Blocks for up to `WALL_CLOCK_SECONDS`. Raises `FileRefused` and `InspectorFault`."""
    question = asking(filename, limit_bytes).decode()
    try:
        done = subprocess.run(
            command("worker", "once", question),
            env=environment(),
            stdin=descriptor,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_CLOCK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unfinished("the machine is too busy") from error
    if done.returncode < 0:
        # The kernel killed it at one of its limits.
        return inspection_of(TOO_COMPLEX)
    if done.returncode:
        raise InspectorFault(f"the program that inspects a file ended with {done.returncode}")
    return inspection_of(json.loads(done.stdout))
