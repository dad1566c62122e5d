"""Starting Python for an inspection: isolated, with no descriptor or secret of the server."""

import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[4]
# A Python may need them to find its own libraries.
_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


def command(module: str, function: str, argument: str, *, package: str | None = __package__) -> list[str]:
    """The command that runs a function of a module of this package, or another."""
    code = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from {package}.{module} import {function}; {function}()"
    return [sys.executable, "-I", "-B", "-c", code, argument]


def environment() -> dict[str, str]:
    """The variables that the program gets."""
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


def start_zygote(control: int) -> subprocess.Popen[bytes]:
    """Start it with its end of the control channel, in a session of its own: signals of a terminal do not reach it."""
    return subprocess.Popen(
        command("zygote", "main", str(control)),
        env=environment(),
        pass_fds=[control],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
