"""Which letters a centre's contacts get, and who holds their roles."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.contact_roles import ContactRole
from app.models import Application, Contact, Email, EmailOwner, HeldRole, LetterChoices
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.JUDGED)
async def find_choices(session: AsyncSession, centre_id: UUID) -> LetterChoices | None:
    """Find what the centre has chosen; None if it has never chosen."""
    return await session.get(LetterChoices, centre_id, populate_existing=True)


@unfiltered(Reason.SYSTEM)
async def holders_of(session: AsyncSession, centre_id: UUID, roles: Collection[ContactRole]) -> Sequence[Contact]:
    """List the contacts who hold any of the roles, oldest first."""
    held = select(HeldRole.contact_id).where(HeldRole.centre_id == centre_id, HeldRole.role.in_(roles))
    rows = await session.scalars(
        select(Contact).where(Contact.id.in_(held), Contact.ended_at.is_(None)).order_by(Contact.created_at, Contact.id)
    )
    return rows.all()


@unfiltered(Reason.SYSTEM)
async def sent_to(session: AsyncSession, centre_id: UUID, kinds: Collection[str], since: datetime) -> list[str]:
    """List whom letters of these kinds about the centre's applications have gone to since, once for each letter."""
    owned = select(EmailOwner.email_id).join(Application, Application.id == EmailOwner.owner_id)
    rows = await session.scalars(
        select(Email.recipients).where(
            Email.id.in_(owned.where(Application.centre_id == centre_id)), Email.kind.in_(kinds), Email.sent_at > since
        )
    )
    return [to for row in rows if row is not None for to in row["to"]]
