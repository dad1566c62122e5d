"""Write `requirements.txt` and `requirements-dev.txt` from `pyproject.toml`: versions and hashes for every platform.

    python scripts/lock.py [--upgrade]

Versions stay as they are unless `pyproject.toml` rules them out or `--upgrade` asks for the newest. The files name no
package index, so that they install from whichever one the machine is set up for.
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
    """Compile both files with uv; `arguments` go to it as they are. Returns the worst exit status."""
    files = {"requirements.txt": (), "requirements-dev.txt": ("--extra", "dev", "--constraint", "requirements.txt")}
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
