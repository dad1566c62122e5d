"""Initial applications: due diligence, the account, declining."""

from typing import Annotated

from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.refusals.base import Conflict
from app.domain.refusals.steps import STEPS_INSTEAD, AvailableStep


class AlreadyDecided(Conflict):
    """This initial application has its account already, or was declined. Neither can be undone."""

    initial_application_status: Annotated[InitialApplicationStatus, "The initial application's status."]
    allowed_steps: Annotated[tuple[AvailableStep, ...], STEPS_INSTEAD] = ()

    @property
    def detail(self) -> str:
        """Which of the two."""
        if self.initial_application_status is InitialApplicationStatus.DECLINED:
            return "This initial application was declined, which cannot be undone."
        return "This initial application has its account already, which cannot be undone."


class DueDiligenceIncomplete(Conflict):
    """Record every due diligence check before you create the account. 'outstanding_checks' lists those to do."""

    outstanding_checks: Annotated[tuple[DueDiligenceCheckKey, ...], "The checks that have not been recorded."]


class ConcernNeedsReason(Conflict):
    """A check raised a concern. Say why you accept it in 'concerns_accepted_reason', or decline the application."""

    open_concerns: Annotated[tuple[DueDiligenceCheckKey, ...], "The checks that raised a concern."]
