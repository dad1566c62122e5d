"""Everything that letters load. The system reads here, unfiltered, so only letters may call these."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.contact_roles import ContactRole
from app.domain.events import EventType
from app.domain.invoices import EntryKind
from app.domain.workflow import EDITABLE
from app.models import (
    Action,
    ActionEvidence,
    Application,
    Centre,
    Contact,
    Decision,
    Document,
    Event,
    HeldRole,
    InitialApplication,
    Interview,
    Invoice,
    InvoiceEntry,
    Membership,
    NameChange,
    Person,
    Recognition,
    Recommendation,
    ReturnItem,
    Review,
    RoleGrant,
    Site,
    StaffMember,
    Submission,
    SuperUserReplacement,
    WebhookDelivery,
    WebhookEndpoint,
)
from app.queries.locking import lock_found
from app.queries.visibility import Reason, unfiltered
from app.schemas.form_pointers import stands_for_one

PartT = TypeVar("PartT", Action, Decision, Interview, Invoice, Recommendation, Review, Submission)


@unfiltered(Reason.SYSTEM)
async def with_application(session: AsyncSession, model: type[PartT], id_: UUID) -> tuple[PartT, Application]:
    """Load a part of an application, such as an interview, with the application."""
    row = await session.get_one(model, id_)
    return row, await get_application(session, row.application_id)


@unfiltered(Reason.SYSTEM)
async def get_application(session: AsyncSession, id_: UUID) -> Application:
    return await session.get_one(Application, id_)


@unfiltered(Reason.SYSTEM)
async def get_name_change(session: AsyncSession, id_: UUID) -> NameChange:
    return await session.get_one(NameChange, id_)


@unfiltered(Reason.SYSTEM)
async def without_centre_lead(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Application]:
    """Those of the applications that have no centre lead, by reference."""
    statement = select(Application).where(Application.id.in_(ids), Application.centre_lead_id.is_(None))
    return (await session.scalars(statement.order_by(Application.reference))).all()


@unfiltered(Reason.SYSTEM)
async def get_role_grant(session: AsyncSession, id_: UUID) -> tuple[RoleGrant, Person, Person]:
    """Load a grant with its receiver and who asked for it."""
    grant = await session.get_one(RoleGrant, id_)
    staff = await session.get_one(StaffMember, grant.staff_id)
    receiver = await session.get_one(Person, staff.person_id)
    return grant, receiver, await session.get_one(Person, grant.requested_by)


@unfiltered(Reason.SYSTEM)
async def get_initial_application(session: AsyncSession, id_: UUID) -> InitialApplication:
    return await session.get_one(InitialApplication, id_)


@unfiltered(Reason.SYSTEM)
async def get_document(session: AsyncSession, id_: UUID) -> Document:
    return await session.get_one(Document, id_)


@unfiltered(Reason.SYSTEM)
async def get_person(session: AsyncSession, id_: UUID) -> Person:
    return await session.get_one(Person, id_)


@unfiltered(Reason.SYSTEM)
async def find_name(session: AsyncSession, person_id: UUID | None) -> str | None:
    """Find the person's name; None without a person."""
    person = await session.get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else None


@unfiltered(Reason.SYSTEM)
async def get_entry(session: AsyncSession, id_: UUID) -> tuple[InvoiceEntry, Invoice, Application]:
    """Load a ledger entry with its invoice and application."""
    entry = await session.get_one(InvoiceEntry, id_)
    return entry, *await with_application(session, Invoice, entry.invoice_id)


@unfiltered(Reason.SYSTEM)
async def find_replacement_number(session: AsyncSession, invoice_id: UUID) -> str | None:
    """Find the number of the invoice that replaces this one; None while that waits for it."""
    found: Invoice | None = await session.scalar(select(Invoice).where(Invoice.replaces_id == invoice_id))
    return found.printed_number if found is not None and not found.awaiting_number else None


@unfiltered(Reason.SYSTEM)
async def get_evidence(session: AsyncSession, id_: UUID) -> tuple[ActionEvidence, Action, Application]:
    """Load a piece of evidence with its action and application."""
    evidence = await session.get_one(ActionEvidence, id_)
    return evidence, *await with_application(session, Action, evidence.action_id)


async def find_active_membership(session: AsyncSession, id_: UUID) -> tuple[Membership, Centre, Person] | None:
    """Find a membership with its centre and person; None once deactivated."""
    found = await find_membership(session, id_)
    return found if found[0].deactivated_at is None else None


@unfiltered(Reason.SYSTEM)
async def find_membership(session: AsyncSession, id_: UUID) -> tuple[Membership, Centre, Person]:
    """Load a membership, active or not, with its centre and person."""
    membership = await session.get_one(Membership, id_)
    centre = await session.get_one(Centre, membership.centre_id)
    return membership, centre, await session.get_one(Person, membership.person_id)


@unfiltered(Reason.SYSTEM)
async def find_replacement(
    session: AsyncSession, id_: UUID
) -> tuple[SuperUserReplacement, Centre, tuple[Membership, Person], tuple[Membership, Person]]:
    """Load a replacement with its centre, the super user who is lost, and the successor."""
    replacement = await session.get_one(SuperUserReplacement, id_)
    lost, centre, person = await find_membership(session, replacement.lost_user_id)
    successor, _, other = await find_membership(session, replacement.successor_user_id)
    return replacement, centre, (lost, person), (successor, other)


@unfiltered(Reason.SYSTEM)
async def heads_of_organisation(session: AsyncSession, centre_id: UUID) -> Sequence[Contact]:
    """Who holds the role now; nobody, before the centre has entered its contacts."""
    rows = await session.scalars(
        select(Contact)
        .join(HeldRole, HeldRole.contact_id == Contact.id)
        .where(HeldRole.centre_id == centre_id, HeldRole.role == ContactRole.HEAD_OF_ORGANISATION)
    )
    return rows.all()


@unfiltered(Reason.SYSTEM)
async def find_request(session: AsyncSession, user_id: UUID) -> str | None:
    """Find who asked for the newest change that was made to a user on the centre's behalf; None once erased."""
    asked = Event.audit["after"]["requested_by"].as_string()
    newest = select(asked).where(Event.aggregate_id == user_id, asked.is_not(None)).order_by(Event.sequence.desc())
    found: str | None = await session.scalar(newest.limit(1))
    return found


@unfiltered(Reason.SYSTEM)
async def find_active_staff(session: AsyncSession, id_: UUID) -> tuple[StaffMember, Person] | None:
    """Find a staff member with their person; None once deactivated."""
    staff = await session.get_one(StaffMember, id_)
    return (staff, await session.get_one(Person, staff.person_id)) if staff.deactivated_at is None else None


@unfiltered(Reason.SYSTEM)
async def alerted_together(session: AsyncSession, alerted_at: datetime) -> Sequence[InitialApplication]:
    """List the initial applications of one alert whose log-in details are still unsent (R05)."""
    rows = await session.scalars(
        select(InitialApplication)
        .where(InitialApplication.late_alert_sent_at == alerted_at, InitialApplication.log_in_details_sent_at.is_(None))
        .order_by(InitialApplication.received_at, InitialApplication.id)
    )
    return rows.all()


@unfiltered(Reason.SYSTEM)
async def initial_application_of(session: AsyncSession, membership: Membership) -> InitialApplication | None:
    """Find the initial application that waits for these log-in details, if this is its centre's first membership.

    First by id: a repeated invitation gets a new time.
    """
    first = (
        select(Membership.id)
        .where(Membership.centre_id == membership.centre_id)
        .order_by(Membership.id)
        .limit(1)
        .scalar_subquery()
    )
    row = InitialApplication
    mine = (row.centre_id == membership.centre_id, row.log_in_details_sent_at.is_(None), first == membership.id)
    return await lock_found(session, select(row).where(*mine))


@unfiltered(Reason.SYSTEM)
async def count_answered_items(session: AsyncSession, submission: Submission) -> int:
    """Count the return items on the submission before this one, all of which were answered (R17)."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(ReturnItem)
            .join(Review, Review.id == ReturnItem.review_id)
            .join(Submission, Submission.id == Review.submission_id)
            .where(Submission.application_id == submission.application_id, Submission.number == submission.number - 1)
        )
        or 0
    )


@unfiltered(Reason.SYSTEM)
async def items_of(session: AsyncSession, review: Review) -> Sequence[ReturnItem]:
    """List the items of a return in order."""
    rows = await session.scalars(
        select(ReturnItem).where(ReturnItem.review_id == review.id).order_by(ReturnItem.number)
    )
    return rows.all()


@unfiltered(Reason.SYSTEM)
async def names_in_items(session: AsyncSession, items: Sequence[ReturnItem]) -> dict[str, str]:
    """Map the ids of the sites and contacts that these items point to, to their names."""
    tokens = [item.pointer.split("/")[1] for item in items if item.part is not None and item.pointer is not None]
    ids = [UUID(token) for token in tokens if stands_for_one(token)]
    if not ids:
        return {}
    contact = func.concat(Contact.first_name, " ", Contact.last_name)
    rows = await session.execute(
        select(Site.id, Site.name)
        .where(Site.id.in_(ids))
        .union_all(select(Contact.id, contact).where(Contact.id.in_(ids)))
    )
    return {str(id_): name for id_, name in rows}


@unfiltered(Reason.SYSTEM)
async def recognition_of(session: AsyncSession, application_id: UUID) -> Recognition | None:
    """Find the recognition that the application led to."""
    found: Recognition | None = await session.scalar(
        select(Recognition).where(Recognition.application_id == application_id)
    )
    return found


@unfiltered(Reason.SYSTEM)
async def list_ending_credits(session: AsyncSession, application: Application) -> list[tuple[Invoice, int]]:
    """List the invoices that were credited when the application ended, with how much, oldest first."""
    pence = func.sum(InvoiceEntry.amount_pence)
    rows = await session.execute(
        select(Invoice, pence)
        .join(InvoiceEntry, InvoiceEntry.invoice_id == Invoice.id)
        .where(
            Invoice.application_id == application.id,
            InvoiceEntry.kind == EntryKind.CREDIT,
            InvoiceEntry.recorded_at == application.closed_at,
        )
        .group_by(Invoice.id)
        .order_by(Invoice.issued_at, Invoice.id)
    )
    return [(invoice, int(credited)) for invoice, credited in rows]


@unfiltered(Reason.SYSTEM)
async def find_credit_balance(session: AsyncSession, application_id: UUID) -> int:
    """Sum the credit balances of the application's invoices, in pence."""
    theirs = (Invoice.application_id == application_id, Invoice.due_pence < 0)
    return int(await session.scalar(select(func.coalesce(func.sum(-Invoice.due_pence), 0)).where(*theirs)) or 0)


@unfiltered(Reason.SYSTEM)
async def find_withdrawer(session: AsyncSession, application: Application) -> str:
    """Find the name of the super user who withdrew the application."""
    found: str | None = await session.scalar(
        select(Event.actor_name)
        .where(Event.aggregate_id == application.id, Event.type == EventType.WITHDRAWN.value)
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return found or "a super user"


@unfiltered(Reason.SYSTEM)
async def open_drafts(session: AsyncSession) -> Sequence[UUID]:
    """List the editable applications whose centre has to accept the current documents (R15)."""
    rows = await session.scalars(
        select(Application.id).where(Application.status.in_(EDITABLE)).order_by(Application.id)
    )
    return rows.all()


@unfiltered(Reason.SYSTEM)
async def get_webhook_delivery(session: AsyncSession, id_: UUID) -> tuple[WebhookEndpoint, WebhookDelivery]:
    """Load a delivery and its endpoint."""
    delivery = await session.get_one(WebhookDelivery, id_)
    return await session.get_one(WebhookEndpoint, delivery.endpoint_id), delivery
