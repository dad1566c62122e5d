"""The application, and its section Application in groups (R11, R12)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.json_values import JsonObject
from app.domain.search_text import search_words
from app.domain.sections import DetailsGroup
from app.domain.workflow import Status
from app.models.base import Base, HasId, Versioned, choice, personal
from app.models.search import Searchable


class Application(HasId, Searchable, Versioned, Base):
    """A centre's application for recognition.

    `status` is read-only: only `services.workflow.steps` may write `_status`.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index(
            "uq_application_in_progress_of_centre",
            "centre_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(None, "centre_id", "started_at"),
        Index(None, "status", "status_since", "id"),
        Index(None, "status_since", "id"),
        Index(None, "centre_lead_id", "status", "status_since", "id"),
        Index(
            "ix_applications_clock_of_lead",
            "centre_lead_id",
            "status",
            "status_since",
            "id",
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index("ix_applications_open_of_lead", "centre_lead_id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_applications_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_applications_clock", "status", "status_since", "id", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_applications_no_clock", "status", "status_since", "id", postgresql_where=text("due_at IS NULL")),
        CheckConstraint(
            "(status IN ('accepted', 'accepted_with_actions', 'rejected', 'withdrawn', 'closed')) "
            "= (closed_at IS NOT NULL)",
            name="ended_has_a_time",
        ),
    )

    reference: Mapped[str] = mapped_column(unique=True)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    centre_name: Mapped[str]
    trading_name: Mapped[str | None]
    form_version: Mapped[str]
    _status: Mapped[Status] = mapped_column("status", choice(Status), default=Status.DRAFT)
    status_since: Mapped[datetime]
    returned_by_centre_lead: Mapped[bool]
    due_at: Mapped[datetime | None]
    clock_since: Mapped[datetime | None]
    working_days_used: Mapped[int]
    started_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    centre_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    withdrawal_reason: Mapped[str | None]
    closing_reason: Mapped[str | None]
    closing_warned_at: Mapped[datetime | None]
    closable_from: Mapped[date | None]
    # The status to reopen to, the last day for it, and what closing credited.
    closed_from: Mapped[str | None]
    reopenable_until: Mapped[date | None]
    closing_credit_pence: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    @hybrid_property
    def status(self) -> Status:
        """The status of the application in the process."""
        return self._status

    def words_now(self) -> list[str]:
        return application_words(self.centre_name, self.trading_name, self.reference)


def application_words(centre_name: str, trading_name: str | None, reference: str) -> list[str]:
    """Make the words that an application is found by."""
    return search_words([centre_name, trading_name], [reference])


class ApplicationDetails(Versioned, Base):
    """The draft of one group of section Application. Each group has a version, so that its editors do not collide."""

    __tablename__ = "application_details"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    group: Mapped[DetailsGroup] = mapped_column("group_key", choice(DetailsGroup), primary_key=True)
    data: Mapped[JsonObject] = mapped_column(info=personal("names of people in control and of delivery staff"))
    saved_by_name: Mapped[str | None] = mapped_column(info=personal("to show who saved last"))
    saved_at: Mapped[datetime | None]
