"""Alert rules and the dashboard name metrics and labels that exist, and every alert is shown firing."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from app.metrics import PREFIX, READINGS, Metrics, Reading
from tests.world import World

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
_NAME = re.compile(rf"\b((?:{PREFIX}|process)_[a-z0-9_]+)\b(?:\{{([^}}]*)\}})?")
_GROUPED = re.compile(r"\bby \(([^)]*)\)")
_LABEL = re.compile(r"(\w+)(?:=~|!~|!=|=)")
# Prometheus adds these two to every metric.
_TARGET = {"job", "instance"}


def _promtool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    assert shutil.which("promtool"), "install promtool, which is in Debian's package prometheus"
    return subprocess.run(["promtool", *map(str, words)], capture_output=True, text=True, check=False, cwd=MONITORING)


def _rules() -> dict[str, str]:
    groups = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule["expr"] for group in groups for rule in group["rules"]}


def _panels() -> Iterator[tuple[str, str]]:
    for panel in json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def _known() -> dict[str, set[str]]:
    """The labels of every metric that the program can show."""
    metrics = Metrics()
    metrics.observe("GET", "getMe", 200, 0.1)
    metrics.count_deadline("getMe")
    shown = metrics.show(Reading(name, 1, tuple(described.labels)) for name, described in READINGS.items()).decode()
    found: dict[str, set[str]] = {}
    for line in shown.splitlines():
        if not line.startswith("#"):
            name, _, labels = line.partition("{")
            found.setdefault(name.split()[0], set()).update(_LABEL.findall(labels.partition("}")[0]))
    return found


def faults(expression: str) -> list[str]:
    """Each metric that does not exist, and each label that none of the expression's metrics has."""
    known = _known()
    wrong, has = [], set(_TARGET)
    for name, selected in _NAME.findall(expression):
        if name not in known:
            wrong.append(f"no metric {name}")
            continue
        has |= known[name]
        wrong += [
            f"{name} has no label {label}" for label in _LABEL.findall(selected) if label not in known[name] | _TARGET
        ]
    for group in _GROUPED.findall(expression):
        wrong += [f"no label {label}" for label in group.replace(" ", "").split(",") if label not in has]
    return wrong


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("http_requests_total", []),
        (f"{PREFIX}_http_request_total > 0", [f"no metric {PREFIX}_http_request_total"]),
        (f'{PREFIX}_emails{{state="held"}}', [f"{PREFIX}_emails has no label state"]),
        (f"sum by (state) ({PREFIX}_emails)", ["no label state"]),
    ],
)
def test_a_wrong_expression_is_found(expression: str, fault: list[str]) -> None:
    """The positive control of the next tests; names without the prefix are Prometheus's own."""
    assert faults(expression) == fault


@pytest.mark.parametrize("alert", _rules())
def test_an_alert_names_what_exists(alert: str) -> None:
    assert faults(_rules()[alert]) == []


def test_the_dashboard_names_what_exists() -> None:
    found = list(_panels())
    assert len(found) > 20
    assert [(title, faults(expression)) for title, expression in found if faults(expression)] == []


async def test_what_is_known_is_what_a_server_shows(client: httpx.AsyncClient, world: World) -> None:
    """Those that are shown only after something went wrong are left out."""
    await world.received()
    answer = await client.get("/metrics")
    shown = set(re.findall(r"^([a-z_0-9]+)[ {]", answer.text, flags=re.MULTILINE))
    after = "deadlines_exceeded|recurring_job|store_check|security_events|webhook_endpoints$"
    silent = {name for name in _known() if re.search(after, name)}
    # tests/jobs/test_door.py reads these.
    of_workers = {
        name for name in _known() if re.search("jobs_run|queue_asked|_relay_|webhook_(attempts|endpoints_served)", name)
    }
    assert set(_known()) - shown <= silent | of_workers


def test_the_rules_and_their_tests_pass() -> None:
    for words in (("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")):
        done = _promtool(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    checked = _promtool("check", "config", "--syntax-only", "prometheus.yml")
    assert checked.returncode == 0, checked.stderr


def test_every_alert_is_shown_firing() -> None:
    text = (MONITORING / "alerts_test.yml").read_text(encoding="utf-8")
    assert set(re.findall(r'\{alertname="(\w+)"\}', text)) == set(_rules())


def test_every_expression_of_the_dashboard_can_be_read(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel_{number}", "expr": expression.replace("$__rate_interval", "5m")}
        for number, (_, expression) in enumerate(_panels())
    ]
    for added, expected in ([], 0), ([{"record": "broken", "expr": "sum by ("}], 1):
        path = tmp_path / f"{expected}.yml"
        path.write_text(
            yaml.safe_dump({"groups": [{"name": "dashboard", "rules": [*rules, *added]}]}), encoding="utf-8"
        )
        assert _promtool("check", "rules", path).returncode == expected
