"""The application form: starting, filling in, policies, the agreement, return items."""

from typing import Annotated
from uuid import UUID

from app.domain.refusals.base import Conflict
from app.domain.refusals.steps import StepRefused


class ApplicationOpen(Conflict):
    """The centre already has an open application. Continue with that one; 'application_id' names it."""

    constraint = "uq_application_in_progress_of_centre"
    application_id: Annotated[UUID | None, "The application that is open."] = None
    reference: str = ""

    @property
    def detail(self) -> str:
        """Which one."""
        if not self.reference:
            return "The centre already has an open application. Continue with that one."
        return f"The centre already has an open application, {self.reference}. Continue with that one."


class AlreadyRecognised(Conflict):
    """The centre is already recognised, so it does not need to apply."""

    constraint = "uq_active_recognition_of_centre"


class ApplicationLocked(StepRefused):
    """The application has been submitted, so its sections can no longer be changed."""

    status_name: str = ""

    @property
    def detail(self) -> str:
        """The status that locks it."""
        if not self.status_name:
            return self.sentence
        return f"The application is '{self.status_name}', so it can no longer be changed."


class AgreementNotPublished(Conflict):
    """The centre agreement or the customer code of conduct has not been published yet. Try again when it has."""


class NotTheCurrentVersion(Conflict):
    """These are not the current versions of the agreement and the code of conduct. Read and accept the current ones."""

    agreement_id: Annotated[UUID, "The current version of the centre agreement."]
    code_of_conduct_id: Annotated[UUID, "The current version of the customer code of conduct."]


class PolicyAlwaysRequired(Conflict):
    """Every centre needs this policy: only the examinations procedure can be not applicable. Upload the document."""


class InvigilatedAssessmentPlanned(Conflict):
    """The application does not say that no invigilated assessment is planned. Answer that in the group 'provision'."""


class EarlierReturn(Conflict):
    """This item belongs to an earlier return, which has been answered. Answer the items of the current return."""
