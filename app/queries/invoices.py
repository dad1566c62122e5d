"""Invoices, their ledgers, and the facts that an invoice is made from (R18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.external_refs import RefSubject, system_key
from app.domain.invoices import EntryKind
from app.domain.sections import DetailsGroup
from app.models import (
    Application,
    ApplicationDetails,
    Centre,
    Contact,
    ExternalRef,
    Invoice,
    InvoiceEntry,
    InvoicingProfile,
)
from app.queries.application_rows import current_invoice
from app.queries.changes import settled_until
from app.queries.contacts import finance_contact
from app.queries.hot_pages import HotPages
from app.queries.invoice_lists import invoice_condition, invoice_page
from app.queries.invoice_rows import InvoiceRow, read_invoice_rows, select_rows
from app.queries.locking import lock_row
from app.queries.merging import fetch_shown
from app.queries.paging import Page
from app.queries.visibility import Found, Reason, money_viewer, money_visible_to, unfiltered, visible_to_viewer
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
    """Find the payment with this id in the finance system, whether it was recorded or referred to with it."""
    referred_to = select(ExternalRef.subject_id).where(
        ExternalRef.subject_type.in_([RefSubject.PAYMENT, RefSubject.REFUND]),
        ExternalRef.system == system_key(system),
        ExternalRef.external_id == payment_id,
    )
    recorded = and_(InvoiceEntry.external_system == system, InvoiceEntry.external_payment_id == payment_id)
    found: InvoiceEntry | None = await session.scalar(
        select(InvoiceEntry).where(or_(recorded, InvoiceEntry.id.in_(referred_to))).limit(1)
    )
    return found


@unfiltered(Reason.JUDGED)
async def find_reversal(session: AsyncSession, payment_id: UUID) -> UUID | None:
    """Find the reversal of the payment."""
    found: UUID | None = await session.scalar(select(InvoiceEntry.id).where(InvoiceEntry.reverses_id == payment_id))
    return found


@unfiltered(Reason.JUDGED)
async def invoice_of(session: AsyncSession, application_id: UUID) -> Invoice | None:
    """Find the application's invoice, if issued: the one that no other has replaced."""
    found: Invoice | None = await session.scalar(
        select(Invoice).where(Invoice.application_id == application_id, current_invoice())
    )
    return found


@unfiltered(Reason.JUDGED)
async def invoices_of(session: AsyncSession, application_id: UUID) -> Sequence[Invoice]:
    """List the application's invoice and those that it replaces, oldest first."""
    theirs = select(Invoice).where(Invoice.application_id == application_id)
    return (await session.scalars(theirs.order_by(Invoice.issued_at, Invoice.id))).all()


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


_ROW = Invoice
_PAGES = HotPages(
    Invoice,
    select_rows,
    InvoiceRow,
    keys=[_ROW.issued_at, _ROW.id],
    descending=True,
    visible=visible_to_viewer(_ROW.centre_id),
    filters={
        "status": _ROW.status == bindparam("status", type_=Text()),
        "centre_id": _ROW.centre_id == bindparam("centre_id", type_=Uuid()),
    },
    leading={"status": _ROW.__table__.c.status, "centre_id": _ROW.__table__.c.centre_id},
)


async def list_invoices(work: Work, query: InvoiceQuery) -> tuple[list[InvoiceRow], str | None]:
    """List a page of invoices, in the order that the filters ask for. Raises `InvalidInput`."""
    seen, asked = money_viewer(work.actor), query.model_dump(exclude_defaults=True, exclude={"limit", "cursor"})
    if not asked and not seen["viewer_sees_all"] and len(work.actor.memberships) == 1:
        asked = {"centre_id": next(iter(work.actor.memberships))}
    if asked.keys() == {"centre_id"} or (seen["viewer_sees_all"] and asked.keys() <= {"status"}):
        return await _PAGES.page(work.driver, query, seen, **asked)
    page = invoice_page(query)
    settled = await settled_until(work.session) if query.updated_since is not None else None
    return await read_invoices(work, query, page, settled)


async def read_invoices(
    work: Work, query: InvoiceQuery, page: Page, settled: datetime | None
) -> tuple[list[InvoiceRow], str | None]:
    """Read this page of the list. `settled` is given for changes since a moment."""
    statement = select(Invoice).where(money_visible_to(work.actor, Invoice.centre_id))
    shown = await invoice_condition(work, query, page, settled)
    found, cursor = await fetch_shown(work.session, statement, shown, page)
    return await read_invoice_rows(work, [row.id for row in found]), cursor


@dataclass(frozen=True)
class BillingFacts:
    """Whom to invoice now: the centre, its finance contact, what finance recorded of it, and the
    application's groups."""

    centre: Centre
    contact: Contact | None
    profile: InvoicingProfile | None
    details: Mapping[DetailsGroup, Mapping[str, Any]]


@unfiltered(Reason.JUDGED)
async def billing_facts(session: AsyncSession, application: Application) -> BillingFacts:
    """Gather what an invoice is made from, with today's finance contact (R18)."""
    centre = await session.get_one(Centre, application.centre_id)
    contact = await finance_contact(session, application.centre_id)
    of_centre = InvoicingProfile.centre_id == application.centre_id
    rows = (
        await session.execute(
            select(ApplicationDetails, InvoicingProfile)
            .outerjoin(InvoicingProfile, of_centre)
            .where(
                ApplicationDetails.application_id == application.id,
                ApplicationDetails.group.in_([DetailsGroup.HISTORY, DetailsGroup.INVOICE]),
            )
        )
    ).all()
    profile = next((profile for _, profile in rows), None)
    return BillingFacts(centre, contact, profile, {row.group: row.data for row, _ in rows})
