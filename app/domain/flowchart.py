"""Draw the process from the tables that the code enforces (R26): Mermaid for the API, a page for `docs/`."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from app.domain.actors import CentreRole, Role
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.machines import INITIAL_APPLICATION, MACHINES, Machine
from app.domain.permissions import ROLE_LABELS
from app.domain.workflow import STAGES, STATUSES, STEPS, Status, transitions

_STAGE_OF_INITIAL_APPLICATION = {
    InitialApplicationStatus.RECEIVED: 1,
    InitialApplicationStatus.ACCOUNT_CREATED: 2,
    InitialApplicationStatus.DECLINED: 2,
}
_ANYBODY = "anybody"
_START = ("Start the application", (CentreRole.SUPER_USER, CentreRole.USER))


def flowchart() -> str:
    """Return a Mermaid flowchart from the web form to recognition, with one box for each stage."""
    lines = ["flowchart TD"]
    for stage, title in STAGES.items():
        lines.append(f'  subgraph stage_{stage}["Stage {stage}: {title}"]')
        lines += [
            f'    initial_{status}["{_words(status)}"]'
            for status, placed in _STAGE_OF_INITIAL_APPLICATION.items()
            if placed == stage
        ]
        for status, info in STATUSES.items():
            if info.stage == stage:
                shape = '(["{}"])' if info.final else '["{}"]'
                lines.append(f"    {status}{shape.format(info.staff_name)}")
        lines.append("  end")
    lines.append("  begin((Begin))")
    for arrow in INITIAL_APPLICATION.transitions:
        source = "begin" if arrow.source is None else f"initial_{arrow.source}"
        lines.append(_arrow(source, f"initial_{arrow.target}", arrow.label, arrow.who))
    lines.append(_arrow(f"initial_{InitialApplicationStatus.ACCOUNT_CREATED}", Status.DRAFT, *_START))
    lines += [_arrow(source, target, step.label, step.who) for source, step, target in transitions()]
    lines += [
        _arrow(source, source, step.label, step.who)
        for step in STEPS
        if not step.targets
        for source in sorted(step.sources)
    ]
    return "\n".join(lines) + "\n"


def machine_chart(machine: Machine) -> str:
    """Return a state machine as a Mermaid flowchart."""
    lines = ["flowchart LR", f"  begin_{machine.key}((Begin))"]
    lines += [f'  {machine.key}_{status}["{_words(status)}"]' for status in machine.statuses]
    for arrow in machine.transitions:
        source = f"begin_{machine.key}" if arrow.source is None else f"{machine.key}_{arrow.source}"
        lines.append(_arrow(source, f"{machine.key}_{arrow.target}", arrow.label, arrow.who))
    return "\n".join(lines) + "\n"


def process_page() -> str:
    """Return `docs/process.md`: the flowcharts, and tables of every status and step."""
    statuses = [
        (f"`{status}`", info.staff_name, info.centre_name, str(info.stage), _party(info.waiting_on), info.description)
        for status, info in STATUSES.items()
    ]
    steps = [
        (
            step.label,
            ", ".join(f"`{source}`" for source in Status if source in step.sources),
            ", ".join(f"`{target}`" for target in step.targets) or "the same",
            people(step.who),
            " ".join(condition.refusal.sentence for condition in step.conditions) or "–",
            f"`{step.operation_id}`",
        )
        for step in STEPS
    ]
    parts = [
        "# The process",
        "`python -m app flowchart` writes this page from the tables that the code enforces. Change those instead.",
        _mermaid(flowchart()),
        "## Statuses",
        _table(("Status", "For staff", "For the centre", "Stage", "Waits for", "Meaning"), statuses),
        "## Steps",
        _table(("Step", "From", "To", "Who", "Refused while", "Operation"), steps),
    ]
    for machine in MACHINES:
        parts += [f"## {machine.title}", _mermaid(machine_chart(machine))]
    return "\n\n".join(parts) + "\n"


def people(who: Iterable[Role]) -> str:
    """Name the roles that may take a step, for a reader."""
    return " or ".join(ROLE_LABELS[role] for role in who) or _ANYBODY


def _arrow(source: str, target: str, label: str, who: Iterable[Role]) -> str:
    return f'  {source} -->|"{label}<br/>({people(who)})"| {target}'


def _words(status: StrEnum) -> str:
    return status.value.replace("_", " ").capitalize()


def _party(party: StrEnum | None) -> str:
    return _words(party) if party is not None else "nobody"


def _mermaid(chart: str) -> str:
    return f"```mermaid\n{chart}```"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(_rows(head, rows))


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
