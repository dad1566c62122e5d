"""Recognitions with their certificates, and the actions of a centre (R22, R23)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.actions import ActionStatus
from app.domain.json_values import JsonObject
from app.domain.recognitions import RecognitionStatus
from app.domain.search_text import search_words
from app.models.base import Base, HasId, Versioned, choice, personal
from app.models.policies import StoredFile, to_scan
from app.models.search import Searchable


class Recognition(HasId, Searchable, Versioned, Base):
    """A centre's recognition. Its certificate has the same number; the certificate's text was fixed on the day.

    A certificate that is issued anew brings a new number; the old one goes on as a `ReplacedCertificate`.
    """

    __tablename__ = "recognitions"
    __table_args__ = (
        Index("uq_active_recognition_of_centre", "centre_id", unique=True, postgresql_where=text("status = 'active'")),
        Index(None, "centre_id"),
        Index("uq_certificate_of_recognition", "certificate_id", unique=True),
        Index("ix_recognitions_register", "centre_name", "id", postgresql_where=text("status = 'active'")),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_has_a_day"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), unique=True)
    status: Mapped[RecognitionStatus] = mapped_column(choice(RecognitionStatus))
    centre_name: Mapped[str]
    centre_town: Mapped[str]
    recognised_from: Mapped[date]
    centre_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    account_team: Mapped[list[JsonObject]]
    certificate_issued_at: Mapped[datetime]
    certificate_id: Mapped[UUID | None]
    """Since the certificate was issued anew."""
    ended_at: Mapped[datetime | None]

    @property
    def issued_id(self) -> UUID:
        """What the PDFs of the certificate and the welcome pack are kept under."""
        return self.certificate_id or self.id

    def words_now(self) -> list[str]:
        return search_words([self.centre_name, self.centre_town], [self.number])


class ReplacedCertificate(HasId, Base):
    """A certificate in whose place another one was issued. Its PDF is kept under its id."""

    __tablename__ = "replaced_certificates"
    __table_args__ = (Index(None, "recognition_id"),)

    number: Mapped[str] = mapped_column(unique=True)
    recognition_id: Mapped[UUID] = mapped_column(ForeignKey("recognitions.id"))
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    centre_name: Mapped[str]
    centre_town: Mapped[str]
    issued_at: Mapped[datetime]
    replaced_at: Mapped[datetime]


class Action(HasId, Versioned, Base):
    """A requirement that a centre accepted with actions has to meet by a due date."""

    __tablename__ = "actions"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        Index("ix_actions_open", "due_on", postgresql_where=text("status <> 'closed'")),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int]
    description: Mapped[str]
    due_on: Mapped[date]
    status: Mapped[ActionStatus] = mapped_column(choice(ActionStatus))
    closing_comment: Mapped[str | None]
    closed_by_name: Mapped[str | None] = mapped_column(info=personal("to show who closed the action"))
    closed_at: Mapped[datetime | None]
    overdue_noted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ActionEvidence(HasId, StoredFile, Base):
    """A document that the centre sent for an action, with its note."""

    __tablename__ = "action_evidence"
    __table_args__ = (UniqueConstraint("action_id", "number"), Index(None, "storage_key"), to_scan("action_evidence"))

    action_id: Mapped[UUID] = mapped_column(ForeignKey("actions.id"))
    number: Mapped[int]
    note: Mapped[str]
    sent_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    sent_by_name: Mapped[str] = mapped_column(info=personal("to show who sent the evidence"))
    sent_at: Mapped[datetime]
