"""Steps of the process that the application's state or a condition does not allow (R16–R21)."""

from dataclasses import dataclass
from typing import Annotated, Final

from app.domain.gaps import Missing
from app.domain.refusals.base import Conflict, Forbidden
from app.domain.statuses import Status
from app.domain.step_names import StepName

STEPS_INSTEAD: Final = "The steps that are open to you instead."


@dataclass(frozen=True)
class AvailableStep:
    """A step of the process that is open to the caller."""

    name: Annotated[StepName, "The step's name in the process."]
    method: Annotated[str, "The HTTP method."]
    path: Annotated[str, "The path to call."]


class StepRefused(Conflict, family=True):
    """Says where the application stands, and which steps are open to the caller instead."""

    application_status: Annotated[Status | None, "The application's status."] = None
    allowed_steps: Annotated[tuple[AvailableStep, ...] | None, STEPS_INSTEAD] = None


class StepNotAllowed(StepRefused):
    """The application's status does not allow this step. 'allowed_steps' lists the steps that are open to you."""

    because: str = ""


class NotReady(StepRefused):
    """The application is not complete, so it cannot be submitted. 'missing' lists everything that it needs."""

    missing: Annotated[tuple[Missing, ...] | None, "Everything that the application lacks."] = None

    @property
    def detail(self) -> str:
        """How many things are missing."""
        count = len(self.missing or ())
        if not count:
            return self.sentence
        things = "1 thing is" if count == 1 else f"{count:,} things are"
        return f"The application cannot be submitted yet: {things} missing."


class InvoiceUnpaid(StepRefused):
    """The centre recognition invoice has not been paid in full. The application cannot go on until it is."""


class FeeCredited(StepRefused):
    """Too much of the fee was credited. The application goes on once a replacement is issued and paid, or a second
    person in finance has waived the fee."""


class InterviewAlreadyArranged(StepRefused):
    """An interview is already arranged. Reschedule it, or record its outcome."""

    constraint = "uq_open_interview_of_application"


class NoInterviewArranged(StepRefused):
    """No interview is arranged. Arrange one first."""


class InterviewNotHeld(StepRefused):
    """No interview has been held yet. Hold it and record its outcome before you make a recommendation."""


class NotAbandoned(StepRefused):
    """The centre has worked on the application recently, or its invoice is not overdue yet. Warn the centre once nobody
    has worked on the application for a while, or once the invoice is overdue."""


class ClosingNotWarned(StepRefused):
    """The centre has not been warned, or the application has changed since. Warn the centre first."""


class ClosingWarningRuns(StepRefused):
    """The centre has been warned. The application can be closed from the day that the warning names."""


class TooLateToReopen(StepRefused):
    """The time for reopening the application is over. The centre can start a new one."""


class NotYourApplication(Forbidden):
    """Only the centre lead assigned to this application can do this."""


class OwnRecommendation(Forbidden):
    """You made a recommendation on this application, so somebody else must decide it."""
