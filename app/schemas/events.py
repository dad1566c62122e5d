"""The public feed of events (R24), for systems that follow what happens."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.domain.events import PUBLIC, EventType
from app.schemas.answered import Cursor, Position, Record, Word
from app.schemas.base import Answer, Page
from app.schemas.paging import ListQuery
from app.schemas.shared import AnswerId, Moment, said

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
_SENT_OUT = sorted(type_.value for type_ in PUBLIC)


def _sent_out(type_: EventType) -> EventType:
    if type_ not in PUBLIC:
        raise PydanticCustomError("not_a_public_event", "Events of this type are not sent out.")
    return type_


PublicEventType = Annotated[
    EventType,
    AfterValidator(_sent_out),
    Field(json_schema_extra={"enum": _SENT_OUT}, description="A type of event.", examples=["application.submitted"]),
]


class EventAggregate(Answer):
    """What an event happened to."""

    type: Word = said("What kind of thing.", "application")
    id: UUID = said("Its id.", _ID)
    sequence: Position = said(
        "The number of this change among all changes of that thing, from 1, recorded ones too.", 7
    )


class FeedEvent(Answer):
    """One event of the feed."""

    id: AnswerId
    position: Position = said("Its place in the feed: without a gap, and never given again.", 4711)
    type: Word = said("What happened; more types can come.", "application.submitted")
    occurred_at: Moment
    aggregate: EventAggregate = said("What it happened to.", None)
    data: Record = said(
        "Ids, statuses and amounts; no personal data.", {"application_id": _ID, "centre_id": _ID, "status": "submitted"}
    )


class FeedEventPage(Page[FeedEvent]):
    """Events by position. `next_cursor` is always given: at the end of the feed, ask again with it later."""

    next_cursor: Cursor = Field(
        description="Send it as `cursor` to go on from here, now or later. Never null: the feed has no last page.",
        examples=["WyJldmVudHM6cG9zaXRpb246YXNjIiwgIjQ3MTEiXQ"],
    )


class FeedQuery(ListQuery):
    """Where to go on, and which events are wanted."""

    types: Annotated[
        list[PublicEventType],
        Field(
            default_factory=list,
            max_length=len(_SENT_OUT),
            description="Only events of these types.",
            examples=[["invoice.paid"]],
        ),
    ]
