"""Compare the contract with its last release, and name every change that breaks a client which works today.

    python scripts/breaking_changes.py

The last release is the highest version among `openapi/released/*.yaml`; where there is none, nothing can break. Each
break stands on a line of its own, and the status is 1. It is 1 too where the contract differs from the release and
`info.version` has not risen, or `openapi/CHANGELOG.md` has no section for that version.

What breaks is judged by `redocly diff`, which follows references and knows what is sent from what is answered. Its one
rule that is left out is `enum-values-added`: choices in answers are documented as growing. It is stricter than need be
where null comes or goes: a client's type changes with it.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

# Run as a file, the folder above is not on the path; and it has to work from any folder.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.node import NodeSetupError, command, environment

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "openapi"


def main(folder: Path = OPENAPI) -> int:
    """Judge `folder/openapi.yaml`; returns the exit status."""
    release = last_release(folder / "released")
    if release is None:
        print("No release of the contract yet: nothing can break.")
        return 0
    found = faults(release, folder / "openapi.yaml", (folder / "CHANGELOG.md").read_text(encoding="utf-8"))
    print(f"Compared with {release.name}: " + (f"{len(found)} faults." if found else "nothing breaks."))
    for fault in found:
        print(f"  {fault}")
    return 1 if found else 0


def last_release(folder: Path) -> Path | None:
    """The file of the highest version, or None where nothing has been released."""
    return max(folder.glob("*.yaml"), key=lambda file: _numbers(file.stem), default=None)


def faults(release: Path, current: Path, changelog: str) -> list[str]:
    """Every break of `release` in `current`, and a version or section of the `changelog` that is missing."""
    report = _report(release, current)
    before, now = report["infoVersions"]["base"], report["infoVersions"]["revision"]
    found = [
        f"{change['path']}: {verdict['message']} ({verdict['ruleId']})"
        for change in report["changes"]
        for verdict in change.get("verdicts", ())
        if verdict["impact"] == "major"
    ]
    if report["changes"] and _numbers(now) <= _numbers(before):
        found.append(f"The contract differs from {before}, and its version is {now}: raise it in app/http/contract.")
    if not re.search(rf"^## {re.escape(now)}\b", changelog, flags=re.MULTILINE):
        found.append(f"openapi/CHANGELOG.md has no section for {now}.")
    return found


def _report(release: Path, current: Path) -> dict[str, Any]:
    """What changed, as Redocly has it. Raises `NodeSetupError` where it cannot compare the two."""
    asked = ("diff", str(release), str(current), "--format", "json", "--skip-rule", "enum-values-added")
    done = subprocess.run(
        [*command(ROOT / "clients", "redocly"), *asked],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise NodeSetupError(f"{release} and {current} could not be compared: {done.stderr.strip()}") from None
    return report


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (NodeSetupError, OSError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
