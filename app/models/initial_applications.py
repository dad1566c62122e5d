"""Initial applications and their due diligence checks (R01–R05)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.due_diligence import DueDiligenceCheckKey as CheckKey
from app.domain.due_diligence import DueDiligenceOutcome
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.json_values import JsonObject
from app.domain.personal_data import Erasure
from app.domain.search_text import search_words
from app.models.base import Base, HasAddress, HasId, Versioned, choice, personal
from app.models.search import Searchable

# Nobody can sign in yet. As SQL, because an index is used only where the condition is spelt like its own.
WAITING = "log_in_details_sent_at IS NULL AND status <> 'declined'"


_DECLINED = (
    "as long as the centre's record is kept; of a declined organisation, until `RETENTION__DECLINED_MONTHS` after that"
)


class InitialApplication(HasId, HasAddress, Searchable, Versioned, Base):
    """An application from the public form, stored as it was sent; staff correct it until it is decided.

    `fingerprint` stays that of the form as it was sent, so that a repeat of it finds this one.
    """

    __tablename__ = "initial_applications"
    __table_args__ = (
        # A repeat of the same request finds the first one. A declined organisation may apply again.
        Index(
            "uq_initial_applications_fingerprint",
            "fingerprint",
            unique=True,
            postgresql_where=text("status <> 'declined'"),
        ),
        Index(None, "status", "received_at", "id"),
        Index(None, "received_at", "id"),
        Index(None, "address_postcode"),
        Index(None, "email_domain"),
        Index("ix_initial_applications_lower_email", text("lower(email)")),
        Index("ix_initial_applications_lower_super_user_email", text("lower(super_user_email)")),
        Index(None, "name_key"),
        Index(None, "name_look"),
        Index(None, "email_domain_look"),
        Index("ix_initial_applications_idna", "id", postgresql_where=text("email_domain LIKE '%xn--%'")),
        Index(
            "ix_initial_applications_unsent",
            "log_in_details_due_at",
            postgresql_where=text(WAITING),
        ),
        Index(
            "ix_initial_applications_waiting",
            "received_at",
            "id",
            postgresql_where=text(WAITING),
        ),
        Index(
            "ix_initial_applications_settled",
            "received_at",
            "id",
            postgresql_where=text(f"NOT ({WAITING})"),
        ),
    )

    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[InitialApplicationStatus] = mapped_column(choice(InitialApplicationStatus))
    organisation_name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str] = mapped_column(info=personal("to answer the organisation", _DECLINED, Erasure.ORGANISATION))
    email_domain: Mapped[str]
    # What the eye sees of the key and of the domain, to find look-alikes. A trigger sets both.
    name_look: Mapped[str | None]
    email_domain_look: Mapped[str | None]
    telephone: Mapped[str] = mapped_column(info=personal("to answer the organisation", _DECLINED, Erasure.ORGANISATION))
    telephone_extension: Mapped[str | None] = mapped_column(
        info=personal("to answer the organisation", _DECLINED, Erasure.ORGANISATION)
    )
    super_user_first_name: Mapped[str] = mapped_column(
        info=personal("to make the first log-in", _DECLINED, Erasure.ERASED)
    )
    super_user_last_name: Mapped[str] = mapped_column(
        info=personal("to make the first log-in", _DECLINED, Erasure.ERASED)
    )
    super_user_job_title: Mapped[str] = mapped_column(
        info=personal("to make the first log-in", _DECLINED, Erasure.ERASED)
    )
    super_user_email: Mapped[str] = mapped_column(info=personal("to make the first log-in", _DECLINED, Erasure.ERASED))
    super_user_telephone: Mapped[str] = mapped_column(
        info=personal("to make the first log-in", _DECLINED, Erasure.ERASED)
    )
    super_user_telephone_extension: Mapped[str | None] = mapped_column(
        info=personal("to make the first log-in", _DECLINED, Erasure.ERASED)
    )
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    log_in_details_due_at: Mapped[datetime]
    log_in_details_sent_at: Mapped[datetime | None]
    late_alert_sent_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    concerns_accepted_reason: Mapped[str | None]
    decline_reason: Mapped[str | None]
    decline_internal_note: Mapped[str | None]
    centre_id: Mapped[UUID | None] = mapped_column(ForeignKey("centres.id"), index=True)

    def words_now(self) -> list[str]:
        person = (self.super_user_first_name, self.super_user_last_name)
        texts = [self.organisation_name, self.email, " ".join(person), self.super_user_email]
        return search_words(texts, [self.reference, self.address_postcode])

    @property
    def initial_super_user(self) -> dict[str, str | None]:
        """The person who gets the first log-in, in the form of the schemas."""
        return {
            name: getattr(self, f"super_user_{name}")
            for name in ("first_name", "last_name", "job_title", "email", "telephone", "telephone_extension")
        }


class DueDiligenceCheck(HasId, Base):
    """A recorded check. A later record of the same check supersedes it; the earlier one is kept."""

    __tablename__ = "due_diligence_checks"
    __table_args__ = (Index(None, "initial_application_id", "recorded_at"),)

    initial_application_id: Mapped[UUID] = mapped_column(ForeignKey("initial_applications.id"))
    check: Mapped[CheckKey] = mapped_column("check_key", choice(CheckKey))
    outcome: Mapped[DueDiligenceOutcome] = mapped_column(choice(DueDiligenceOutcome))
    note: Mapped[str]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_by_name: Mapped[str] = mapped_column(info=personal("to show who made the check"))
    recorded_at: Mapped[datetime]


class InitialApplicationCorrection(HasId, Base):
    """What staff corrected in an initial application, and why. `voided_checks` are the recorded checks that had looked
    at what was corrected: they count no more."""

    __tablename__ = "initial_application_corrections"
    __table_args__ = (Index(None, "initial_application_id", "id"),)

    initial_application_id: Mapped[UUID] = mapped_column(ForeignKey("initial_applications.id"))
    reason: Mapped[str]
    before: Mapped[JsonObject | None] = mapped_column(
        info=personal("the record: from what to what", _DECLINED, Erasure.ERASED)
    )
    after: Mapped[JsonObject | None] = mapped_column(
        info=personal("the record: from what to what", _DECLINED, Erasure.ERASED)
    )
    voided_checks: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_by_name: Mapped[str] = mapped_column(info=personal("to show who made the correction"))
    recorded_at: Mapped[datetime]
