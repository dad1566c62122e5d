"""Supporting tables: reference counters, stored responses, rate limits and emails."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.emails import EmailStatus
from app.domain.json_values import JsonObject
from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, choice, personal


class ReferenceCounter(Base):
    """The last number of a series. Not a database sequence, because a rolled-back invoice must leave no gap."""

    __tablename__ = "reference_counters"

    series: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class IdempotentAnswer(Base):
    """The first response to a request with an `Idempotency-Key`, replayed byte for byte."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (Index(None, "created_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[JsonObject]
    body: Mapped[bytes] = mapped_column(LargeBinary, info=personal("to replay an answer", "7 days", Erasure.SOON))
    created_at: Mapped[datetime]


class RateLimit(Base):
    """When the next request of a key is due (the theoretical arrival time of the generic cell rate algorithm)."""

    __tablename__ = "rate_limits"
    # Unlogged, because every request writes it and losing it in a crash does no harm. Half of each page stays free, so
    # that updated rows fit on the same page and the index need not change.
    __table_args__ = {"prefixes": ["UNLOGGED"], "postgresql_with": {"fillfactor": 50}}  # noqa: RUF012

    key: Mapped[str] = mapped_column(
        primary_key=True,
        info=personal("to refuse floods; holds a network address or who signed in", "1 day", Erasure.SOON),
    )
    due_at: Mapped[datetime]


_LETTERS = "until `RETENTION__LETTERS_MONTHS` after the letter"
UNSENT = text("status IN ('held', 'not_needed', 'bounced', 'discarded')")
"""Emails that will not be sent, unless a person acts, and those that came back. An index has them by status."""


class Email(HasId, Base):
    """An email, written in the transaction that causes it, sent by the worker, and kept as evidence."""

    __tablename__ = "emails"
    __table_args__ = (
        Index("ix_emails_open", "id", postgresql_where=text("status IN ('queued', 'held')")),
        Index("ix_emails_unsent", "status", "id", postgresql_where=UNSENT),
        Index("ix_emails_addresses", text("recipient_addresses(recipients)"), postgresql_using="gin"),
        Index("ix_emails_named", "id", postgresql_where=text("recipients IS NOT NULL")),
    )

    kind: Mapped[str]
    arguments: Mapped[JsonObject] = mapped_column(JSONB)
    status: Mapped[EmailStatus] = mapped_column(choice(EmailStatus))
    recipients: Mapped[JsonObject | None] = mapped_column(
        info=personal("the evidence of what was sent to whom", _LETTERS, Erasure.ERASED)
    )
    subject: Mapped[str | None]
    failure: Mapped[str | None] = mapped_column(
        info=personal("why it did not go out; a relay's answer can name an address", _LETTERS, Erasure.ERASED)
    )
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sending_since: Mapped[datetime | None]
    """When an attempt to send it claimed it; None while no attempt has it."""
    sending_by: Mapped[UUID | None]
    """The attempt that has claimed it."""
    password_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Makes the same first password for each attempt to send this letter, together with `SECRET_KEY`. Forgotten once
    the letter is sent."""
