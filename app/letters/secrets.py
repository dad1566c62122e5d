"""Secrets that letters carry: new for each letter that goes out, and stored as hashes only (R06)."""

from datetime import datetime, timedelta
from uuid import UUID

from app.database import Work
from app.models import EmailChange, Invitation, Membership, PasswordReset, Person
from app.queries.invitations import void_invitations
from app.queries.people import lock_person
from app.queries.sessions import end_sessions
from app.security.passwords import NewPassword
from app.security.tokens import random_secret, secret_hash

RESET_LIFETIME = timedelta(hours=1)


async def set_first_password(work: Work, person_id: UUID, password: NewPassword) -> datetime | None:
    """Replace the person's first password; return when the new one expires.

    None once the person has chosen a password, so that a late letter cannot take it away.
    """
    person = await lock_person(work.session, person_id)
    if not person.must_change_password:
        return None
    person.password_hash = password.hash
    person.first_password_expires_at = work.now + timedelta(days=work.settings.first_password_days)
    await end_sessions(work, person.id, "first password replaced")
    return person.first_password_expires_at


async def make_invitation_token(work: Work, membership: Membership) -> tuple[str, datetime]:
    """Make a token that accepts the invitation once, in place of earlier ones; return it and when it expires."""
    await void_invitations(work, membership.id)
    token, expires_at = random_secret(), work.now + timedelta(days=work.settings.first_password_days)
    work.session.add(
        Invitation(
            membership_id=membership.id, token_hash=secret_hash(token), issued_at=work.now, expires_at=expires_at
        )
    )
    return token, expires_at


async def make_reset_token(work: Work, person: Person) -> str:
    """Make a token that sets a new password once, within `RESET_LIFETIME`."""
    token = random_secret()
    work.session.add(
        PasswordReset(
            person_id=person.id, token_hash=secret_hash(token), issued_at=work.now, expires_at=work.now + RESET_LIFETIME
        )
    )
    return token


def make_confirmation_token(change: EmailChange) -> str:
    """Make the token that confirms a locked change of address, in place of an earlier one."""
    token = random_secret()
    change.token_hash = secret_hash(token)
    return token


def make_cancellation_token(change: EmailChange) -> str:
    """Make the token that cancels a locked change of address, in place of an earlier one."""
    token = random_secret()
    change.cancel_token_hash = secret_hash(token)
    return token
