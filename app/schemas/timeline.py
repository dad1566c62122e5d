"""The timelines of an application and of a centre (R24)."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.actors import ActorKind, CentreRole, StaffRole
from app.schemas.answered import FullName, Record, Sentence, Word, up_to
from app.schemas.base import Answer, Page
from app.schemas.events import EventAggregate
from app.schemas.paging import ListQuery
from app.schemas.shared import AnswerId, Moment, said

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"


class TimelineOrder(StrEnum):
    """From which end a timeline is read."""

    OLDEST_FIRST = "oldest_first"
    NEWEST_FIRST = "newest_first"


class TimelineQuery(ListQuery):
    """How a timeline is read."""

    order: Annotated[TimelineOrder, Field(description="From which end.", examples=["oldest_first"])] = (
        TimelineOrder.OLDEST_FIRST
    )


class TimelineActor(Answer):
    """Who made a change, as they were then."""

    kind: ActorKind = said("What kind of principal.", "person")
    id: UUID | None = said(
        "Who; null for the public and the system, and for a centre's people where it was one of staff.", _ID
    )
    name: FullName | None = said(
        "The name; to a centre's people the awarding organisation's where it was one of its staff; null once erased.",
        "Alex Morgan",
    )
    roles: Annotated[list[Word], up_to(len(StaffRole) + len(CentreRole))] = said(
        "The roles that they held.", ["super_user"]
    )


class TimelineEvent(Answer):
    """One change."""

    id: AnswerId
    type: Word = said("What happened; more types can come.", "application.submitted")
    summary: Sentence = said("What happened, in words.", "Application CRA-2026-000012 submitted")
    occurred_at: Moment
    aggregate: EventAggregate = said("What it happened to.", None)
    actor: TimelineActor = said("Who did it.", None)
    before: Record | None = said(
        "What was so before; null for a centre's people, and once erased.", {"status": "draft"}
    )
    after: Record | None = said(
        "What is so since; null for a centre's people, and once erased.", {"status": "submitted"}
    )


class TimelinePage(Page[TimelineEvent]):
    """Events of a timeline."""
