"""Write the three requirements files from `pyproject.toml`: versions and hashes for every platform.

    python scripts/lock.py [--upgrade]

`requirements.txt` is for production, `requirements-local.txt` adds the built-in database and the demonstration, and
`requirements-dev.txt` adds the development tools. Versions stay unless `pyproject.toml` rules them out or `--upgrade`
asks for the newest. The files name no package index: they install from the one that the machine is set up for.
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
    """Compile the files with uv, each held to the versions of the one before; `arguments` go to uv.

    Returns the worst exit status.
    """
    files = {
        "requirements.txt": (),
        "requirements-local.txt": ("--extra", "local", "--constraint", "requirements.txt"),
        "requirements-dev.txt": ("--extra", "local", "--extra", "dev", "--constraint", "requirements-local.txt"),
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
