"""The frame of `make faults`: a check that falls short fails it, and so does one whose control finds nothing."""

import inspect
import json
from dataclasses import replace
from pathlib import Path

import pytest

from faults import breaks, table
from faults.__main__ import main
from faults.check import Break, Check, Found, Sizes
from faults.programme import CHECKS
from faults.report import Result
from faults.world import World

_BREAK = Break("a fault", settings={"LOG_LEVEL": "ERROR"})


def _check(name: str, *, short: bool = False, blind: bool = False) -> Check:
    async def run(world: World, sizes: Sizes) -> Found:
        found = Found({"broken": world.broken is not None, "size": sizes["size"]})
        found.expect(not short and (blind or world.broken is None), "something is wrong")
        return found

    return Check(name, "Something holds.", "0 wrong", {"size": 1}, {"size": 2}, run, _BREAK)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "reliability.md"
    path.write_text("# Before\n\n<!-- results -->\nthe last run\n<!-- /results -->\n\nAfter.\n", encoding="utf-8")
    return path


_RIGHT, _WRONG = Found(), Found(wrong=["something is wrong"])


@pytest.mark.parametrize(
    ("found", "control", "passed"),
    [(_RIGHT, _WRONG, True), (_WRONG, _WRONG, False), (_RIGHT, _RIGHT, False), (None, _RIGHT, False)],
    ids=["holds", "falls short", "cannot fail", "control alone"],
)
def test_a_check_must_hold_and_its_control_must_not(found: Found | None, control: Found, passed: bool) -> None:
    assert Result(_check("one"), {"size": 1}, found, control, 0).passed is passed


def test_a_run_prints_every_check_and_writes_the_document(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = [_check("good"), _check("short", short=True), _check("blind", blind=True)]
    assert main(["--full", "--markdown", str(document)], checks) == 1
    printed, text = capsys.readouterr().out, document.read_text(encoding="utf-8")
    for check in checks:
        fails = check.name != "good"
        assert f"{'FAIL' if fails else 'ok  '} {check.name} " in printed
        (row,) = (line for line in text.splitlines() if line.startswith(f"| {check.name}: "))
        assert ("**" in row) == fails
        assert "size 2" in row
    assert text.startswith("# Before\n")
    assert text.endswith("\nAfter.\n")
    assert "the last run" not in text


@pytest.mark.parametrize(
    ("arguments", "runs"), [([], False), (["--full"], True), (["--only", "long"], True)], ids=["quick", "full", "named"]
)
def test_the_quick_programme_leaves_out_what_takes_long(
    arguments: list[str], runs: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, [_check("short one"), replace(_check("long one"), in_quick=False)]) == 0
    assert ("long one" in capsys.readouterr().out) is runs


def test_a_check_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "nonsense"], [_check("good")]) == 2
    assert "There are: good." in capsys.readouterr().err


def test_every_check_says_what_it_claims_and_what_breaks_it() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    for check in CHECKS:
        assert check.claim.endswith("."), check.name
        assert check.quick.keys() == check.full.keys(), check.name
        assert all(check.quick[name] <= check.full[name] for name in check.quick), check.name
        assert check.control.patch or check.control.settings or check.control.sql, check.name


def test_every_break_is_a_control() -> None:
    patches = {check.control.patch for check in CHECKS if check.control.patch}
    assert patches == breaks.BY_NAME.keys()
    defined = {name for name, found in inspect.getmembers(breaks, inspect.isfunction) if not name.startswith("_")}
    assert defined == patches


def test_the_table_is_made_of_several_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The later run of a check counts, and what nobody ran makes it fail."""
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "reliability.md"
    page.write_text("<!-- results -->\n<!-- /results -->\n", encoding="utf-8")
    monkeypatch.setattr(table, "ROOT", tmp_path)
    under = {"commit": "c0ffee", "machine": "2 cores", "load": "1.0", "postgres": "18", "python": "3.11"}
    fine = {"sizes": {}, "figures": {"lost": 0}, "wrong": [], "seconds": 1, "control": {"wrong": ["something"]}}
    lost = fine | {"figures": {"lost": 7}, "wrong": ["7 are lost"]}
    first, *others = [check.name for check in CHECKS]
    runs = {"late": ("2026-11-28 05:00 UTC", {first: fine}), "early": ("2026-11-28 04:00 UTC", {first: lost})}
    for name, (date, checks) in runs.items():
        stored = {"conditions": under | {"date": date}, "checks": checks}
        (tmp_path / f"{name}.json").write_text(json.dumps(stored), encoding="utf-8")
    assert table.main([*tmp_path.glob("*.json")]) == 1
    text = page.read_text(encoding="utf-8")
    assert "2026-11-28 04:00 UTC to 2026-11-28 05:00 UTC, commit c0ffee" in text
    assert "lost 0" in text
    assert "lost 7" not in text
    rest = {"conditions": under | {"date": "2026-11-28 06:00 UTC"}, "checks": dict.fromkeys(others, fine)}
    (tmp_path / "rest.json").write_text(json.dumps(rest), encoding="utf-8")
    assert table.main([*tmp_path.glob("*.json")]) == 0
