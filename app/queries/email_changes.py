"""Changes of people's email addresses. Whoever writes them has locked the person first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.events import EventType
from app.models import EmailChange, Event
from app.queries.locking import lock_found
from app.queries.visibility import Found, Reason, unfiltered


@unfiltered(Reason.OWN)
async def find_own_email_change(work: Work, ids: Mapping[str, UUID]) -> Found[EmailChange] | None:
    """Find the caller's change of address in the path, while it is open."""
    row = await work.session.get(EmailChange, ids["email_change_id"])
    return Found(row) if row is not None and row.person_id == work.actor.id and row.is_open(work.now) else None


@unfiltered(Reason.OWN)
async def find_open_email_change(session: AsyncSession, person_id: UUID, now: datetime) -> EmailChange | None:
    """Find the change of address that waits for its confirmation."""
    found: EmailChange | None = await session.scalar(
        select(EmailChange).where(
            EmailChange.person_id == person_id,
            EmailChange.used_at.is_(None),
            EmailChange.voided_at.is_(None),
            EmailChange.expires_at > now,
        )
    )
    return found


@unfiltered(Reason.OWN)
async def find_email_change(session: AsyncSession, token_hash: bytes) -> EmailChange | None:
    """Find the change that this token confirms or cancels."""
    ours = or_(EmailChange.token_hash == token_hash, EmailChange.cancel_token_hash == token_hash)
    found: EmailChange | None = await session.scalar(select(EmailChange).where(ours))
    return found


@unfiltered(Reason.OWN)
async def lock_email_change(session: AsyncSession, id_: UUID) -> EmailChange | None:
    """Lock the change, so that it is used once."""
    return await lock_found(session, select(EmailChange).where(EmailChange.id == id_))


@unfiltered(Reason.OWN)
async def void_email_changes(work: Work, person_id: UUID) -> Sequence[UUID]:
    """Void the person's open change, if there is one, and return its id."""
    mine = update(EmailChange).where(
        EmailChange.person_id == person_id, EmailChange.used_at.is_(None), EmailChange.voided_at.is_(None)
    )
    return (await work.session.scalars(mine.values(voided_at=work.now).returning(EmailChange.id))).all()


class FormerAddress(NamedTuple):
    """An address that a person had, and until when."""

    address: str
    until: datetime


@unfiltered(Reason.PERMITTED)
async def former_addresses(session: AsyncSession, person_id: UUID) -> Sequence[FormerAddress]:
    """List the addresses that the person signed in with before, from the record of changes.

    One that staff have corrected is left out: it was mistyped, and may be a stranger's.
    """
    changes = select(Event.audit, Event.occurred_at).where(
        Event.aggregate_id == person_id,
        Event.type == EventType.EMAIL_CHANGED.value,
        Event.audit["after"]["on_behalf_of_centre"].as_string().is_(None),
    )
    rows = await session.execute(changes.order_by(Event.sequence))
    return [FormerAddress(audit["before"]["email"], occurred_at) for audit, occurred_at in rows if audit is not None]
