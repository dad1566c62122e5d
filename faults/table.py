"""Write the table of `docs/reliability.md` from the results of several runs: the full programme takes hours.

    python -m faults.table results/*.json

Each file is what `--json` wrote. Where two have the same check, the later one counts.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from faults.check import Check, Found
from faults.programme import CHECKS
from faults.report import ROOT, Result, write_markdown


def main(paths: Sequence[Path]) -> int:
    """Write the table, and return 1 if a check of the programme is missing or falls short."""
    runs = sorted((json.loads(path.read_text(encoding="utf-8")) for path in paths), key=lambda run: _under(run)["date"])
    found = {name: check for run in runs for name, check in run["checks"].items()}
    results = [_result(check, found[check.name]) for check in CHECKS if check.name in found]
    write_markdown(ROOT / "docs" / "reliability.md", results, _together([_under(run) for run in runs]))
    for name in (missing := [check.name for check in CHECKS if check.name not in found]):
        print(f"not run: {name}", file=sys.stderr)
    return 1 if missing or not all(result.passed for result in results) else 0


def _under(run: dict[str, Any]) -> dict[str, str]:
    conditions: dict[str, str] = run["conditions"]
    return conditions


def _result(check: Check, stored: dict[str, Any]) -> Result:
    run = Found(stored["figures"] or {}, stored["wrong"])
    return Result(check, stored["sizes"], run, Found({}, stored["control"]["wrong"]), stored["seconds"])


def _together(conditions: Sequence[dict[str, str]]) -> dict[str, str]:
    """One set of conditions for all runs: from the first to the last, each commit, and the range of loads."""
    loads = sorted((each["load"] for each in conditions), key=float)
    commits = dict.fromkeys(each["commit"] for each in conditions)
    return {
        **conditions[-1],
        "date": f"{conditions[0]['date']} to {conditions[-1]['date']}",
        "commit": " and ".join(commits),
        "load": f"{loads[0]} to {loads[-1]}",
    }


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
