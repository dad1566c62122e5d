"""What the holder of an email address confirms by a link: an invitation, a new address. Tokens are stored as hashes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, personal

_KEPT = "30 days after the link has expired"
_ADDRESS = personal("to confirm the new address, and to tell the old one", _KEPT, Erasure.ERASED)
_FROM = personal("to tell the old address from where the change was asked for", _KEPT, Erasure.ERASED)


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
    """A person's wish for another email address. It takes effect when it is confirmed at the new one.

    Both tokens are made when their emails are sent: `token_hash` for the new address, `cancel_token_hash` for the old
    one. A change is open until it is used, cancelled or replaced (`voided_at`), or expires.
    """

    __tablename__ = "email_changes"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "person_id"),
        Index("uq_email_changes_cancel_token_hash", "cancel_token_hash", unique=True),
        Index(
            "uq_open_email_change_of_person",
            "person_id",
            unique=True,
            postgresql_where=text("used_at IS NULL AND voided_at IS NULL"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    old_email: Mapped[str] = mapped_column(info=_ADDRESS)
    new_email: Mapped[str] = mapped_column(info=_ADDRESS)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    cancel_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    requested_from: Mapped[str | None] = mapped_column(info=_FROM)
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        """True while it can be confirmed or cancelled."""
        return self.used_at is None and self.voided_at is None and self.expires_at > now
