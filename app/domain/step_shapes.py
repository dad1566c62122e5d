"""What a step of the process is, and how it is offered to a caller. `workflow.STEPS` is the table of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.actors import Role
from app.domain.conditions import Condition, Facts
from app.domain.statuses import Status
from app.domain.step_names import StepName


@dataclass(frozen=True)
class Step:
    """A step of the process: its statuses before and after, roles, conditions and operation."""

    name: StepName
    label: str
    sources: frozenset[Status]
    targets: tuple[Status, ...]
    who: tuple[Role, ...]
    operation_id: str
    method: str
    path: str
    conditions: tuple[Condition, ...] = ()
    effect: str = ""
    target: Callable[[Facts], Status] | None = field(default=None, compare=False)
    follows: bool = False
    """True if the step is a consequence of its operation, which is allowed in every status."""


@dataclass(frozen=True)
class OpenStep:
    """A step that the caller can take now."""

    name: StepName
    label: str
    operation_id: str
    method: str
    path: str


@dataclass(frozen=True)
class BlockedStep(OpenStep):
    """A step that the caller's role could take in this status, but that a condition blocks."""

    code: str
    reason: str
