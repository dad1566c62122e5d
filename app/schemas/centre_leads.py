"""Making somebody the centre lead of an application (R19)."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import Request
from app.schemas.fields import Id
from app.schemas.text import several_lines


class CentreLeadAssign(Request):
    """Who becomes the centre lead."""

    centre_lead_id: Id = Field(
        description="The `person_id` of a staff member: somebody of the active staff who holds the role of centre lead."
    )
    reason: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None, description="Why, for staff alone.", examples=["The former lead is on leave."]
    )
