"""Reject a bank line, or open it again."""

from app import outbox
from app.database import Work
from app.domain.bank import BankLineStatus
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.refusals.bank import BankLineOpen, BankLinePaid, StatementWithdrawn
from app.models import BankLine
from app.queries import bank_lines as queries
from app.schemas import bank_lines as schemas
from app.services.bank import views
from app.services.bank.confirming import audited, require_open
from app.services.bank.judging import judge_line


async def reject(work: Work, found: BankLine, body: schemas.BankLineRejection) -> schemas.BankLine:
    """Leave the line, or what is open of it, out. Raises `Conflict` for a line that is settled."""
    line = await queries.lock_bank_line(work.session, found.id)
    require_open(line)
    before = audited(line)
    line.status = BankLineStatus.CONFIRMED if line.matched_pence else BankLineStatus.IGNORED
    line.rejection = body.reason
    await _settle(work, line, before, EventType.BANK_LINE_REJECTED, "rejected")
    return await views.show(work, line)


async def reopen(work: Work, found: BankLine) -> schemas.BankLine:
    """Open a rejected line again, or one whose payments were reversed.

    Raises `Conflict` for a line that is open, and while a payment stands that it recorded.
    """
    line = await queries.lock_bank_line(work.session, found.id)
    before = audited(line)
    if line.status is BankLineStatus.WITHDRAWN:
        raise StatementWithdrawn
    if line.status in (BankLineStatus.UNMATCHED, BankLineStatus.SUGGESTED):
        raise BankLineOpen
    matches = await queries.list_matches(work.session, line.id)
    released = [row for row in matches if row.match.recorded_before or row.reversal_id is not None]
    if line.rejection is None and not released:
        raise BankLinePaid
    for row in released:
        row.match.released_at = work.now
        line.matched_pence -= row.match.amount_pence
    line.rejection = None
    line.status = BankLineStatus.PART_CONFIRMED if line.matched_pence else BankLineStatus.UNMATCHED
    await _settle(work, line, before, EventType.BANK_LINE_REOPENED, "reopened")
    await judge_line(work, line.id)
    return await views.show(work, await queries.lock_bank_line(work.session, line.id))


async def _settle(work: Work, line: BankLine, before: JsonObject, type_: EventType, done: str) -> None:
    line.settled_by_name, line.settled_at = work.actor.name, work.now
    await work.session.flush()
    await outbox.record(
        work,
        type_,
        ("bank_line", line.id),
        summary=f"Line of account {line.account} {done}",
        centre_sees=False,
        before=before,
        after=audited(line),
    )
