"""Interviews."""

from datetime import datetime
from typing import Annotated

from app.domain.interviews import InterviewStatus
from app.domain.refusals.base import Conflict
from app.domain.refusals.steps import StepRefused


class InterviewNotStarted(Conflict):
    """The interview has not started yet. Until it does, you can only reschedule or cancel it."""

    starts_at: Annotated[datetime, "When the interview starts."]


class InterviewClosed(StepRefused):
    """The interview's outcome has been recorded, so it can no longer be changed."""

    interview_status: Annotated[InterviewStatus | None, "The interview's status."] = None
