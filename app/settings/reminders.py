"""When reminders go out by themselves."""

from typing import Annotated

from pydantic import Field

from app.settings.parts import Part

_Days = Annotated[int, Field(ge=1, le=365)]


class Reminders(Part):
    """In calendar days, but for the hours before an interview, and the working days until a manager is told."""

    draft_days: _Days = 14
    return_days: _Days = 3
    action_days: _Days = 7
    interview_hours: Annotated[int, Field(ge=1, le=24 * 14)] = 24
    escalate_working_days: Annotated[int, Field(ge=1, le=60)] = 2
