"""Systems that call the API with client credentials and scopes (RFC 6749 section 4.4)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, HasId, Versioned


class IntegrationClient(HasId, Versioned, Base):
    """A system that calls the API. Its id is its `client_id`; its secret is shown once and stored as a hash."""

    __tablename__ = "integration_clients"

    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    secret_generation: Mapped[int]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
