"""Assigning the centre lead of an application (R19)."""

from typing import Annotated

from pydantic import Field

from app.schemas import example_centre as example
from app.schemas.base import Request
from app.schemas.ids import PersonId
from app.schemas.text import several_lines


class CentreLeadAssign(Request):
    """Assign a centre lead to the application."""

    centre_lead_id: PersonId = Field(
        description="The `person_id` of an active staff member with the role `centre_lead`.",
        examples=[example.CENTRE_LEAD_ID],
    )
    reason: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None,
        description="The reason for the change. Only staff can read it.",
        examples=["The former lead is on leave."],
    )
