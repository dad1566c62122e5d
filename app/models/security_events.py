"""The append-only record of security events."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.json_values import JsonObject
from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, personal

_KEPT = "`RETENTION__SECURITY_EVENTS_DAYS`"
_ERASURE = Erasure.SECURITY


class SecurityEvent(HasId, Base):
    """A security event: who did it (`actor`), whom it concerns (`person_id` or `client_id`), and from where.

    Kind and outcome are text, so that an older release can read what a newer one has written. No foreign keys: a
    record outlives what it names.
    """

    __tablename__ = "security_events"
    __table_args__ = (
        Index("ix_security_events_at", "at", "id"),
        Index("ix_security_events_kind", "kind", "at", "id"),
        Index("ix_security_events_person", "person_id", "at", "id"),
        Index("ix_security_events_address", "address", "at", "id"),
    )

    at: Mapped[datetime]
    kind: Mapped[str]
    outcome: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(info=personal("to follow an attack: who did it", _KEPT, _ERASURE))
    actor_name: Mapped[str | None] = mapped_column(info=personal("to follow an attack: who did it", _KEPT, _ERASURE))
    person_id: Mapped[UUID | None] = mapped_column(info=personal("to follow an attack: whose account", _KEPT, _ERASURE))
    client_id: Mapped[UUID | None]
    address: Mapped[str | None] = mapped_column(info=personal("to follow an attack: from where", _KEPT, _ERASURE))
    user_agent: Mapped[str | None] = mapped_column(
        info=personal("to follow an attack: with what program", _KEPT, _ERASURE)
    )
    request_id: Mapped[str | None]
    detail: Mapped[JsonObject] = mapped_column(info=personal("to follow an attack: what exactly", _KEPT, _ERASURE))
