"""The interview between the centre and its centre lead (R19)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.interviews import InterviewMode, InterviewOutcome, InterviewStatus
from app.schemas import example_centre as example
from app.schemas.answered import Count, FullName, Minutes, Place, Remark, WebAddress, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import Timestamp, choice
from app.schemas.ids import ApplicationId, InterviewId
from app.schemas.patches import changeable
from app.schemas.shared import AllowedSteps, BlockedSteps, Moment, described
from app.schemas.text import several_lines

_START = "When the interview starts. It must be in the future."
_END = "When the interview ends: after the start, and at most eight hours later."
_MODE = "Whether it is held online, in person or by telephone."
_PLACE = "The address, the meeting link or the telephone number."
_AGENDA = "The agenda, or null."
_Place = Annotated[str, several_lines(1, 500)]
_Agenda = Annotated[str, several_lines(1, 4000)]
_Mode = Annotated[InterviewMode, choice()]
_MEETING = "https://meet.example.com/abc-defg-hij"
_TOPICS = "Sampling; assessors' training."


class InterviewCreate(Request):
    """Arrange the interview."""

    starts_at: Timestamp = Field(description=_START, examples=[example.INTERVIEW_STARTS_AT])
    ends_at: Timestamp = Field(description=_END, examples=[example.INTERVIEW_ENDS_AT])
    mode: _Mode = Field(description=_MODE, examples=["online"])
    place: _Place = Field(description=_PLACE, examples=[_MEETING])
    agenda: _Agenda | None = Field(default=None, description=_AGENDA, examples=[_TOPICS])


class InterviewUpdate(Request):
    """Reschedule the interview. A property that is left out keeps its value."""

    starts_at: Timestamp = changeable(_START, example.INTERVIEW_STARTS_AT)
    ends_at: Timestamp = changeable(_END, example.INTERVIEW_ENDS_AT)
    mode: _Mode = changeable(_MODE, "online")
    place: _Place = changeable(_PLACE, _MEETING)
    agenda: _Agenda | None = changeable(_AGENDA, _TOPICS)


class InterviewOutcomeCreate(Request):
    """Record the outcome of the interview."""

    outcome: Annotated[InterviewOutcome, choice()] = Field(
        description="`held` and `not_attended` can be recorded once the interview should have started, `cancelled` at "
        "any time."
    )
    summary: Annotated[str, several_lines(1, 8000)] = Field(
        description="What was discussed, or why the interview did not take place. The centre can read it.",
        examples=["We went through the sampling strategy and the assessors' qualifications."],
    )
    internal_note: Annotated[str, several_lines(1, 8000)] | None = Field(
        default=None,
        description="A note that only staff can read.",
        examples=["The new head of quality is still settling in."],
    )


class Interview(Resource):
    """An interview about an application."""

    id: InterviewId
    application_id: ApplicationId
    status: InterviewStatus = described("`arranged`, then `held`, `cancelled` or `not_attended`.", "arranged")
    starts_at: datetime = described("When the interview starts.", example.INTERVIEW_STARTS_AT)
    ends_at: datetime = described("When the interview ends.", example.INTERVIEW_ENDS_AT)
    mode: InterviewMode = described(_MODE, "online")
    place: Place = described(_PLACE, _MEETING)
    meeting_url: WebAddress | None = described("The web address in `place`, to show as a link, or null.", _MEETING)
    agenda: Remark | None = described(_AGENDA, _TOPICS)
    sequence: Count = described(
        "The invitation's number (iCalendar's `SEQUENCE`). It rises when the interview is rescheduled or handed to "
        "another centre lead, or somebody is invited again.",
        0,
    )
    arranged_by_name: FullName = described("The centre lead who arranged it.", example.CENTRE_LEAD)
    arranged_at: Moment = described("When it was arranged.", example.INTERVIEW_ARRANGED_AT)
    outcome_recorded_at: datetime | None = described("When the outcome was recorded, or null.", None)
    summary: Minutes | None = described(
        "What was discussed, or why the interview did not take place; null until the outcome is recorded.", None
    )
    internal_note: Minutes | None = described("A note among staff. Always null for a centre's users.", None)
    allowed_steps: AllowedSteps
    blocked_steps: BlockedSteps


class InterviewList(Answer):
    """Every interview about an application, in the order in which they were arranged."""

    items: Annotated[list[Interview], up_to(limits.INTERVIEWS)] = Field(description="The interviews.")
