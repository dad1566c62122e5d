"""People, their memberships of centres, and staff. A person has one log-in, and can be a user of several centres, or
staff."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.actors import CentreRole
from app.domain.personal_data import Erasure
from app.domain.search_text import search_words
from app.models.base import Base, HasId, Versioned, choice, personal
from app.models.search import Searchable

_FORMER = "until `RETENTION__FORMER_PEOPLE_MONTHS` after the person's last place has ended"


class Person(HasId, Searchable, Versioned, Base):
    """A person with a log-in. `email_key` is the email address, normalised for comparison.

    `second_factor_since` is set while the person has a confirmed second factor, so that the look-up of a caller needs
    no other table.
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("email_key"),)

    first_name: Mapped[str] = mapped_column(info=personal("to address the person", _FORMER, Erasure.ERASED))
    last_name: Mapped[str] = mapped_column(info=personal("to address the person", _FORMER, Erasure.ERASED))
    job_title: Mapped[str | None] = mapped_column(
        info=personal("to know the person's part at the centre", _FORMER, Erasure.ERASED)
    )
    email: Mapped[str] = mapped_column(info=personal("log-in and messages", _FORMER, Erasure.ERASED))
    email_key: Mapped[str] = mapped_column(info=personal("log-in", _FORMER, Erasure.ERASED))
    telephone: Mapped[str | None] = mapped_column(info=personal("to reach the person", _FORMER, Erasure.ERASED))
    telephone_extension: Mapped[str | None] = mapped_column(
        info=personal("to reach the person", _FORMER, Erasure.ERASED)
    )
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    first_password_expires_at: Mapped[datetime | None]
    second_factor_since: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def must_change_password(self) -> bool:
        """True until the person replaces the first password (R06)."""
        return self.password_changed_at is None

    def words_now(self) -> list[str]:
        return search_words([self.name, self.email])


class Membership(HasId, Versioned, Base):
    """A person as a portal user of a centre (R10). Memberships are ended, never deleted.

    Job title and telephone belong to the membership, so that one centre cannot see or change another's records.
    """

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "centre_id"), Index(None, "centre_id"))

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    role: Mapped[CentreRole] = mapped_column(choice(CentreRole))
    job_title: Mapped[str | None] = mapped_column(
        info=personal("to know the person's part at the centre", _FORMER, Erasure.ERASED)
    )
    telephone: Mapped[str | None] = mapped_column(
        info=personal("to reach the person at the centre", _FORMER, Erasure.ERASED)
    )
    telephone_extension: Mapped[str | None] = mapped_column(
        info=personal("to reach the person at the centre", _FORMER, Erasure.ERASED)
    )
    pending: Mapped[bool] = mapped_column(default=False, server_default=false())
    """An invitation to somebody who had an account already. It gives no access until they accept it."""
    invited_first_name: Mapped[str | None] = mapped_column(
        info=personal("to show the centre what it typed", _FORMER, Erasure.ERASED)
    )
    invited_last_name: Mapped[str | None] = mapped_column(
        info=personal("to show the centre what it typed", _FORMER, Erasure.ERASED)
    )
    invited_email: Mapped[str | None] = mapped_column(info=personal("to send the invitation", _FORMER, Erasure.ERASED))
    invited_at: Mapped[datetime]
    log_in_details_sent_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]


class StaffMember(HasId, Versioned, Base):
    """A person as a member of the awarding organisation's staff, with any number of roles."""

    __tablename__ = "staff_members"
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    roles: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
