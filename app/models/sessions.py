"""Sessions, their refresh tokens, and password resets. Secrets are stored only as hashes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, personal

_SECURITY = personal(
    "to let the person see where they are signed in", "30 days after the session ended", Erasure.ERASED
)


class Session(HasId, Base):
    """A session on one device, with its refresh tokens. With `first_password` it can only replace the password.

    `second_factor_at` and `password_at` say when it last proved each; a null `password_at` means when it started.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "person_id"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    first_password: Mapped[bool]
    second_factor_at: Mapped[datetime | None]
    password_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    address: Mapped[str | None] = mapped_column(info=_SECURITY)
    user_agent: Mapped[str | None] = mapped_column(info=_SECURITY)


class RefreshToken(HasId, Base):
    """A single-use refresh token. Using it again ends its session (RFC 9700 section 4.14.2)."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "session_id"))

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasswordReset(HasId, Base):
    """A single-use token for setting a new password. It is created when its email is sent, and expires."""

    __tablename__ = "password_resets"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "person_id"))

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
