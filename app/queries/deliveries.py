"""Emails as letters: those of one thing or of all, and their delivery logs."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain import limits
from app.domain.emails import DeliveryOutcome, EmailStatus
from app.models import Application, Email, EmailDelivery, EmailOwner, Membership
from app.models.support import UNSENT
from app.queries.paging import page_of
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.letters import AllLettersQuery, LetterQuery


@unfiltered(Reason.JUDGED)
async def list_letters_of(
    session: AsyncSession,
    owner_id: UUID,
    query: LetterQuery,
    kinds: Collection[str] | None,
    entry_id: UUID | None = None,
) -> tuple[list[Email], str | None]:
    """List a page of the letters that belong to something, newest first; of these `kinds`, if any are named, and about
    this entry of a ledger only, if one is."""
    statement = (
        select(EmailOwner.email_id, Email)
        .join(Email, Email.id == EmailOwner.email_id)
        .where(EmailOwner.owner_id == owner_id)
    )
    if kinds is not None:
        statement = statement.where(Email.kind.in_(kinds))
    if entry_id is not None:
        statement = statement.where(Email.arguments["entry_id"].as_string() == str(entry_id))
    page = page_of(query, [EmailOwner.email_id], descending=True)
    rows, cursor = page.turn(list((await session.execute(page.cut(statement, page.keys))).all()))
    return [email for _, email in rows], cursor


async def list_letters(work: Work, query: AllLettersQuery) -> tuple[list[Email], str | None]:
    """List a page of all letters, newest first."""
    page = page_of(query, [Email.id], descending=True)
    statement = select(Email).where(staff_only(work.actor))
    if query.status in (None, EmailStatus.SENT, EmailStatus.QUEUED):
        # Most emails are sent, and queued ones are the newest.
        wanted = statement if query.status is None else statement.where(Email.status == query.status)
        statement = page.cut(wanted, page.keys)
    else:
        status = literal(query.status, Email.status.type)
        statement = page.cut_of(Email.status, status, statement.where(UNSENT), page.keys)
    return page.turn(list((await work.session.scalars(statement)).all()))


async def find_letter(work: Work, ids: Mapping[str, UUID]) -> Found[Email] | None:
    """Find the letter in the path, for staff."""
    row = await work.session.scalar(select(Email).where(Email.id == ids["letter_id"], staff_only(work.actor)))
    return Found(row) if row is not None else None


@unfiltered(Reason.JUDGED)
async def deliveries_of(session: AsyncSession, email_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[EmailDelivery]]:
    """Read the newest entries of each email's log, oldest first."""
    newest_first = func.row_number().over(partition_by=EmailDelivery.email_id, order_by=EmailDelivery.id.desc())
    numbered = (
        select(EmailDelivery.id, newest_first.label("place")).where(EmailDelivery.email_id.in_(email_ids)).subquery()
    )
    rows = await session.scalars(
        select(EmailDelivery)
        .join(numbered, numbered.c.id == EmailDelivery.id)
        .where(numbered.c.place <= limits.DELIVERIES)
        .order_by(EmailDelivery.id)
    )
    found: dict[UUID, list[EmailDelivery]] = defaultdict(list)
    for row in rows:
        found[row.email_id].append(row)
    return found


@unfiltered(Reason.SYSTEM)
async def is_logged(session: AsyncSession, email_id: UUID, outcome: DeliveryOutcome, recipient: str) -> bool:
    """True when the email's log has this outcome for this recipient."""
    entry = EmailDelivery
    found = select(entry.id).where(entry.email_id == email_id, entry.outcome == outcome, entry.recipient == recipient)
    return bool(await session.scalar(select(found.exists())))


@unfiltered(Reason.JUDGED)
async def newest_letters(session: AsyncSession, owner_ids: Collection[UUID], kind: str) -> Mapping[UUID, Email]:
    """Find the newest letter of the kind of each of these."""
    statement = (
        select(EmailOwner.owner_id, Email)
        .join(Email, Email.id == EmailOwner.email_id)
        .where(EmailOwner.owner_id.in_(owner_ids), Email.kind == kind)
        .ext(distinct_on(EmailOwner.owner_id))
        .order_by(EmailOwner.owner_id, Email.id.desc())
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


@dataclass(frozen=True)
class Owner:
    """The application and the centre that an email is about; None where it is about none."""

    application_id: UUID | None = None
    centre_id: UUID | None = None


@unfiltered(Reason.SYSTEM)
async def find_owner(session: AsyncSession, email: Email) -> Owner:
    """Find the application, or else the centre, that the email belongs to."""
    owners = select(func.email_owners_of(literal(email.arguments, JSONB())).column_valued("owner"))
    of_application = select(Application.id, Application.centre_id).where(Application.id.in_(owners))
    of_user = select(null(), Membership.centre_id).where(Membership.id.in_(owners))
    row = (await session.execute(select(union_all(of_application, of_user).subquery()).limit(1))).first()
    return Owner(*row) if row is not None else Owner()
