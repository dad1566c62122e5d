"""Payments and credit notes of all invoices (R18)."""

from typing import Annotated, Any

from fastapi import Query, Request

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import DatabaseDep, WorkDep
from app.http.downloads import list_responses, send_list
from app.http.negotiation import JSON, representation
from app.http.route import router
from app.schemas.credit_notes import CreditNotePage, CreditNoteQuery
from app.schemas.ledger_lists import PaymentPage, PaymentQuery
from app.services import ledger_lists
from app.services.exports import ENDINGS

routes = router("/v1", "Invoices")
ListTypeDep = Annotated[str, representation(JSON, *ENDINGS)]


@routes.get(
    "/payments",
    operation_id="listAllPayments",
    summary="List payments of all invoices",
    response_model=PaymentPage,
    responses=list_responses(),
    dependencies=[require(Permission.READ_PAYMENTS)],
)
async def list_all_payments(
    request: Request,
    work: WorkDep,
    database: DatabaseDep,
    query: Annotated[PaymentQuery, Query()],
    media_type: ListTypeDep,
) -> Any:
    """Returns payments, reversals and what else moves money in the ledgers, newest first. Staff and finance systems see
    those of every invoice, a centre only its own.

    A list that is filtered by the day of receipt is sorted by it. With `Accept: text/csv` or `application/jsonl`, it
    returns the whole list as one file, oldest first, as it stands at one moment; `limit` and `cursor` do not apply. In
    the CSV, amounts are in pounds and, under `…_pence`, in pence.
    """
    shown = await ledger_lists.list_payments(work, database, query, media_type)
    return send_list(request, shown, media_type, "payments")


@routes.get(
    "/credit-notes",
    operation_id="listCreditNotes",
    summary="List credit notes",
    response_model=CreditNotePage,
    responses=list_responses(),
    dependencies=[require(Permission.READ_CREDIT_NOTES)],
)
async def list_credit_notes(
    request: Request,
    work: WorkDep,
    database: DatabaseDep,
    query: Annotated[CreditNoteQuery, Query()],
    media_type: ListTypeDep,
) -> Any:
    """Returns credit notes, newest first. Staff and finance systems see every one, a centre those on its own invoices.

    With `Accept: text/csv` or `application/jsonl`, it returns the whole list as one file, as `listInvoices` does.
    """
    shown = await ledger_lists.list_credit_notes(work, database, query, media_type)
    return send_list(request, shown, media_type, "credit-notes")
