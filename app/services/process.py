"""The process, read from the tables that the code enforces (R26)."""

from app.domain.flowchart import flowchart, machine_chart
from app.domain.machines import MACHINES, Machine
from app.domain.permissions import ROLE_LABELS
from app.domain.workflow import STAGES, STATUSES, STEPS, Party, Status, Step
from app.schemas import process as schemas
from app.schemas.reference_data import Choice


def build_process() -> schemas.Process:
    """Build the answer of `GET /v1/process`."""
    return schemas.Process(
        stages=[
            schemas.ProcessStage(
                number=number,
                title=title,
                statuses=[status for status, info in STATUSES.items() if info.stage == number],
            )
            for number, title in STAGES.items()
        ],
        statuses=[
            schemas.ProcessStatus(
                key=status,
                status_for_staff=info.staff_name,
                status_for_centre=info.centre_name,
                description=info.description,
                stage=info.stage,
                waiting_on=info.waiting_on,
                final=info.final,
            )
            for status, info in STATUSES.items()
        ],
        steps=[_step_to_schema(step) for step in STEPS],
        machines=[_machine_to_schema(machine) for machine in MACHINES],
        parties=[Choice(key=party.value, label=party.value.replace("_", " ").capitalize()) for party in Party],
        roles=[Choice(key=role.value, label=label) for role, label in ROLE_LABELS.items()],
        flowchart=flowchart(),
    )


def _step_to_schema(step: Step) -> schemas.ProcessStep:
    return schemas.ProcessStep(
        name=step.name,
        label=step.label,
        sources=[status for status in Status if status in step.sources],
        targets=list(step.targets),
        who=[role.value for role in step.who],
        conditions=[
            schemas.ProcessCondition(code=condition.refusal.code, reason=condition.refusal.sentence)
            for condition in step.conditions
        ],
        effect=step.effect or None,
        operation_id=step.operation_id,
        method=step.method,
        path=step.path,
    )


def _machine_to_schema(machine: Machine) -> schemas.ProcessMachine:
    return schemas.ProcessMachine(
        key=machine.key,
        title=machine.title,
        statuses=[status.value for status in machine.statuses],
        transitions=[
            schemas.ProcessTransition(
                source=arrow.source.value if arrow.source is not None else None,
                target=arrow.target.value,
                label=arrow.label,
                who=[role.value for role in arrow.who],
                operation_id=arrow.operation_id,
            )
            for arrow in machine.transitions
        ],
        flowchart=machine_chart(machine),
    )
