"""Install what a requirements file locks into `.venv`; a quick no-op if it is installed.

    python scripts/environment.py requirements.txt

Standard library only, since it runs before anything is installed. Several runs in one folder wait for each other.
Exits with status 1 and one line on standard error if the environment cannot be made.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
PYTHON = VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"
# Each file includes the ones before it.
FILES = ("requirements.txt", "requirements-local.txt", "requirements-dev.txt", "requirements-bench.txt")
PIP_THAT_INSTALLS_ELSEWHERE = (22, 3)


class EnvironmentSetupError(Exception):
    """The environment cannot be made; the message is one line for the terminal."""


def main(requirements: str) -> None:
    """Install what `requirements`, a file name in the root folder, locks, unless it is installed."""
    wanted = _locked(requirements)
    with alone(Path(__file__)):
        if PYTHON.exists() and wanted.items() <= _installed().items():
            return
        print(f"Preparing .venv from {requirements}: this takes a minute the first time ...", flush=True)
        STAMP.unlink(missing_ok=True)
        pip = _pip()
        _run([*pip, "install", "--quiet", "--require-hashes", "--only-binary=:all:", "-r", str(ROOT / requirements)])
        half_written = STAMP.with_suffix(".new")
        half_written.write_text(json.dumps(wanted), encoding="utf-8")
        half_written.replace(STAMP)


def _locked(requirements: str) -> dict[str, str]:
    """Return the digests of the file and of those that it includes."""
    names = FILES[: FILES.index(requirements) + 1] if requirements in FILES else (requirements,)
    return {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names}


def _installed() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


@contextlib.contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold an exclusive lock on `file`; no separate lock file is left behind."""
    try:
        import fcntl
    except ImportError:
        # Windows has no such locks: run one at a time there.
        yield
        return
    with file.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _pip() -> list[str]:
    """Return the command that installs into `.venv`, which is created first unless it works."""
    inside = [str(PYTHON), "-I", "-m", "pip"]
    if _works(inside):
        return [*inside, "--disable-pip-version-check"]
    if importlib.util.find_spec("venv") is None:
        raise EnvironmentSetupError(_missing("venv"))
    if importlib.util.find_spec("ensurepip") is not None:
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        return [*inside, "--disable-pip-version-check"]
    # Debian ships Python without ensurepip; the system's pip can still fill an environment without pip.
    outside = [sys.executable, "-m", "pip"]
    if not _works(outside) or _pip_version() < PIP_THAT_INSTALLS_ELSEWHERE:
        raise EnvironmentSetupError(_missing("ensurepip"))
    _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    return [*outside, "--disable-pip-version-check", "--python", str(PYTHON)]


def _missing(module: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (
        f"{sys.executable} (Python {version}) lacks the module {module!r}: "
        f"install the package python{version}-venv (Debian, Ubuntu) or a complete Python, and try again."
    )


def _works(pip: list[str]) -> bool:
    try:
        return subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _pip_version() -> tuple[int, ...]:
    from importlib.metadata import version

    return tuple(int(part) for part in version("pip").split(".")[:2] if part.isdigit())


def _run(command: list[str]) -> None:
    # PIP_USER would install beside the environment instead of inside it.
    environment = {**os.environ, "PIP_USER": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    output = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    errors = [line for line in output if line.lower().startswith("error")]
    reason = (errors or output or [f"it ended with status {done.returncode}"])[-1]
    raise EnvironmentSetupError(f"The environment .venv could not be made: {reason}")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except (EnvironmentSetupError, OSError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
