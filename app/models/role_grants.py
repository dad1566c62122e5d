"""Roles that wait for the confirmation of a second administrator."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.actors import StaffRole
from app.domain.role_grants import RoleGrantStatus
from app.models.base import Base, HasId, choice


class RoleGrant(HasId, Base):
    """A role that one administrator gives and another confirms. The role itself is the staff member's only then."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index("uq_role_grants_pending", "staff_id", "role", unique=True, postgresql_where=text("status = 'pending'")),
        Index("ix_role_grants_staff", "staff_id"),
        Index("ix_role_grants_status", "status", "id"),
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_members.id"))
    role: Mapped[StaffRole] = mapped_column(choice(StaffRole))
    status: Mapped[RoleGrantStatus] = mapped_column(choice(RoleGrantStatus))
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """Nobody where an operator settled it, or time."""
    settled_at: Mapped[datetime | None]
