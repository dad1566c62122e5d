"""Closing what a centre has abandoned: the warning, the closing and the way back."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.schemas import example_centre as example
from app.schemas.answered import Note
from app.schemas.base import Answer, Request
from app.schemas.shared import described
from app.schemas.text import several_lines

_REASON = "Nobody has worked on the application since September."
_Reason = Annotated[str, several_lines(1, 2000)]


class ApplicationClosing(Answer):
    """A warning that the application will be closed, or the closing."""

    reason: Note | None = described("Why, for the centre to read.", _REASON)
    warned_at: datetime | None = described("When the centre was warned.", example.INVOICED_AT)
    closable_from: date | None = described(
        "The first day on which the application can be closed, unless something is done on it before.", "2026-11-02"
    )
    reopenable_until: date | None = described(
        "The last day on which staff can reopen it; null until it is closed.", None
    )


class ClosingWarningCreate(Request):
    """Warn the centre that the application will be closed."""

    reason: _Reason = Field(description="Why, for the centre to read.", examples=[_REASON])


class ClosureCreate(Request):
    """Close the application."""

    reason: _Reason = Field(description="Why, for the centre to read.", examples=[_REASON])


class ReopeningCreate(Request):
    """Reopen a closed application."""

    reason: _Reason = Field(
        description="Why, for the record, which only staff read.",
        examples=["The head of organisation called: the course leader had left."],
    )
