"""When reminders go out by themselves."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from app.settings.parts import Part

_Days = Annotated[int, Field(ge=1, le=365)]
_MOST: Final = 12


def _distinct(days: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(days)) < len(days):
        raise ValueError("name each day once")
    return tuple(sorted(days))


class Reminders(Part):
    """In calendar days, but for the hours before an interview, and the working days until a manager is told."""

    draft_days: _Days = 14
    return_days: _Days = 3
    action_days: _Days = 7
    interview_hours: Annotated[int, Field(ge=1, le=24 * 14)] = 24
    escalate_working_days: Annotated[int, Field(ge=1, le=60)] = 2
    # Relative to the due date, negative before it.
    invoice_days: Annotated[
        tuple[Annotated[int, Field(ge=-90, le=365)], ...], Field(max_length=_MOST), AfterValidator(_distinct)
    ] = (-7, 0, 1, 14, 28)
