"""Applications: the inbox, one centre's own, and the workflow's facts, each in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.interviews import InterviewStatus
from app.domain.invoices import EntryKind
from app.domain.workflow import Facts
from app.models import (
    Application,
    Interview,
    Invoice,
    InvoiceEntry,
    Person,
    Recognition,
    Recommendation,
)
from app.queries.inbox import inbox_condition
from app.queries.locking import lock_row
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, staff_only, unfiltered, visible_to
from app.schemas.applications import ApplicationQuery, CentreApplicationQuery


async def find_application(work: Work, ids: Mapping[str, UUID]) -> Found[Application] | None:
    """Find the application in the path, for staff and its own centre."""
    row = await work.session.scalar(
        select(Application).where(
            Application.id == ids["application_id"], visible_to(work.actor, Application.centre_id)
        )
    )
    return Found(row, row.centre_id) if row is not None else None


async def lock_application(session: AsyncSession, id_: UUID) -> Application:
    """Lock the row and read it afresh; every change of an application starts here."""
    return await lock_row(session, Application, id_)


@unfiltered(Reason.JUDGED)
async def find_open_application(session: AsyncSession, centre_id: UUID) -> Application | None:
    """Find the centre's application that has not ended."""
    found: Application | None = await session.scalar(
        select(Application).where(Application.centre_id == centre_id, Application.closed_at.is_(None))
    )
    return found


@unfiltered(Reason.JUDGED)
async def find_active_recognition(session: AsyncSession, centre_id: UUID) -> Recognition | None:
    """Find the centre's active recognition."""
    found: Recognition | None = await session.scalar(
        select(Recognition).where(Recognition.centre_id == centre_id, Recognition.ended_at.is_(None))
    )
    return found


async def list_applications(work: Work, query: ApplicationQuery) -> tuple[list[Application], str | None]:
    """List a page of the inbox: longest in its status first."""
    page = page_of(query, [Application.status_since, Application.id])
    shown = await inbox_condition(work, query, page)
    return await fetch_page(work.session, select(Application).where(staff_only(work.actor), shown), page)


async def list_centre_applications(
    work: Work, centre_id: UUID, query: CentreApplicationQuery
) -> tuple[list[Application], str | None]:
    """List a page of one centre's applications, newest first."""
    row = Application
    statement = select(row).where(row.centre_id == centre_id, visible_to(work.actor, row.centre_id))
    return await fetch_page(work.session, statement, page_of(query, [row.started_at, row.id], descending=True))


@dataclass(frozen=True)
class Gathered:
    """The workflow's facts and the centre lead's name."""

    facts: Facts
    centre_lead_name: str | None


def ledger_pence(invoice_id: object) -> Select[tuple[int]]:
    """Select what the entries add to an invoice's total, in pence: payments and credits subtract, reversals add."""
    signed = case(
        (InvoiceEntry.kind == EntryKind.REVERSAL, InvoiceEntry.amount_pence), else_=-InvoiceEntry.amount_pence
    )
    return select(func.coalesce(func.sum(signed), 0)).where(InvoiceEntry.invoice_id == invoice_id)


@unfiltered(Reason.JUDGED)
async def gather_facts(
    session: AsyncSession, rows: Sequence[Application], missing: Mapping[UUID, int]
) -> dict[UUID, Gathered]:
    """Gather the facts of all the applications in one statement."""
    recommenders = (
        select(func.array_agg(Recommendation.recommended_by))
        .where(Recommendation.application_id == Application.id)
        .scalar_subquery()
    )
    interviews = select(Interview.id).where(Interview.application_id == Application.id)
    open_interview = interviews.where(Interview.status == InterviewStatus.ARRANGED).scalar_subquery()
    held = interviews.where(Interview.status == InterviewStatus.HELD).exists()
    due = Invoice.total_pence + ledger_pence(Invoice.id).correlate(Invoice).scalar_subquery()
    found = await session.execute(
        select(
            Application.id,
            Invoice.id,
            due,
            open_interview,
            held,
            recommenders,
            func.concat_ws(" ", Person.first_name, Person.last_name),
        )
        .outerjoin(Invoice, Invoice.application_id == Application.id)
        .outerjoin(Person, Person.id == Application.centre_lead_id)
        .where(Application.id.in_([row.id for row in rows]))
    )
    by_id = {row.id: row for row in rows}
    return {
        id_: Gathered(
            Facts(
                application_id=id_,
                centre_id=by_id[id_].centre_id,
                status=by_id[id_].status,
                returned_by_centre_lead=by_id[id_].returned_by_centre_lead,
                fee_outstanding=invoice_id is None or due_now > 0,
                invoice_id=invoice_id,
                centre_lead_id=by_id[id_].centre_lead_id,
                open_interview_id=interview_id,
                interview_held=was_held,
                recommenders=frozenset(made_by or ()),
                missing=missing.get(id_, 0),
            ),
            lead_name or None,
        )
        for id_, invoice_id, due_now, interview_id, was_held, made_by, lead_name in found
    }
