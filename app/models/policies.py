"""Section Policies and Procedures: eleven policies, each with its uploaded versions (R13, R14)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.policies import PolicyKey
from app.domain.uploads import InspectionState
from app.models.base import Base, HasId, Versioned, choice, personal


class Policy(HasId, Versioned, Base):
    """One policy of an application. Policy e) may have a statement instead of a document."""

    __tablename__ = "policies"
    __table_args__ = (UniqueConstraint("application_id", "key"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    key: Mapped[PolicyKey] = mapped_column(choice(PolicyKey))
    not_applicable_statement: Mapped[str | None]
    declared_by_name: Mapped[str | None] = mapped_column(info=personal("to show who made the statement"))
    declared_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class StoredFile:
    """A file in the document store: its storage key, and the result of its inspection."""

    file_name: Mapped[str]
    declared_media_type: Mapped[str | None]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    inspection_state: Mapped[InspectionState] = mapped_column(choice(InspectionState))
    inspected_at: Mapped[datetime | None]


class PolicyVersion(HasId, StoredFile, Base):
    """An uploaded version; earlier versions are kept."""

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("policy_id", "number"),)

    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policies.id"))
    number: Mapped[int]
    note: Mapped[str | None]
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    uploaded_by_name: Mapped[str] = mapped_column(info=personal("to show who uploaded the document"))
    uploaded_at: Mapped[datetime]
