"""What is known about files in the document store besides the rows that name them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.stored_files import Damage, IssuedKind
from app.models.base import Base, HasId, choice


class IssuedFile(HasId, Base):
    """A PDF that was issued, with its hash. Whichever process wrote the row first decides which bytes it has."""

    __tablename__ = "issued_files"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    kind: Mapped[IssuedKind] = mapped_column(choice(IssuedKind))
    subject_id: Mapped[UUID]
    storage_key: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    issued_at: Mapped[datetime]


class DamagedFile(Base):
    """The mark of a row whose file is damaged. It stands beside the rows, because most of them never change."""

    __tablename__ = "damaged_files"

    storage_key: Mapped[str] = mapped_column(primary_key=True)
    damage: Mapped[Damage] = mapped_column(choice(Damage))
    found_at: Mapped[datetime]


class StoreCheck(Base):
    """How far the scheduled check of the document store has come, and what its last complete round found."""

    __tablename__ = "store_checks"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str]
    """The last key that this round has checked."""
    begun_at: Mapped[datetime]
    counted: Mapped[int]
    completed_at: Mapped[datetime | None]
    last_counted: Mapped[int]
    last_found: Mapped[int]
