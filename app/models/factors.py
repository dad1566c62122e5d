"""Second factors, recovery codes, and the challenges of passkeys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.factors import ChallengePurpose, FactorKind
from app.domain.personal_data import Erasure
from app.models.base import Base, HasId, choice, personal


class Factor(HasId, Base):
    """A second factor. It counts from `confirmed_at`, when a code or a signature proved that it works.

    A TOTP secret is encrypted; `last_step` is the last time step that was used. A passkey has its public key and the
    counter of its signatures.
    """

    __tablename__ = "second_factors"
    __table_args__ = (
        CheckConstraint(
            "kind = 'totp' AND sealed_secret IS NOT NULL OR kind = 'passkey' AND credential_id IS NOT NULL "
            "AND public_key IS NOT NULL AND sign_count IS NOT NULL AND confirmed_at IS NOT NULL",
            name="complete",
        ),
        UniqueConstraint("credential_id"),
        Index(None, "person_id"),
        Index(
            "uq_second_factors_totp",
            "person_id",
            unique=True,
            postgresql_where=text("kind = 'totp' AND confirmed_at IS NOT NULL"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[FactorKind] = mapped_column(choice(FactorKind))
    name: Mapped[str] = mapped_column(
        info=personal("to let the person tell their factors apart", "until it is removed", Erasure.ERASED)
    )
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int | None]
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None]
    transports: Mapped[list[str] | None] = mapped_column(ARRAY(String(40)))


class RecoveryCode(HasId, Base):
    """A code that proves the second factor once, for a person who has lost it. Stored only as a hash."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FactorChallenge(HasId, Base):
    """Random bytes for a passkey to sign, within one session. It is deleted when it is used."""

    __tablename__ = "factor_challenges"
    __table_args__ = (Index(None, "person_id"), Index(None, "session_id"))

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    purpose: Mapped[ChallengePurpose] = mapped_column(choice(ChallengePurpose))
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
