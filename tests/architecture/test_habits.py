"""The files around the code: changelog and version, hooks, workflow, templates and dev container."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.tidy import faults, main

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-config.yaml"
WORKFLOW = ROOT / ".github" / "workflows" / "checks.yml"
FORMS = sorted(set((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")) - {ROOT / ".github/ISSUE_TEMPLATE/config.yml"})


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _judged(schema: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_a_wrong_workflow_is_refused(tmp_path: Path) -> None:
    """The positive control of the next test."""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOW.read_text(encoding="utf-8").replace("runs-on:", "run-on:"), encoding="utf-8")
    assert _judged("vendor.github-workflows", wrong).returncode == 1


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", [WORKFLOW]),
        ("custom.github-workflows-require-timeout", [WORKFLOW]),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"]),
    ],
)
def test_github_files_match_their_schemas(schema: str, paths: list[Path]) -> None:
    assert paths
    judged = _judged(schema, *paths)
    assert judged.returncode == 0, judged.stdout


def test_the_workflow_runs_every_step_of_ci() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    steps = re.findall(r"^\t(\w+)\) ", script, flags=re.MULTILINE)
    assert _read(WORKFLOW)["jobs"]["step"]["strategy"]["matrix"]["step"] == steps
    assert set(re.findall(r"^(?:\t| *)step (\w+)", script, flags=re.MULTILINE)) == set(steps)


def test_ci_refuses_a_step_that_it_does_not_have() -> None:
    done = subprocess.run(["bash", ".ci/run", "tests"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "check, test, clients, fuzz, browser, faults" in done.stderr


def test_each_hook_runs_what_make_check_runs_or_the_tidy_script() -> None:
    """So the two cannot disagree, and `make check` shows that each hook passes on the whole tree."""
    subprocess.run([sys.executable, "-m", "pre_commit", "validate-config", str(HOOKS)], check=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(PY)", ".venv/bin/python")
    hooks = [hook for repository in _read(HOOKS)["repos"] for hook in repository["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    entries = [hook["entry"].removesuffix(" --force-exclude") for hook in hooks]
    assert ".venv/bin/python scripts/tidy.py" in entries
    for entry in entries:
        assert entry in makefile or entry.endswith("scripts/tidy.py"), entry


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.py", "x = 1\n" * 401, "401 lines are more than 400"),
        ("a.md", "<<<<<<< HEAD\n", "a conflict marker"),
        ("a.toml", "x = 1 \n", "blanks at the end of a line"),
        ("a.md", "no end", "no newline at its end"),
    ],
)
def test_an_untidy_file_is_refused(tmp_path: Path, name: str, text: str, fault: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert faults(tmp_path / name) == [fault]


def test_the_tree_is_tidy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    listed = subprocess.run(["git", "grep", "-Il", ""], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(listed) > 500
    assert main([name for name in listed if Path(name).is_file()]) == 0, capsys.readouterr().out


def test_the_changelog_has_the_current_version() -> None:
    """Newest first; the version in `pyproject.toml` is the newest, with `.dev0` until its release."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## (\d+\.\d+\.\d+) – (unreleased|20\d\d-\d\d-\d\d)$", text, flags=re.MULTILINE)
    assert releases == sorted(releases, key=lambda one: tuple(map(int, one[0].split("."))), reverse=True)
    newest, day = releases[0]
    assert version == (f"{newest}.dev0" if day == "unreleased" else newest)
    assert set(re.findall(r"^### (.+)$", text, flags=re.MULTILINE)) <= {
        "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"
    }  # fmt: skip


def test_the_dev_container_runs_targets_that_exist() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert {"name", "image", "postCreateCommand", "forwardPorts"} <= container.keys()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"\bmake (\w+)", container["postCreateCommand"])) <= targets
