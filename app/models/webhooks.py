"""Endpoints that get events as webhooks, and the deliveries to them."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.json_values import JsonObject
from app.domain.personal_data import Erasure
from app.domain.webhooks import DeliveryKind, DeliveryStatus, DisabledReason
from app.models.base import Base, HasId, Versioned, choice, personal


class WebhookEndpoint(HasId, Versioned, Base):
    """An address that gets events, and how far it got.

    The secrets are encrypted for this row: they sign, so they must be read again. Whoever changes deliveries of the
    endpoint locks this row first.
    """

    __tablename__ = "webhook_endpoints"

    description: Mapped[str]
    url: Mapped[str]
    event_types: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    owner_email: Mapped[str] = mapped_column(
        info=personal("to tell that the endpoint is disabled", "until the endpoint is deleted", Erasure.RECORD)
    )
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("integration_clients.id"))
    """The client that answers for it, if an administrator does not."""
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_previous_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[DisabledReason | None] = mapped_column(choice(DisabledReason))
    deleted_at: Mapped[datetime | None]
    position: Mapped[int]
    """Every event of the feed up to here has its delivery, if the endpoint wants it."""
    failing_since: Mapped[datetime | None]
    """The first of the attempts that failed without a success since. Such an endpoint gets one attempt at a time."""
    held_until: Mapped[datetime | None]
    """The receiver asked for a pause: nothing is sent until then."""
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    """A worker that delivers to the endpoint has it until then, by the database's clock."""

    @property
    def enabled(self) -> bool:
        """True while events are delivered."""
        return self.disabled_at is None and self.deleted_at is None

    @property
    def host(self) -> str:
        """The receiver, as people know it."""
        return urlsplit(self.url).hostname or ""


class WebhookDelivery(HasId, Base):
    """An event for an endpoint.

    The deliveries of one lane go out one after another: an object's events are a lane. Only the first that is not
    delivered has a time at which it is due.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "next_at",
            "position",
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index(
            "ix_webhook_deliveries_lane",
            "endpoint_id",
            "lane",
            "position",
            postgresql_where=text("status IN ('pending', 'failed')"),
        ),
        Index("ix_webhook_deliveries_endpoint", "endpoint_id", "id"),
        Index("ix_webhook_deliveries_status", "endpoint_id", "status", "id"),
        Index("ix_webhook_deliveries_aggregate", "endpoint_id", "aggregate_id", "id"),
        Index("ix_webhook_deliveries_event", "event_id"),
        Index("ix_webhook_deliveries_delivered", "delivered_at", postgresql_where=text("delivered_at IS NOT NULL")),
    )

    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id"))
    kind: Mapped[DeliveryKind] = mapped_column(choice(DeliveryKind))
    event_id: Mapped[UUID]
    event_type: Mapped[str]
    aggregate_id: Mapped[UUID]
    position: Mapped[int]
    lane: Mapped[UUID]
    status: Mapped[DeliveryStatus] = mapped_column(choice(DeliveryStatus))
    attempts: Mapped[int]
    """All of them."""
    tries: Mapped[int]
    """Those of the schedule that is under way."""
    created_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    scheduled_at: Mapped[datetime | None]
    """The next attempt of the schedule, where one is made before it or none may be. Null for most."""
    last_attempt_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    body: Mapped[JsonObject | None]
    """What is sent, where it is not an event of the feed."""


class WebhookAttempt(HasId, Base):
    """A try to deliver: what was asked of whom, and what was answered."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (
        Index("ix_webhook_attempts_delivery", "delivery_id", "id"),
        Index("ix_webhook_attempts_at", "at"),
    )

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_deliveries.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    url: Mapped[str]
    timestamp: Mapped[int]
    """The header `webhook-timestamp`."""
    milliseconds: Mapped[int]
    status: Mapped[int | None]
    error: Mapped[str | None]
    answer: Mapped[str | None] = mapped_column(
        info=personal(
            "to show why a delivery failed; a receiver can say anything", "`WEBHOOKS__LOG_DAYS`", Erasure.SOON
        )
    )
