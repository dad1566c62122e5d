"""Replacements of a centre's super users by customer experience (R10)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.super_users import IdentityCheckMethod, SuperUserReplacementStatus, replacement_status
from app.models.base import Base, HasId, choice, personal


class SuperUserReplacement(HasId, Base):
    """A super user who is lost, who takes their place, and how the identity of whoever asked was checked.

    It waits until the successor has accepted or chosen a password: a centre always has a super user who can act.
    """

    __tablename__ = "super_user_replacements"
    __table_args__ = (
        Index(
            "uq_waiting_super_user_replacement",
            "centre_id",
            unique=True,
            postgresql_where=text("made_at IS NULL AND cancelled_at IS NULL"),
        ),
        Index(None, "centre_id", "id"),
        Index(None, "successor_user_id"),
    )

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    lost_user_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"))
    successor_user_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"))
    requested_by: Mapped[str] = mapped_column(info=personal("the evidence of who asked for the centre"))
    reason: Mapped[str]
    identity_check_method: Mapped[IdentityCheckMethod] = mapped_column(choice(IdentityCheckMethod))
    identity_check_note: Mapped[str] = mapped_column(info=personal("the evidence of whose identity was checked"))
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_by_name: Mapped[str] = mapped_column(info=personal("to show who made the replacement"))
    recorded_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    @property
    def status(self) -> SuperUserReplacementStatus:
        """Where it stands."""
        return replacement_status(self.made_at, self.cancelled_at)
