"""The steps of an object, as its answer shows them."""

from app.database import Work
from app.domain.object_steps import ObjectStep, Steps
from app.schemas.shared import BlockedObjectStep, OpenObjectStep


def allowed(work: Work, steps: Steps) -> list[OpenObjectStep]:
    """The steps that the caller can take, with paths under ROOT_PATH."""
    return [OpenObjectStep.model_validate(each) for each in shown(work, steps)["allowed_steps"]]


def blocked(work: Work, steps: Steps) -> list[BlockedObjectStep]:
    """The blocked steps, each with what its operation would answer."""
    return [BlockedObjectStep.model_validate(each) for each in shown(work, steps)["blocked_steps"]]


def shown(work: Work, steps: Steps) -> dict[str, list[dict[str, str]]]:
    """Both, as the answer that they are a part of is validated."""
    return {
        "allowed_steps": [_shown(work, step) for step in steps.allowed],
        "blocked_steps": [
            {**_shown(work, each.step), "code": each.code, "reason": each.reason} for each in steps.blocked
        ],
    }


def _shown(work: Work, step: ObjectStep) -> dict[str, str]:
    return {
        "name": step.name,
        "label": step.label,
        "operation_id": step.operation_id,
        "method": step.method,
        "path": work.settings.root_path + step.path,
    }
