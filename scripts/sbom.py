"""Write the software bill of materials and the list of licences of a production install.

    python scripts/sbom.py [FOLDER]

`FOLDER` is `build` unless given. Installs `requirements.txt` into an environment of its own, reads that with
cyclonedx-py, and writes `sbom.cdx.json` (CycloneDX 1.6) and `licences.md`. Exits with status 1 and names each package
whose licence is none of `ALLOWED`: read it, then add it there or do without the package.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# Licences that let an organisation run and change the product without giving away more than they name.
ALLOWED = frozenset(
    {
        *("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0"),
        *("Unlicense", "BSD License", "Apache Software License", "MIT License", "Zlib"),
        # A library that is imported unchanged: python-stdnum.
        "GNU Lesser General Public License v2 or later (LGPLv2+)",
    }
)


def main(folder: Path) -> int:
    """Write both files; return the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / "sbom.cdx.json"
    with tempfile.TemporaryDirectory() as made:
        _install(Path(made) / "environment")
        _read(Path(made) / "environment", document)
    licences = licences_of(json.loads(document.read_text(encoding="utf-8")))
    rows = [f"| {name} | {version} | {' '.join(words)} |" for (name, version), words in sorted(licences.items())]
    head = ["# Licences of a production install", "", "| package | version | licence |", "| --- | --- | --- |"]
    (folder / "licences.md").write_text("\n".join([*head, *rows, ""]), encoding="utf-8")
    unknown = [name for (name, _), words in sorted(licences.items()) if not allowed(words)]
    for name in unknown:
        print(f"{name}: its licence is none of those that scripts/sbom.py allows", file=sys.stderr)
    return 1 if unknown else 0


def _install(environment: Path) -> None:
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(environment)], check=True)
    install = ["pip", "install", "--require-hashes", "--only-binary", ":all:", "--python", str(environment)]
    subprocess.run([*uv, *install, "-r", str(ROOT / "requirements.txt")], check=True)


def _read(environment: Path, document: Path) -> None:
    program = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", str(ROOT / "pyproject.toml")]
    options = ["--output-reproducible", "--spec-version", "1.6", "--output-file", str(document)]
    subprocess.run([*program, *options, str(environment)], check=True, capture_output=True)


def licences_of(document: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    """Each package and version, with its licences: SPDX names where it states them, else its own words."""
    return {
        (component["name"], component["version"]): _words(component.get("licenses", []))
        for component in document["components"]
    }


def _words(entries: list[dict[str, Any]]) -> list[str]:
    spdx = [entry["expression"] for entry in entries if "expression" in entry]
    spdx += [entry["license"]["id"] for entry in entries if "id" in entry.get("license", {})]
    named = [entry["license"]["name"] for entry in entries if "name" in entry.get("license", {})]
    return spdx or [name.removeprefix("License :: OSI Approved :: ") for name in named]


def allowed(licences: list[str]) -> bool:
    """True if every licence that it names, or one of each choice, is allowed."""
    return bool(licences) and all(
        licence in ALLOWED
        or all(any(word in ALLOWED for word in part.strip("()").split(" OR ")) for part in licence.split(" AND "))
        for licence in licences
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build")))
