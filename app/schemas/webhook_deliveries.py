"""The log of deliveries to an endpoint of webhooks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.webhooks import DeliveryKind, DeliveryStatus
from app.schemas import example_centre as example
from app.schemas.answered import Count, Position, Seconds, Sentence, WebAddress, Word, number, promised, up_to
from app.schemas.base import Answer, Page, Request
from app.schemas.events import WebhookEvent
from app.schemas.fields import Timestamp
from app.schemas.ids import EventId, WebhookDeliveryId, WebhookEndpointId
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, described

_Status = Annotated[int, number(100, 999)]
_Head = Annotated[str, promised(maxLength=4096)]
_Milliseconds = Annotated[int, number(0, 60_000)]


class WebhookDelivery(Answer):
    """An event for an endpoint, and what became of it."""

    id: WebhookDeliveryId
    endpoint_id: WebhookEndpointId
    kind: DeliveryKind = described(
        "`event`: the feed's. `redelivery`: one that arrived and was asked for again. `test`: a test event.", "event"
    )
    event_id: EventId = Field(description="The event's id, which is `webhook-id` at every attempt.")
    event_type: Word = described("The type of event.", "application.resubmitted")
    aggregate_id: UUID = described("The object that the event happened to.", example.APPLICATION_ID)
    position: Position = described("The event's position in the feed.", 4711)
    status: DeliveryStatus = described(
        "`pending`: not arrived yet. `delivered`: answered with 2xx. `failed`: given up; the endpoint is then "
        "disabled, unless it was a test.",
        "pending",
    )
    attempts: Count = described("How often it was tried.", 1)
    created_at: Moment = described("When it was queued.", example.SUBMITTED_AT)
    next_attempt_at: datetime | None = described(
        "When it is due next. Null once it arrived or was given up, and while an earlier event of the same object has "
        "not arrived. While the endpoint is disabled, nothing is sent.",
        example.SUBMITTED_AT,
    )
    last_attempt_at: datetime | None = described("When it was last tried, or null.", example.SUBMITTED_AT)
    last_status: _Status | None = described("The status of the last answer; null if none came.", 503)
    last_error: Sentence | None = described("Why the last attempt failed, or null.", "the receiver answered 503")
    delivered_at: datetime | None = described("When it arrived, or null.", None)


class WebhookAttempt(Answer):
    """A try to deliver."""

    at: Moment = described("When it began.", example.SUBMITTED_AT)
    url: WebAddress = described(
        "Where it was posted, with `***` for the query.", "https://finance.example.org/webhooks/recognition"
    )
    webhook_timestamp: Seconds = described(
        "The header `webhook-timestamp`: when it was signed, in seconds since 1970. Signatures are not kept.",
        1_792_057_205,
    )
    milliseconds: _Milliseconds = described("How long it took.", 212)
    status: _Status | None = described("The status of the answer; null if none came.", 503)
    error: Sentence | None = described("Why it failed; null if it did not.", "the receiver answered 503")
    answer: _Head | None = described("The first 4,096 bytes of the answer, as text; null if none came.", "Try later.")


class WebhookDeliveryDetail(WebhookDelivery):
    """A delivery with the body that is sent, and its attempts."""

    body: WebhookEvent = Field(description="What is posted.")
    tried: Annotated[list[WebhookAttempt], up_to(limits.WEBHOOK_ATTEMPTS)] = Field(
        description="Its attempts, oldest first: of many, the newest, and none that the log has kept long enough."
    )


class WebhookDeliveryPage(Page[WebhookDelivery]):
    """Deliveries, newest first."""


class WebhookDeliveryQuery(ListQuery):
    """Filters for the log of deliveries."""

    status: Annotated[
        DeliveryStatus | None, Field(description="Return only deliveries in this state.", examples=["failed"])
    ] = None
    aggregate_id: Annotated[
        UUID | None, Field(description="Return only deliveries about this object.", examples=[example.APPLICATION_ID])
    ] = None
    event_id: Annotated[
        UUID | None, Field(description="Return only deliveries of this event.", examples=[example.EVENT_ID])
    ] = None


class WebhookRedeliveries(Request):
    """Try again what failed."""

    since: Timestamp = Field(description="Of deliveries that were queued at or after this time.")


class WebhookRedeliveriesMade(Answer):
    """How many deliveries are tried again."""

    redelivered: Count = described("Deliveries that had failed and are now due.", 12)
