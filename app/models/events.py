"""The append-only record of changes (R24), which feeds the timelines, the audit and the event feed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.json_values import JsonObject
from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, personal


class Event(HasId, Base):
    """A change. `public` goes to the feed; `audit` (who, before, after) can be erased without breaking the rest."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("aggregate_id", "sequence"),
        Index("uq_events_position", "position", unique=True, postgresql_where=text("position IS NOT NULL")),
        Index("ix_events_type_position", "type", "position", postgresql_where=text("position IS NOT NULL")),
        Index("ix_events_type_id", "type", "id"),
        Index("ix_events_occurred_at_id", "occurred_at", "id"),
        Index("ix_events_unpublished", "id", postgresql_where=text("public IS NOT NULL AND position IS NULL")),
        Index("ix_events_application", "application_id", "id"),
        Index("ix_events_centre", "centre_id", "id"),
        Index("ix_events_actor", "actor_id", "id", postgresql_where=text("actor_id IS NOT NULL")),
    )

    aggregate_type: Mapped[str]
    aggregate_id: Mapped[UUID]
    sequence: Mapped[int]
    type: Mapped[str]
    summary: Mapped[str]
    occurred_at: Mapped[datetime]
    position: Mapped[int | None]
    application_id: Mapped[UUID | None]
    centre_id: Mapped[UUID | None]
    centre_sees: Mapped[bool]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str | None] = mapped_column(
        info=personal("the audit: who made the change", erasure=Erasure.ERASED)
    )
    actor_roles: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    public: Mapped[JsonObject | None]
    audit: Mapped[JsonObject | None] = mapped_column(
        info=personal("the audit: from what to what", erasure=Erasure.ERASED)
    )


class EventStream(Base):
    """The last sequence number of an aggregate. Its row lock keeps the sequence free of gaps."""

    __tablename__ = "event_streams"

    aggregate_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_sequence: Mapped[int]
