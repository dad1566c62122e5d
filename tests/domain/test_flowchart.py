"""The drawings come from the tables, and leave nothing out (R26)."""

import re
from pathlib import Path

import pytest

from app.domain.flowchart import flowchart, machine_chart, process_page
from app.domain.machines import MACHINES, Machine
from app.domain.workflow import STAGES, STATUSES, STEPS, Status, transitions

_ARROW = re.compile(r'^  (\w+) -->\|"([^"|]+)<br/>\(([^"|]+)\)"\| (\w+)$')


@pytest.mark.requirement("R26")
def test_every_arrow_of_the_table_is_drawn_once() -> None:
    arrows = [match.groups() for line in flowchart().splitlines() if (match := _ARROW.match(line))]
    drawn = [(source, label, target) for source, label, _, target in arrows]
    for source, step, target in transitions():
        assert drawn.count((source.value, step.label, target.value)) == 1
    for step in STEPS:
        if not step.targets:
            assert all((source.value, step.label, source.value) in drawn for source in step.sources)
    assert len(drawn) == len(set(drawn))


@pytest.mark.requirement("R26")
def test_every_line_is_one_that_mermaid_reads() -> None:
    node = re.compile(r'^    \w+(\["[^"]+"\]|\(\["[^"]+"\]\))$')
    other = re.compile(r'^(flowchart TD|  subgraph stage_[1-5]\["[^"]+"\]|  end|  begin\(\(Begin\)\))$')
    lines = flowchart().splitlines()
    assert [line for line in lines if not (node.match(line) or other.match(line) or _ARROW.match(line))] == []
    assert sum(line.startswith("  subgraph") for line in lines) == len(STAGES)
    named = {match[1] for line in lines if (match := re.match(r"^    (\w+)[\[(]", line))} | {"begin"}
    used = {end for line in lines if (match := _ARROW.match(line)) for end in (match[1], match[4])}
    assert used == named
    assert {status.value for status in Status} <= named


@pytest.mark.requirement("R26")
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.key)
def test_a_small_machine_reaches_every_status_from_its_beginning(machine: Machine) -> None:
    reached = {arrow.target for arrow in machine.transitions if arrow.source is None}
    assert len(reached) == 1
    for _ in machine.statuses:
        reached |= {arrow.target for arrow in machine.transitions if arrow.source in reached}
    assert reached == set(machine.statuses)
    arrows = [line for line in machine_chart(machine).splitlines() if _ARROW.match(line)]
    assert len(arrows) == len(machine.transitions)


def test_the_page_has_every_status_and_step_in_whole_rows() -> None:
    page = process_page()
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len(rows) == len(STATUSES) + len(STEPS) + 4
    for step in STEPS:
        assert any(row.startswith(f"| {step.label} |") and step.operation_id in row for row in rows)
    assert {row.count(" | ") for row in rows if not row.startswith("| ---")} == {5}
    assert page.count("```mermaid\n") == 1 + len(MACHINES)


@pytest.mark.requirement("R26")
def test_the_page_in_the_repository_is_the_one_that_is_drawn() -> None:
    page = (Path(__file__).parents[2] / "docs" / "process.md").read_text(encoding="utf-8")
    assert page == process_page()
