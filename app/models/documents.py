"""The awarding organisation's documents in versions, and their acceptance by centres (R15)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.documents import DocumentKind
from app.models.base import Base, HasId, choice, personal
from app.models.policies import ScannedFile, to_scan


class Document(HasId, ScannedFile, Base):
    """A published version of a document. It never changes; the highest version of a kind is the current one."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        Index(None, "published_at", "id"),
        Index(None, "storage_key"),
        to_scan("documents"),
    )

    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind))
    version: Mapped[int]
    title: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    sample: Mapped[bool]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime]


class AgreementAcceptance(HasId, Base):
    """A super user's acceptance of one version of the agreement and of the code of conduct, with their hashes."""

    __tablename__ = "agreement_acceptances"
    __table_args__ = (Index(None, "application_id", "accepted_at"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    agreement_sha256: Mapped[str]
    code_of_conduct_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"))
    code_of_conduct_sha256: Mapped[str]
    accepted_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    accepted_by_name: Mapped[str] = mapped_column(info=personal("to show who agreed for the centre"))
    accepted_at: Mapped[datetime]
