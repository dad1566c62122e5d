"""Generate clients from the contract with five common generators, and type-check them.

    python scripts/clients.py

Each generator writes to its own folder in `clients/generated`. Exit status 1 if a generator fails or prints anything
like a warning, or if `tsc` or mypy finds a fault in the result.
"""

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# A script's own folder is on the path, but the repository's root is not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.node import NodeSetupError, command, environment

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = ROOT / "clients"
GENERATED = CLIENTS / "generated"
PYTHON_CLIENT = GENERATED / "openapi-python-client"
CONTRACT = str(ROOT / "openapi" / "openapi.yaml")
# OpenAPI Generator calls its support for 3.1 beta, so it gets the copy in 3.0.3, like other older tools.
OLDER_CONTRACT = str(ROOT / "openapi" / "openapi-3.0.yaml")
SOUNDS_LIKE_A_WARNING = re.compile(r"\b(warn|warning|error|exception|unsupported|deprecated|skipping)\b", re.IGNORECASE)


def main() -> int:
    """Generate, then check; return the exit status."""
    shutil.rmtree(GENERATED, ignore_errors=True)
    GENERATED.mkdir()
    # Two threads: most of the time goes into starting Java and Node.
    with ThreadPoolExecutor(2) as pool:
        faulty = [*pool.map(generate, *zip(*generators().items(), strict=True))]
        faulty += pool.map(check, *zip(*checkers().items(), strict=True)) if not any(faulty) else []
    return 1 if any(faulty) else 0


def generators() -> dict[str, list[str]]:
    """Return the command of each generator; it writes to the folder of its name in `clients/generated`."""
    python = [sys.executable, "-m", "openapi_python_client", "generate", "--path", CONTRACT, "--meta", "none"]
    java = [sys.executable, "-c", "from openapi_generator_cli import cli; cli()", "generate", "-i", OLDER_CONTRACT]
    return {
        "openapi-generator": [*java, "-g", "typescript-fetch", "-o", str(GENERATED / "openapi-generator")],
        "openapi-typescript": [
            *command(CLIENTS, "openapi-typescript"),
            *(CONTRACT, "--output", str(GENERATED / "openapi-typescript" / "contract.d.ts")),
            # Requests may omit properties with a default; without the flag the generator would require them.
            "--default-non-nullable=false",
        ],
        "hey-api": [
            *command(CLIENTS, "openapi-ts"),
            *("--input", CONTRACT, "--output", str(GENERATED / "hey-api"), "--client", "@hey-api/client-fetch"),
            "--no-log-file",
        ],
        "orval": [
            *command(CLIENTS, "orval"),
            *("--input", CONTRACT, "--output", str(GENERATED / "orval" / "client.ts"), "--client", "fetch"),
        ],
        "openapi-python-client": [
            *python,
            *("--config", str(CLIENTS / "openapi-python-client.yaml"), "--fail-on-warning"),
            *("--output-path", str(PYTHON_CLIENT / "centre_recognition_client")),
        ],
    }


def checkers() -> dict[str, list[str]]:
    """Return the command of each type checker. `clients/play` uses the clients, and is checked more strictly."""
    tsc = [*command(CLIENTS, "tsc"), "--project"]
    # A cache each: they run side by side, and two processes that write to one cache can break each other.
    mypy = [sys.executable, "-m", "mypy", "--config-file=", "--no-error-summary", "--cache-dir"]
    return {
        "tsc, all clients": [*tsc, str(CLIENTS)],
        "tsc, the players": [*tsc, str(CLIENTS / "play")],
        "mypy, the client": [*mypy, str(GENERATED / ".mypy_client"), str(PYTHON_CLIENT)],
        "mypy, the player": [
            *(*mypy, str(GENERATED / ".mypy_player"), "--strict", "--follow-imports=silent"),
            str(CLIENTS / "play" / "process.py"),
        ],
    }


def generate(name: str, running: list[str]) -> bool:
    """Run a generator and print the result; return True if it failed or printed anything like a warning."""
    (GENERATED / name).mkdir()
    # Otherwise OpenAPI Generator prints a line for each of its thousand files.
    status, output = _run(running, JAVA_OPTS="-Dlog.level=warn")
    odd = [line for line in output.splitlines() if SOUNDS_LIKE_A_WARNING.search(line)]
    return _report(name, status, output.splitlines() if status else odd)


def check(name: str, running: list[str]) -> bool:
    """Run a type checker and print the result; return True if it found anything."""
    status, output = _run(running, MYPYPATH=str(PYTHON_CLIENT))
    return _report(name, status, output.splitlines())


def _report(name: str, status: int, lines: list[str]) -> bool:
    """Print the result; return True if it was faulty."""
    faulty = status != 0 or bool(lines)
    print(f"{name}: " + (f"faulty (status {status})" if faulty else "clean"), flush=True)
    for line in lines:
        print(f"  {line}")
    return faulty


def _run(running: list[str], **settings: str) -> tuple[int, str]:
    done = subprocess.run(
        running,
        cwd=CLIENTS,
        env={**environment(), "NO_COLOR": "1", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (NodeSetupError, OSError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
