"""The timelines of an application and of a centre (R24)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.domain.actors import ActorKind, CentreRole, StaffRole
from app.schemas import example_centre as example
from app.schemas.answered import FullName, Record, Sentence, Word, up_to
from app.schemas.base import Answer, Page
from app.schemas.events import EventAggregate
from app.schemas.ids import EventId, PersonId
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, described


class TimelineOrder(StrEnum):
    """The order of a timeline."""

    OLDEST_FIRST = "oldest_first"
    NEWEST_FIRST = "newest_first"


class TimelineQuery(ListQuery):
    """The order and paging of a timeline."""

    order: Annotated[TimelineOrder, Field(description="The order of the events.", examples=["oldest_first"])] = (
        TimelineOrder.OLDEST_FIRST
    )


class TimelineActor(Answer):
    """Who made a change, as they were at that time."""

    kind: ActorKind = described("Whether it was a person, a system or the public.", "person")
    id: PersonId | None = Field(
        description="The actor's id; null for the public and the system, and hidden from a centre's users if it was "
        "a member of staff."
    )
    name: FullName | None = described(
        "The actor's name. A centre's users see the awarding organisation's name instead of a staff member's. Null "
        "once erased.",
        example.SUPER_USER,
    )
    roles: Annotated[list[Word], up_to(len(StaffRole) + len(CentreRole))] = described(
        "The roles that the actor held.", ["super_user"]
    )


class TimelineEvent(Answer):
    """A change."""

    id: EventId
    type: Word = described("The type of event. More types may be added.", "application.resubmitted")
    summary: Sentence = described(
        "The event, for a person to read.", f"Application {example.APPLICATION_REFERENCE} resubmitted"
    )
    occurred_at: Moment = described("When it happened.", example.SUBMITTED_AT)
    aggregate: EventAggregate = Field(description="The object that changed.")
    actor: TimelineActor = Field(description="Who made the change.")
    before: Record | None = described(
        "The values before; null for a centre's users, and once erased.", {"status": "returned"}
    )
    after: Record | None = described(
        "The values after; null for a centre's users, and once erased.", {"status": "submitted"}
    )


class TimelinePage(Page[TimelineEvent]):
    """Events of a timeline, in the order requested."""
