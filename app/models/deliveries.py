"""The delivery log of emails, and what an email belongs to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.emails import DeliveryOutcome
from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, choice, personal

_LETTERS = "until `RETENTION__LETTERS_MONTHS` after the letter"


class EmailDelivery(HasId, Base):
    """An entry of an email's delivery log. `recipient` is None where it concerns the email as a whole."""

    __tablename__ = "email_deliveries"
    __table_args__ = (Index(None, "email_id", "id"),)

    email_id: Mapped[UUID] = mapped_column(ForeignKey("emails.id"))
    at: Mapped[datetime]
    outcome: Mapped[DeliveryOutcome] = mapped_column(choice(DeliveryOutcome))
    recipient: Mapped[str | None] = mapped_column(
        info=personal("the evidence of whom an email reached", _LETTERS, Erasure.ERASED)
    )
    code: Mapped[str | None]
    """The enhanced status code of a mail system, such as `5.1.1` (RFC 3463)."""
    words: Mapped[str | None] = mapped_column(
        info=personal(
            "why an email did not arrive; a mail system's answer can name an address", _LETTERS, Erasure.ERASED
        )
    )
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str | None] = mapped_column(info=personal("who retried or discarded an email"))


class EmailOwner(Base):
    """Something that an email belongs to, by its id: an application, an invoice, a user. Written by a trigger."""

    __tablename__ = "email_owners"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    email_id: Mapped[UUID] = mapped_column(primary_key=True)
