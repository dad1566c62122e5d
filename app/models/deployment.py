"""What a database is for and which document store is its own: one row, written when the first process starts on it, and
never removed."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.json_values import JsonObject
from app.models.base import Base

ONLY_ROW = 1


class Deployment(Base):
    """Whether the database is a sandbox, which never changes, and how far a sandbox's clock is `ahead` of real time."""

    __tablename__ = "deployment"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("ahead >= interval '0' AND (sandbox OR ahead = interval '0')", name="clock"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sandbox: Mapped[bool]
    decided_at: Mapped[datetime]
    ahead: Mapped[timedelta]
    store_id: Mapped[UUID | None]
    """What the marker of this database's document store says."""
    store_tied_at: Mapped[datetime | None]
    """When the marker was written; before that, a store without one may still become this database's."""
    settings: Mapped[JsonObject | None]
    """Those of the process that started last, as far as they are recorded; null until one of this release has."""
