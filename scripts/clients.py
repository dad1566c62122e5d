"""Generate a client from the contract with each of the usual generators, and have each type checker judge the result.

    python scripts/clients.py

The clients go to `clients/generated`, a folder of each generator's own. Status 1 where one fails or says anything that
sounds like a warning, or where TypeScript's or Python's type checker finds a fault in what it made.
"""

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Run as a file, the folder above is not on the path; and it has to work from any folder.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.node import NodeSetupError, command, environment

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = ROOT / "clients"
GENERATED = CLIENTS / "generated"
PYTHON_CLIENT = GENERATED / "openapi-python-client"
CACHE = GENERATED / ".mypy_cache"
CONTRACT = str(ROOT / "openapi" / "openapi.yaml")
# OpenAPI Generator calls its own support of 3.1 beta, so it gets the copy in 3.0.3, as other older tools do.
OLDER_CONTRACT = str(ROOT / "openapi" / "openapi-3.0.yaml")
SOUNDS_LIKE_A_WARNING = re.compile(r"\b(warn|warning|error|exception|unsupported|deprecated|skipping)\b", re.IGNORECASE)


def main() -> int:
    """Generate, then check; returns the exit status."""
    shutil.rmtree(GENERATED, ignore_errors=True)
    GENERATED.mkdir()
    # The generators are started from two threads at once: most of the time goes into starting Java and Node.
    with ThreadPoolExecutor(2) as pool:
        faulty = [*pool.map(generate, *zip(*generators().items(), strict=True))]
        faulty += pool.map(check, *zip(*checkers().items(), strict=True)) if not any(faulty) else []
    return 1 if any(faulty) else 0


def generators() -> dict[str, list[str]]:
    """The command of each generator; it writes to the folder of `clients/generated` that has its name."""
    python = [sys.executable, "-m", "openapi_python_client", "generate", "--path", CONTRACT, "--meta", "none"]
    java = [sys.executable, "-c", "from openapi_generator_cli import cli; cli()", "generate", "-i", OLDER_CONTRACT]
    return {
        "openapi-generator": [*java, "-g", "typescript-fetch", "-o", str(GENERATED / "openapi-generator")],
        "openapi-typescript": [
            *command(CLIENTS, "openapi-typescript"),
            *(CONTRACT, "--output", str(GENERATED / "openapi-typescript" / "contract.d.ts")),
            # What has a default can be left out of a request; the generator takes it for part of every answer instead.
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
    """The command of each type checker; `clients/play` is what uses the clients, judged more strictly than they are."""
    tsc = [*command(CLIENTS, "tsc"), "--project"]
    mypy = [sys.executable, "-m", "mypy", "--config-file=", "--no-error-summary", "--cache-dir", str(CACHE)]
    return {
        "tsc, all clients": [*tsc, str(CLIENTS)],
        "tsc, their user": [*tsc, str(CLIENTS / "play")],
        "mypy, the client": [*mypy, str(PYTHON_CLIENT)],
        "mypy, its user": [*mypy, "--strict", "--follow-imports=silent", str(CLIENTS / "play" / "process.py")],
    }


def generate(name: str, running: list[str]) -> bool:
    """Run a generator, print how it went, and return whether it failed or said anything that sounds like a warning."""
    (GENERATED / name).mkdir()
    # Without it, OpenAPI Generator writes a line about each of its thousand files.
    status, said = _run(running, JAVA_OPTS="-Dlog.level=warn")
    odd = [line for line in said.splitlines() if SOUNDS_LIKE_A_WARNING.search(line)]
    return _tell(name, status, said.splitlines() if status else odd)


def check(name: str, running: list[str]) -> bool:
    """Run a type checker, print how it went, and return whether it found anything."""
    status, said = _run(running, MYPYPATH=str(PYTHON_CLIENT))
    return _tell(name, status, said.splitlines())


def _tell(name: str, status: int, lines: list[str]) -> bool:
    """Print how it went, and return whether it was faulty."""
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
