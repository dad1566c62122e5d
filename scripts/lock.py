"""Write the five requirements files from `pyproject.toml`: versions and hashes for every platform.

    python scripts/lock.py [--upgrade]

`requirements.txt` is for production and `requirements-tracing.txt` adds traces. `requirements-local.txt` adds the
embedded database and the demonstration, `requirements-dev.txt` also the development tools, and `requirements-bench.txt`
the benchmark's Django peer.

Versions change only if `pyproject.toml` excludes them or with `--upgrade`. The files name no package index, so pip uses
the one that the machine is configured for.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"
COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON),
    *("--generate-hashes", "--only-binary", ":all:", "--no-annotate", "--no-header"),
)


def main(arguments: list[str]) -> int:
    """Compile the files with uv, each constrained to the versions of the one before; return the worst exit status.

    `arguments` are passed to uv.
    """
    files = {
        "requirements.txt": (),
        "requirements-local.txt": ("--extra", "local", "--constraint", "requirements.txt"),
        "requirements-tracing.txt": ("--extra", "tracing", "--constraint", "requirements.txt"),
        "requirements-dev.txt": (
            *("--extra", "local", "--extra", "tracing", "--extra", "dev"),
            *("--constraint", "requirements-local.txt", "--constraint", "requirements-tracing.txt"),
        ),
        "requirements-bench.txt": (
            *("--extra", "local", "--extra", "tracing", "--extra", "dev", "--extra", "bench"),
            *("--constraint", "requirements-dev.txt"),
        ),
    }
    statuses = [
        subprocess.run(
            [*COMPILE, *options, *arguments, "--output-file", name, "pyproject.toml"],
            cwd=ROOT,
            env={**os.environ, "UV_FIND_LINKS": ""},
            check=False,
        ).returncode
        for name, options in files.items()
    ]
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
