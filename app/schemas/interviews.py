"""The interview between the centre and its centre lead (R19)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.interviews import InterviewMode, InterviewOutcome, InterviewStatus
from app.schemas.answered import Count, FullName, Minutes, Place, Remark, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import Timestamp, choice
from app.schemas.patches import changeable
from app.schemas.shared import AnswerId, Moment, said
from app.schemas.text import several_lines

_START = "When it starts: in the future."
_END = "When it ends: after it starts, and eight hours later at most."
_MODE = "How it is held."
_PLACE = "Where: the address, the link to the meeting or the telephone number."
_AGENDA = "What will be talked about, or null."
_Place = Annotated[str, several_lines(1, 500)]
_Agenda = Annotated[str, several_lines(1, 4000)]
_Mode = Annotated[InterviewMode, choice()]


class InterviewCreate(Request):
    """Arrange the interview."""

    starts_at: Timestamp = Field(description=_START, examples=["2026-12-01T10:00:00+00:00"])
    ends_at: Timestamp = Field(description=_END, examples=["2026-12-01T11:30:00+00:00"])
    mode: _Mode = Field(description=_MODE, examples=["online"])
    place: _Place = Field(description=_PLACE, examples=["https://meet.example.com/abc-defg-hij"])
    agenda: _Agenda | None = Field(default=None, description=_AGENDA, examples=["Sampling; assessors' training."])


class InterviewUpdate(Request):
    """Reschedule the interview; what is left out stays as it is."""

    starts_at: Timestamp = changeable(_START, "2026-12-02T10:00:00+00:00")
    ends_at: Timestamp = changeable(_END, "2026-12-02T11:30:00+00:00")
    mode: _Mode = changeable(_MODE, "in_person")
    place: _Place = changeable(_PLACE, "1 Castle Gate, Nottingham")
    agenda: _Agenda | None = changeable(_AGENDA, "Sampling; assessors' training.")


class InterviewOutcomeCreate(Request):
    """Record what became of the interview."""

    outcome: Annotated[InterviewOutcome, choice()] = Field(
        description="`held` and `not_attended` can be recorded once it should have started, `cancelled` at any time."
    )
    summary: Annotated[str, several_lines(1, 8000)] = Field(
        description="What was talked about, or why it did not take place. The centre reads it.",
        examples=["We went through the sampling strategy and the assessors' qualifications."],
    )
    internal_note: Annotated[str, several_lines(1, 8000)] | None = Field(
        default=None,
        description="A note for staff alone.",
        examples=["The new head of quality is still finding her feet."],
    )


class Interview(Resource):
    """An interview of an application."""

    id: AnswerId
    application_id: UUID = said("The application's id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    status: InterviewStatus = said("`arranged`, then `held`, `cancelled` or `not_attended`.", "arranged")
    starts_at: datetime = said("When it starts.", "2026-12-01T10:00:00Z")
    ends_at: datetime = said("When it ends.", "2026-12-01T11:30:00Z")
    mode: InterviewMode = said(_MODE, "online")
    place: Place = said(_PLACE, "https://meet.example.com/abc-defg-hij")
    agenda: Remark | None = said(_AGENDA, "Sampling; assessors' training.")
    sequence: Count = said("How often it was rescheduled: iCalendar's SEQUENCE.", 0)
    arranged_by_name: FullName = said("The centre lead who arranged it.", "Sam Taylor")
    arranged_at: Moment
    outcome_recorded_at: datetime | None = said("When its outcome was recorded, or null.", None)
    summary: Minutes | None = said("What was talked about, or why it did not take place; null before.", None)
    internal_note: Minutes | None = said("What staff noted for each other; always null for a centre's people.", None)


class InterviewList(Answer):
    """Every interview of an application, in the order in which they were arranged."""

    items: Annotated[list[Interview], up_to(limits.INTERVIEWS)] = said("The interviews.", [])
