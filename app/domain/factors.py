"""Second factors: their kinds, when a session owes one, and how long a proof counts as recent."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.actors import Actor


class FactorKind(StrEnum):
    """A second factor that a person adds."""

    TOTP = "totp"
    PASSKEY = "passkey"


class ProofKind(StrEnum):
    """A way to prove the second factor."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


class StepUpProof(StrEnum):
    """What a person proves again before a sensitive change."""

    SECOND_FACTOR = "second_factor"
    PASSWORD = "password"


class ChallengePurpose(StrEnum):
    """What the answer to a challenge does."""

    REGISTRATION = "registration"
    PROOF = "proof"


CHALLENGE_LIFE = timedelta(minutes=5)
ENROLMENT_LIFE = timedelta(minutes=30)
MOST_FACTORS = 10
RECOVERY_CODES = 10


def needs_second_factor(actor: Actor, *, required_for_staff: bool) -> bool:
    """Return true for a person who has a second factor, and for staff where the setting requires one."""
    return actor.has_second_factor or (required_for_staff and actor.is_staff)


def owes_second_factor(actor: Actor, *, required_for_staff: bool) -> bool:
    """Return true while the session must prove a second factor before it may do anything else."""
    return actor.second_factor_at is None and needs_second_factor(actor, required_for_staff=required_for_staff)


def step_up_proof(actor: Actor) -> StepUpProof:
    """Return what the person proves again: the second factor, or the password of a person who has none."""
    return StepUpProof.SECOND_FACTOR if actor.has_second_factor else StepUpProof.PASSWORD


def has_recent_proof(actor: Actor, now: datetime, window: timedelta) -> bool:
    """Return true if the session proved within the window what `step_up_proof` names. Signing in counts."""
    proven_at = actor.second_factor_at if actor.has_second_factor else actor.password_at
    return proven_at is not None and now - proven_at < window
