"""Challenges of passkeys: random bytes that live for minutes, in one session, and are used once."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from sqlalchemy import delete

from app.database import Work
from app.domain.factors import CHALLENGE_LIFE, ChallengePurpose
from app.domain.refusals.factors import ChallengeNotValid
from app.models import FactorChallenge, Person, Session
from app.security.passkeys import new_challenge


async def issue_challenge(work: Work, person: Person, session: Session, purpose: ChallengePurpose) -> FactorChallenge:
    """Issue a challenge. Expired ones of the person go."""
    expired = delete(FactorChallenge).where(
        FactorChallenge.person_id == person.id, FactorChallenge.expires_at <= work.now
    )
    await work.session.execute(expired)
    row = FactorChallenge(
        person_id=person.id,
        session_id=session.id,
        purpose=purpose,
        challenge=new_challenge(),
        expires_at=work.now + CHALLENGE_LIFE,
    )
    work.session.add(row)
    await work.session.flush()
    return row


async def take_challenge(work: Work, id_: UUID, session: Session, purpose: ChallengePurpose) -> bytes:
    """Use a challenge of this session up and return its bytes. Raises `ChallengeNotValid`."""
    taken = await work.session.execute(
        delete(FactorChallenge)
        .where(
            FactorChallenge.id == id_,
            FactorChallenge.session_id == session.id,
            FactorChallenge.purpose == purpose,
            FactorChallenge.expires_at > work.now,
        )
        .returning(FactorChallenge.challenge)
    )
    challenge: bytes | None = taken.scalar()
    if challenge is None:
        raise ChallengeNotValid
    return challenge


def to_base64url(content: bytes) -> str:
    """Write bytes as browsers do: base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Read base64url without padding, whose form the schema has checked."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
