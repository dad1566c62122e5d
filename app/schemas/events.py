"""The public feed of events (R24), for systems that follow what happens."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, Field

from app.domain.events import PUBLIC, EventType
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.answered import Cursor, Position, Record, Word
from app.schemas.base import Answer, Page
from app.schemas.fields import choice
from app.schemas.ids import EventId
from app.schemas.paging import ListQuery
from app.schemas.refused import refused
from app.schemas.shared import Moment, described

_SENT_OUT = sorted(type_.value for type_ in PUBLIC)


def _sent_out(type_: EventType) -> EventType:
    if type_ not in PUBLIC:
        raise refused(InputFaultCode.NOT_A_PUBLIC_EVENT, "Choose a type of event that is published.")
    return type_


PublicEventType = Annotated[
    EventType,
    choice(),
    AfterValidator(_sent_out),
    Field(json_schema_extra={"enum": _SENT_OUT}, description="A type of event.", examples=["application.submitted"]),
]


class EventAggregate(Answer):
    """The object that an event happened to."""

    type: Word = described("The kind of object.", "application")
    id: UUID = described("The object's id.", example.APPLICATION_ID)
    sequence: Position = described(
        "The change's number among all changes of that object, from 1. It also counts changes outside the feed.", 7
    )


class FeedEvent(Answer):
    """An event of the feed."""

    id: EventId
    position: Position = described("The event's position in the feed. Positions have no gaps and never repeat.", 4711)
    type: Word = described("The type of event. More types may be added.", "application.resubmitted")
    occurred_at: Moment = described("When it happened.", example.SUBMITTED_AT)
    aggregate: EventAggregate = Field(description="The object that the event happened to.")
    data: Record = described(
        "Ids, statuses and amounts, no personal data. The schema has the name of the event type: the data of "
        "`application.submitted` is `ApplicationSubmittedData`.",
        {
            "application_id": example.APPLICATION_ID,
            "centre_id": example.CENTRE_ID,
            "reference": example.APPLICATION_REFERENCE,
            "status": "submitted",
            "submission": 2,
        },
    )


class WebhookEvent(FeedEvent):
    """What is posted to a webhook endpoint: an event as the feed has it, or a test event."""


class FeedEventPage(Page[FeedEvent]):
    """Events by position. `next_cursor` is never null: at the end of the feed, poll again with it."""

    lasting_cursor: ClassVar[bool] = True

    next_cursor: Cursor = Field(
        description="Pass it as `cursor` to continue from here, now or later. Never null: the feed has no last page.",
        examples=["t8vXIQSRGXkAAAAAAAASZw"],
    )


class FeedQuery(ListQuery):
    """Where to continue, and which events to return."""

    lasting_cursor: ClassVar[bool] = True

    types: Annotated[
        list[PublicEventType],
        Field(
            default_factory=list,
            max_length=len(_SENT_OUT),
            description="Return only events of these types.",
            examples=[["invoice.paid"]],
        ),
    ]
    aggregate_id: Annotated[
        UUID | None,
        Field(description="Return only events of this object: `aggregate.id`.", examples=[example.INVOICE_ID]),
    ] = None
    application_id: Annotated[
        UUID | None,
        Field(
            description="Return only events about this application, such as those of its invoice and its actions.",
            examples=[example.APPLICATION_ID],
        ),
    ] = None
