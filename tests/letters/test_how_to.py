"""The worked diff in "how to add a letter" applies to this tree, and its letter is found, rendered and queued."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-letter.md"
RENDER = """
from app.letters.catalogue import find_letter
from app.letters.rendering import render
from app.services import centre_leads
from app.settings import AwardingOrganisation

letter = find_letter("centre_lead_introduced")
assert centre_leads.CentreLeadIntroduced is letter
rendered = render(letter, letter.sample, AwardingOrganisation())
assert "Kim Adeyemi" in rendered.text and "Kim Adeyemi" in rendered.html
print(rendered.subject)
"""


def _files(diff: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the path and the lines of each file in the diff."""
    for part in diff.split("--- ")[1:]:
        _, new, *lines = part.splitlines()
        yield new.removeprefix("+++ b/"), lines


def _apply(diff: str, root: Path) -> None:
    """Apply the diff by its lines, ignoring line numbers. Fails if the lines it changes are missing."""
    for path, lines in _files(diff):
        target = root / path
        if all(line.startswith("+") for line in lines):
            target.write_text("".join(f"{line[1:]}\n" for line in lines), encoding="utf-8")
            continue
        text = target.read_text(encoding="utf-8")
        # A context line or a removal after an addition starts a new hunk.
        for hunk in re.findall(r"(?:^[ -].*\n)+(?:^\+.*\n)+(?:^ .*\n)*", "\n".join(lines) + "\n", re.MULTILINE):
            before = "".join(f"{line[1:]}\n" for line in hunk.splitlines() if line[0] in " -")
            after = "".join(f"{line[1:]}\n" for line in hunk.splitlines() if line[0] in " +")
            assert text.count(before) == 1, f"{path} does not have these lines once:\n{before}"
            text = text.replace(before, after)
        target.write_text(text, encoding="utf-8")


def _diff() -> str:
    found = re.search(r"```diff\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_a_diff_that_has_gone_stale_is_caught(tmp_path: Path) -> None:
    service = tmp_path / "app" / "services" / "centre_leads.py"
    service.parent.mkdir(parents=True)
    (tmp_path / "app" / "letters" / "centre_leads").mkdir(parents=True)
    service.write_text("from app import outbox\n")
    with pytest.raises(AssertionError, match="does not have these lines"):
        _apply(_diff(), tmp_path)


def test_the_worked_diff_adds_a_letter(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__", "static", "fonts"))
    _apply(_diff(), tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", RENDER], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "Your centre lead is Kim Adeyemi (CRA-2026-000012)"
