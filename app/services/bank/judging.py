"""Keep which lines have a suggestion, so that a list of them costs a page."""

from uuid import UUID

from sqlalchemy import ColumnElement, case, true, update

from app.database import Work
from app.domain.bank import BankLineStatus
from app.models import BankLine
from app.queries.bank_lines import may_pay
from app.queries.locking import Turn, take_turn

_JUDGED = (BankLineStatus.UNMATCHED, BankLineStatus.SUGGESTED)


async def judge_all(work: Work) -> None:
    """Judge every line that waits: invoices were issued, paid and credited since."""
    # Uploads and withdrawals change many lines as well; in turn, they never wait for each other's.
    await take_turn(work.session, Turn.BANK_STATEMENTS)
    await _judge(work, true())


async def judge_statement(work: Work, statement_id: UUID) -> None:
    """Judge the lines that a statement brought."""
    await _judge(work, BankLine.statement_id == statement_id)


async def judge_line(work: Work, id_: UUID) -> None:
    """Judge one line. What was read of it is old afterwards."""
    await _judge(work, BankLine.id == id_)


async def _judge(work: Work, which: ColumnElement[bool]) -> None:
    status = case((may_pay(), BankLineStatus.SUGGESTED), else_=BankLineStatus.UNMATCHED)
    judged = update(BankLine).where(which, BankLine.status.in_(_JUDGED), BankLine.status != status)
    await work.session.execute(judged.values(status=status).execution_options(synchronize_session=False))
