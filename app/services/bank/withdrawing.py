"""Withdraw a bank statement that was uploaded by mistake."""

from sqlalchemy import update

from app import outbox
from app.database import Work
from app.domain.bank import BankLineStatus
from app.domain.events import EventType
from app.domain.refusals.bank import StatementMatched, StatementRepeated, StatementWithdrawn
from app.models import BankLine, BankStatement
from app.queries import bank_statements as queries
from app.queries.locking import Turn, take_turn
from app.schemas import bank_statements as schemas
from app.services.bank.statements import to_schema


async def withdraw(work: Work, found: BankStatement, body: schemas.BankStatementWithdrawal) -> schemas.BankStatement:
    """Take the statement's lines out of all lists and totals, and let the file be uploaded again.

    Raises `Conflict` for a statement that is withdrawn, of which a line stands for a ledger entry, or whose lines a
    later statement counted as known.
    """
    # An upload that leaves out lines of this statement must see that they are gone, or come first.
    await take_turn(work.session, Turn.BANK_STATEMENTS)
    row = await queries.lock_bank_statement(work.session, found.id)
    if row.withdrawn_at is not None:
        raise StatementWithdrawn
    matched = await queries.lock_lines(work.session, row.id)
    if matched is not None:
        raise StatementMatched(matched)
    relying = await queries.find_relying(work.session, row)
    if relying is not None:
        raise StatementRepeated(relying)
    lines = update(BankLine).where(BankLine.statement_id == row.id).values(status=BankLineStatus.WITHDRAWN)
    await work.session.execute(lines.execution_options(synchronize_session=False))
    row.withdrawal, row.withdrawn_by_name, row.withdrawn_at = body.reason, work.actor.name, work.now
    await work.session.flush()
    await outbox.record(
        work,
        EventType.BANK_STATEMENT_WITHDRAWN,
        ("bank_statement", row.id),
        summary=f"Statement of account {row.account} withdrawn: {row.new_lines:,} lines",
        centre_sees=False,
        before={"account": row.account, "sha256": row.sha256, "lines": row.new_lines},
        after={"lines": 0, "reason": body.reason},
    )
    return to_schema(row)
