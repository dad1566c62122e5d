"""Invoices, their ledgers, and the facts that an invoice is made from (R18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.invoices import EntryKind, InvoiceStatus
from app.domain.sections import DetailsGroup
from app.domain.working_days import london_date
from app.models import Application, ApplicationDetails, Centre, Contact, Invoice, InvoiceEntry
from app.queries.contacts import finance_contact
from app.queries.locking import lock_row
from app.queries.paging import fetch_page
from app.queries.visibility import Found, Reason, money_visible_to, unfiltered
from app.schemas.invoices import InvoiceQuery


async def find_invoice(work: Work, ids: Mapping[str, UUID]) -> Found[Invoice] | None:
    """Find the invoice in the path, for staff, finance systems and its own centre."""
    row = await work.session.scalar(
        select(Invoice).where(Invoice.id == ids["invoice_id"], money_visible_to(work.actor, Invoice.centre_id))
    )
    return Found(row, row.centre_id) if row is not None else None


async def find_payment(work: Work, ids: Mapping[str, UUID]) -> Found[InvoiceEntry] | None:
    """Find the payment in the path; no other ledger entry has an address."""
    found = (
        await work.session.execute(
            select(InvoiceEntry, Invoice.centre_id)
            .join(Invoice, Invoice.id == InvoiceEntry.invoice_id)
            .where(
                InvoiceEntry.id == ids["payment_id"],
                InvoiceEntry.invoice_id == ids["invoice_id"],
                InvoiceEntry.kind == EntryKind.PAYMENT,
                money_visible_to(work.actor, Invoice.centre_id),
            )
        )
    ).one_or_none()
    return Found(found[0], found[1]) if found is not None else None


@unfiltered(Reason.RULE)
async def find_external_payment(session: AsyncSession, system: str, payment_id: str) -> InvoiceEntry | None:
    """Find the payment with this id in the finance system."""
    found: InvoiceEntry | None = await session.scalar(
        select(InvoiceEntry).where(
            InvoiceEntry.external_system == system, InvoiceEntry.external_payment_id == payment_id
        )
    )
    return found


@unfiltered(Reason.JUDGED)
async def invoice_of(session: AsyncSession, application_id: UUID) -> Invoice | None:
    """Find the application's invoice, if issued."""
    found: Invoice | None = await session.scalar(select(Invoice).where(Invoice.application_id == application_id))
    return found


async def lock_invoice(session: AsyncSession, id_: UUID) -> Invoice:
    """Lock the invoice, so that nobody else extends its ledger. Lock its application first."""
    return await lock_row(session, Invoice, id_)


@unfiltered(Reason.JUDGED)
async def list_entries(session: AsyncSession, invoice_ids: Sequence[UUID]) -> Sequence[InvoiceEntry]:
    """List the ledgers of these invoices, each in the order of entry."""
    rows = await session.scalars(
        select(InvoiceEntry)
        .where(InvoiceEntry.invoice_id.in_(invoice_ids))
        .order_by(InvoiceEntry.invoice_id, InvoiceEntry.sequence)
    )
    return rows.all()


@unfiltered(Reason.JUDGED)
async def references_of(session: AsyncSession, application_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Map these applications to their references."""
    rows = await session.execute(
        select(Application.id, Application.reference).where(Application.id.in_(application_ids))
    )
    return {row.id: row.reference for row in rows}


async def list_invoices(work: Work, query: InvoiceQuery) -> tuple[list[Invoice], str | None]:
    """List a page of invoices, newest first."""
    row = Invoice
    statement = select(row).where(money_visible_to(work.actor, row.centre_id))
    for column, value in ((row.centre_id, query.centre_id), (row.application_id, query.application_id)):
        if value is not None:
            statement = statement.where(column == value)
    if query.issued_from is not None:
        statement = statement.where(row.issued_on >= query.issued_from)
    if query.issued_before is not None:
        statement = statement.where(row.issued_on < query.issued_before)
    if query.issued_to is not None:
        statement = statement.where(row.issued_on <= query.issued_to)
    if query.text is not None:
        begins = query.text.upper()
        named = select(Application.id).where(Application.reference.startswith(begins, autoescape=True))
        statement = statement.where(or_(row.number.startswith(begins, autoescape=True), row.application_id.in_(named)))
    if query.status is not None or query.overdue is not None:
        statement = _standing(statement, work, query)
    return await fetch_page(work.session, statement, [row.issued_at, row.id], query, descending=True)


def _standing(statement: Select[Invoice], work: Work, query: InvoiceQuery) -> Select[Invoice]:
    """Filter by the status that `domain.fees.ledger` derives; a test holds the two together."""

    def summed(kind: EntryKind) -> ColumnElement[int]:
        return func.coalesce(func.sum(InvoiceEntry.amount_pence).filter(InvoiceEntry.kind == kind), 0)

    sums = (
        select(
            (summed(EntryKind.PAYMENT) - summed(EntryKind.REVERSAL)).label("paid"),
            summed(EntryKind.CREDIT).label("credited"),
        )
        .where(InvoiceEntry.invoice_id == Invoice.id)
        .lateral("sums")
    )
    paid, credited = sums.c.paid, sums.c.credited
    due = Invoice.total_pence - paid - credited > 0
    statement = statement.join(sums, true())
    if query.status is not None:
        by_credit = and_(credited > 0, paid <= 0)
        holds = {
            InvoiceStatus.ISSUED: and_(due, paid <= 0),
            InvoiceStatus.PART_PAID: and_(due, paid > 0),
            InvoiceStatus.PAID: and_(~due, ~by_credit),
            InvoiceStatus.CREDITED: and_(~due, by_credit),
        }
        statement = statement.where(holds[query.status])
    if query.overdue is not None:
        overdue = and_(due, Invoice.due_on < london_date(work.now))
        statement = statement.where(overdue if query.overdue else ~overdue)
    return statement


@dataclass(frozen=True)
class BillingFacts:
    """Whom to invoice now: the centre, its finance contact and the application's groups."""

    centre: Centre
    contact: Contact | None
    details: Mapping[DetailsGroup, Mapping[str, Any]]


@unfiltered(Reason.JUDGED)
async def billing_facts(session: AsyncSession, application: Application) -> BillingFacts:
    """Gather what an invoice is made from, with today's finance contact (R18)."""
    centre = await session.get_one(Centre, application.centre_id)
    contact = await finance_contact(session, application.centre_id)
    rows = await session.scalars(
        select(ApplicationDetails).where(
            ApplicationDetails.application_id == application.id,
            ApplicationDetails.group.in_([DetailsGroup.HISTORY, DetailsGroup.INVOICE]),
        )
    )
    return BillingFacts(centre, contact, {row.group: row.data for row in rows})
