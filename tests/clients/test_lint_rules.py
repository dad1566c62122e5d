"""The project’s rules for the contract find what they are there for; that it breaks none of them, `make lint` shows."""

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from scripts.node import command, environment

ROOT = Path(__file__).resolve().parents[2]
CLIENTS, OPENAPI = ROOT / "clients", ROOT / "openapi"
BROKEN = Path(__file__).parent / "unconventional.yaml"


def _run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = [*command(CLIENTS, tool), "lint", *arguments]
    return subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)


def test_every_rule_of_the_project_finds_what_breaks_it() -> None:
    ruleset = OPENAPI / "spectral.yaml"
    done = _run("spectral", "--ruleset", str(ruleset), "--format", "json", "--quiet", str(BROKEN))
    found: list[dict[str, Any]] = json.loads(done.stdout)
    rules = yaml.safe_load(ruleset.read_text(encoding="utf-8"))["rules"]
    own = {name for name, rule in rules.items() if isinstance(rule, dict)}
    assert own
    assert own - {finding["code"] for finding in found} == set()


def test_redocly_judges_the_examples_which_spectral_leaves_to_it() -> None:
    done = _run("redocly", "--config", str(OPENAPI / "redocly.yaml"), "--format", "json", str(BROKEN))
    found = {finding["ruleId"] for finding in json.loads(done.stdout)["problems"]}
    assert found >= {"no-invalid-media-type-examples", "no-invalid-schema-examples"}


def test_a_finding_of_either_linter_fails_the_command() -> None:
    spectral = _run("spectral", "--ruleset", str(OPENAPI / "spectral.yaml"), "--fail-severity", "hint", str(BROKEN))
    redocly = _run("redocly", "--config", str(OPENAPI / "redocly.yaml"), str(BROKEN))
    assert (spectral.returncode, redocly.returncode) == (1, 1)
