"""Uploaded bank statements."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.models import BankLine, BankStatement
from app.queries.locking import lock_row, locking
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, bank_visible_to, unfiltered
from app.schemas.bank_statements import BankStatementQuery


async def find_bank_statement(work: Work, ids: Mapping[str, UUID]) -> Found[BankStatement] | None:
    """Find the statement in the path, for staff and finance systems that write payments."""
    statement = select(BankStatement).where(BankStatement.id == ids["statement_id"], bank_visible_to(work.actor))
    row = await work.session.scalar(statement)
    return Found(row) if row is not None else None


async def list_bank_statements(work: Work, query: BankStatementQuery) -> tuple[list[BankStatement], str | None]:
    """List a page of statements, the last upload first."""
    statement = select(BankStatement).where(bank_visible_to(work.actor))
    if query.account is not None:
        statement = statement.where(BankStatement.account == query.account)
    return await fetch_page(work.session, statement, page_of(query, [BankStatement.id], descending=True))


@unfiltered(Reason.PERMITTED)
async def find_same_file(session: AsyncSession, sha256: str) -> UUID | None:
    """Find the statement that was uploaded as this very file, and that stands."""
    same = select(BankStatement.id).where(BankStatement.sha256 == sha256, BankStatement.withdrawn_at.is_(None))
    found: UUID | None = await session.scalar(same)
    return found


@unfiltered(Reason.PERMITTED)
async def find_last_of_account(session: AsyncSession, account: str, *, mapped: bool = False) -> BankStatement | None:
    """Find the account's last statement that stands; with `mapped`, its last CSV."""
    theirs = select(BankStatement).where(BankStatement.account == account, BankStatement.withdrawn_at.is_(None))
    if mapped:
        theirs = theirs.where(BankStatement.mapping.is_not(None))
    found: BankStatement | None = await session.scalar(theirs.order_by(BankStatement.id.desc()).limit(1))
    return found


@unfiltered(Reason.PERMITTED)
async def disagrees_about_account(session: AsyncSession, account: str, bank_account: str) -> bool:
    """True if statements of this account name another account at the bank, or other statements name this one."""
    row = BankStatement
    one_of_both = or_(row.account == account, row.bank_account == bank_account)
    differs = or_(row.account != account, row.bank_account != bank_account)
    stands = and_(row.bank_account.is_not(None), row.withdrawn_at.is_(None))
    other = select(row.id).where(stands, one_of_both, differs)
    return await session.scalar(other.limit(1)) is not None


async def lock_bank_statement(session: AsyncSession, id_: UUID) -> BankStatement:
    """Lock the statement and read it afresh."""
    return await lock_row(session, BankStatement, id_)


@unfiltered(Reason.JUDGED)
async def lock_lines(session: AsyncSession, statement_id: UUID) -> UUID | None:
    """Lock the lines that the statement brought; returns one that stands for a ledger entry, if there is any."""
    lines = select(BankLine.id, BankLine.matched_pence).where(BankLine.statement_id == statement_id)
    rows = (await session.execute(locking(lines.order_by(BankLine.id), BankLine))).all()
    return next((id_ for id_, matched in rows if matched), None)


@unfiltered(Reason.JUDGED)
async def find_relying(session: AsyncSession, row: BankStatement) -> UUID | None:
    """Find the account's last statement that left out lines which an earlier one had, perhaps this one."""
    later = BankStatement
    relying = select(later.id).where(
        later.account == row.account,
        later.id > row.id,
        later.withdrawn_at.is_(None),
        later.new_lines < later.lines,
        later.first_on <= row.last_on,
        later.last_on >= row.first_on,
    )
    found: UUID | None = await session.scalar(relying.order_by(later.id.desc()).limit(1))
    return found
