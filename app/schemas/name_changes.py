"""Changes of a centre's names, which staff approve."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.name_changes import NameChangeStatus
from app.schemas import example_centre as example
from app.schemas.answered import FullName, Note, Title, up_to
from app.schemas.base import Answer, Page, Request
from app.schemas.details.history import Name
from app.schemas.fields import OrganisationName
from app.schemas.ids import CentreId, NameChangeId
from app.schemas.likely_duplicates import LikelyDuplicate
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, described
from app.schemas.text import several_lines

_NEW_NAME = "Riverside Learning CIC"
_REASON = "The change of name was registered at Companies House on 2 February 2027."
_REQUESTED_AT = "2027-02-08T11:00:00Z"


class NameChange(Answer):
    """A request to change a centre's names."""

    id: NameChangeId
    centre_id: CentreId
    status: NameChangeStatus = described(
        "`pending`: waits for staff. `approved`: the centre has the new names. `refused`, and `replaced` by a later "
        "request: it keeps the old ones.",
        "pending",
    )
    old_name: Title = described("The organisation's name before.", example.NAME)
    old_trading_name: Title | None = described("The trading name before, or null.", None)
    name: Title = described("The organisation's new name.", _NEW_NAME)
    trading_name: Title | None = described("The new trading name, or null for none.", None)
    reason: Note = described("Why, and where staff can check it.", _REASON)
    requested_by_name: FullName = described("Who asked.", example.SUPER_USER)
    requested_at: Moment = described("When they asked.", _REQUESTED_AT)
    settled_by_name: FullName | None = described("Who approved or refused it, or null.", None)
    settled_at: datetime | None = described("When it was settled, or null.", None)
    answer: Note | None = described("What staff say to the centre, or null.", None)


class NameChangeForStaff(NameChange):
    """A request as staff see it, with the organisations that a new name could be confused with."""

    likely_duplicates: Annotated[list[LikelyDuplicate], up_to(limits.LIKELY_DUPLICATES)] = Field(
        description="Other organisations whose name is, or only looks, the same as a requested name. Empty once the "
        "request is settled."
    )


class NameChangeList(Answer):
    """A centre's requests, newest first."""

    items: Annotated[list[NameChange], up_to(limits.NAME_CHANGES)] = Field(description="The requests.")


class NameChangePage(Page[NameChange]):
    """Requests of every centre, newest first."""


class NameChangeQuery(ListQuery):
    """Filters for the list of requests."""

    status: Annotated[
        NameChangeStatus | None, Field(description="Return only requests with this status.", examples=["pending"])
    ] = None


class NameChangeCreate(Request):
    """Request a change of names. Send both names as they should be afterwards."""

    name: OrganisationName
    trading_name: Name | None = Field(
        description="The trading name from now on; null for none. While the centre can edit its application, it "
        "changes this in the group `history` instead.",
        examples=[None],
    )
    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="Why, and where staff can check it.", examples=[_REASON]
    )


class NameChangeApproval(Request):
    """Approve the change."""

    answer: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None, description="What the centre should know.", examples=["Tell your learners."]
    )


class NameChangeRefusal(Request):
    """Refuse the change."""

    answer: Annotated[str, several_lines(1, 2000)] = Field(
        description="Why, for the centre to read.", examples=["Companies House still has the old name."]
    )
