"""What the holder of an email address confirms by a link: an invitation, a new address. Tokens are stored as hashes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, personal

_ADDRESS = personal("to confirm the new address, and to tell the old one", "1 day", Erasure.ERASED)


class Invitation(HasId, Base):
    """A single-use token that accepts a pending membership. It is created when its email is sent, and expires."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "membership_id"))

    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EmailChange(HasId, Base):
    """A person's wish for another email address. It takes effect when the link sent there is followed."""

    __tablename__ = "email_changes"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "person_id"))

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    old_email: Mapped[str] = mapped_column(info=_ADDRESS)
    new_email: Mapped[str] = mapped_column(info=_ADDRESS)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
