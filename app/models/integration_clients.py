"""Systems that call the API with client credentials and scopes (RFC 6749 section 4.4)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, HasId, Versioned


class IntegrationClient(HasId, Versioned, Base):
    """A system that calls the API. Its id is its `client_id`; its secrets are shown once and stored as hashes.

    A token names the generation of the secret that it was issued for. During rotation the secret before is valid too.
    """

    __tablename__ = "integration_clients"

    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    secret_generation: Mapped[int]
    secret_created_at: Mapped[datetime | None]
    secret_revoked_at: Mapped[datetime | None]
    """Set where no secret is left: the hash is nobody's."""
    last_generation: Mapped[int | None]
    """The highest generation so far, if that is not `secret_generation`."""
    previous_secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_secret_generation: Mapped[int | None]
    previous_secret_created_at: Mapped[datetime | None]
    previous_secret_valid_until: Mapped[datetime | None]
    networks: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """The networks that it may call from (CIDR); null for any."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]


class ClientSecretUse(Base):
    """When a client last called with a token of one of its secrets, to five minutes. `find_client` writes it."""

    __tablename__ = "client_secret_uses"

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
