"""Lines of bank statements, and matching them with invoices."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.domain.refusals.bank import (
    BankLineOpen,
    BankLinePaid,
    BankLineSettled,
    EntryAlreadyMatched,
    MoneyWentOut,
    PaymentLooksRecorded,
    StatementWithdrawn,
)
from app.domain.refusals.invoices import PaymentAlreadyRecorded, RecordedDifferently
from app.domain.refusals.requests import TooManyRecords
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import BankLine
from app.queries.bank_lines import find_bank_line
from app.schemas import bank_lines as schemas
from app.services.bank import confirming, rejecting, views

routes = router("/v1/bank-lines", "Bank")
LineDep = Annotated[BankLine, Target]

_READ = require(Permission.MANAGE_BANK_LINES, find_bank_line)


@routes.get(
    "", operation_id="listBankLines", summary="List bank lines", dependencies=[require(Permission.MANAGE_BANK_LINES)]
)
async def list_bank_lines(work: WorkDep, query: Annotated[schemas.BankLineQuery, Query()]) -> schemas.BankLinePage:
    """Returns lines of every account, the last day first."""
    return await views.list_all(work, query)


@routes.get("/{line_id}", operation_id="getBankLine", summary="Read a bank line", dependencies=[_READ])
async def get_bank_line(work: WorkDep, row: LineDep) -> schemas.BankLine:
    """Returns a line with what it stands for, and with suggestions for what is open of it."""
    return await views.show(work, row)


@routes.post(
    "/{line_id}/confirmation",
    operation_id="confirmBankLine",
    summary="Confirm a bank line",
    dependencies=[require(Permission.MANAGE_BANK_LINES, find_bank_line, key_required=True)],
)
@refuses(
    BankLineSettled,
    StatementWithdrawn,
    MoneyWentOut,
    EntryAlreadyMatched,
    PaymentLooksRecorded,
    PaymentAlreadyRecorded,
    RecordedDifferently,
    TooManyRecords,
)
async def confirm_bank_line(work: WorkDep, row: LineDep, body: schemas.BankLineConfirmation) -> schemas.BankLine:
    """Records a payment for each allocation, as `recordPayment` does, with `bank:` and the account as the external
    system. What is left stays open as `rest`. Entries that are recorded already are only noted."""
    return await confirming.confirm(work, row, body)


@routes.post("/{line_id}/rejection", operation_id="rejectBankLine", summary="Reject a bank line", dependencies=[_READ])
@refuses(BankLineSettled, StatementWithdrawn)
async def reject_bank_line(work: WorkDep, row: LineDep, body: schemas.BankLineRejection) -> schemas.BankLine:
    """Leaves a line that is no fee, or what is left of one, out of the matching."""
    return await rejecting.reject(work, row, body)


@routes.post("/{line_id}/reopening", operation_id="reopenBankLine", summary="Reopen a bank line", dependencies=[_READ])
@refuses(BankLineOpen, BankLinePaid, StatementWithdrawn)
async def reopen_bank_line(work: WorkDep, row: LineDep) -> schemas.BankLine:
    """Takes a rejection back, or opens a line again whose payments were reversed. A payment that stands is reversed by
    `reversePayment` first."""
    return await rejecting.reopen(work, row)
