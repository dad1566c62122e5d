"""The how-to pages are correct: the names exist, and the diffs apply to the current tree."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.typed import ROOT

PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
_DIFF = re.compile(r"```diff\n(.*?)```", re.DOTALL)


def _applies(diff: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "apply", "--check", "-"], input=diff, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_diff_that_has_drifted_is_refused() -> None:
    """The positive control."""
    (diff,) = _DIFF.findall((ROOT / "docs" / "how-to" / "add-a-job.md").read_text(encoding="utf-8"))
    assert _applies(diff.replace("housekeeping.forget),", "housekeeping.forgotten),")).returncode != 0


@pytest.mark.parametrize("page", ["add-a-field", "add-a-job", "add-a-status"])
def test_the_diff_applies(page: str) -> None:
    (diff,) = _DIFF.findall((ROOT / "docs" / "how-to" / f"{page}.md").read_text(encoding="utf-8"))
    applied = _applies(diff)
    assert applied.returncode == 0, applied.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_names_in_the_page_exist(page: Path) -> None:
    """Each path, and each `NAME`, `Name` or `call(…)` somewhere in the code."""
    prose = _DIFF.sub("", page.read_text(encoding="utf-8"))
    paths = re.findall(r"`((?:app|migrations|openapi|tests|docs)/[\w./-]+)`|`([A-Z]+\.md)`", prose)
    assert paths
    for path in ("".join(one) for one in paths):
        assert (ROOT / path).exists(), path
    code = subprocess.run(
        ["git", "grep", "-h", "", "--", "app/*.py", "migrations/*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in re.findall(r"`([A-Z]\w*\b(?!\.md)|[a-z_.]+(?=\([^`]*\)`))", prose):
        assert re.search(rf"\b{re.escape(name.rpartition('.')[2])}\b", code), name
