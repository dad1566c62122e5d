"""The steps of an object, as its answer shows them."""

from app.database import Work
from app.domain.object_steps import ObjectStep, Steps
from app.schemas.shared import BlockedObjectStep, OpenObjectStep


def allowed(work: Work, steps: Steps) -> list[OpenObjectStep]:
    """The steps that the caller can take, with paths under ROOT_PATH."""
    return [OpenObjectStep.model_validate(_shown(work, step)) for step in steps.allowed]


def blocked(work: Work, steps: Steps) -> list[BlockedObjectStep]:
    """The blocked steps, each with what its operation would answer."""
    return [
        BlockedObjectStep.model_validate(_shown(work, each.step) | {"code": each.code, "reason": each.reason})
        for each in steps.blocked
    ]


def _shown(work: Work, step: ObjectStep) -> dict[str, str]:
    return vars(step) | {"path": work.settings.root_path + step.path}
