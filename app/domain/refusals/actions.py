"""Actions that an accepted centre must complete."""

from typing import Annotated

from app.domain.actions import ActionStatus
from app.domain.refusals.base import Conflict


class ActionClosed(Conflict):
    """This action is closed."""

    action_status: Annotated[ActionStatus, "The action's status."]


class NoEvidence(Conflict):
    """The centre has not sent evidence that is waiting for your judgement. Wait until it does."""

    action_status: Annotated[ActionStatus, "The action's status."]
