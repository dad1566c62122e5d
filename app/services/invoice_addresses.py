"""The further addresses for letters about a centre's invoices, such as an accounts inbox (R18)."""

from collections.abc import Mapping
from datetime import datetime

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.names import email_key
from app.domain.personal_data import erased_address
from app.domain.preconditions import Expected, etag
from app.models import InvoiceAddress
from app.queries import invoice_addresses as queries
from app.queries.centres import AnyCentre, lock_centre
from app.queries.contacts import finance_contact
from app.schemas import invoice_addresses as schemas
from app.services.workflow.activity import note_activity


async def list_all(work: Work, centre: AnyCentre) -> schemas.InvoiceAddressList:
    """List the addresses beside the finance contact, each with its last bounce."""
    rows = await queries.invoice_addresses_of(work.session, centre.id)
    contact = await finance_contact(work.session, centre.id)
    known = [row.email for row in rows] + ([contact.email] if contact is not None else [])
    bounces = await queries.last_bounces(work.session, centre.id, known) if known else {}
    return schemas.InvoiceAddressList(
        finance_contact=schemas.FinanceContact(
            id=contact.id,
            name=contact.name,
            email=contact.email,
            bounced_at=bounces.get(contact.email.lower()),
        )
        if contact is not None
        else None,
        items=[_to_schema(row, bounces) for row in rows],
    )


async def create(work: Work, centre: AnyCentre, body: schemas.InvoiceAddressCreate) -> schemas.InvoiceEmailAddress:
    """Add an address, unless it is there already. Raises `Conflict` at the limit."""
    await lock_centre(work.session, centre.id)
    rows, key = await queries.invoice_addresses_of(work.session, centre.id), email_key(body.email)
    there = next((row for row in rows if row.email_key == key), None)
    if there is not None:
        return _to_schema(there, await queries.last_bounces(work.session, centre.id, [there.email]))
    limits.require_room(len(rows), limits.INVOICE_ADDRESSES, "further addresses for invoices")
    row = InvoiceAddress(centre_id=centre.id, email=body.email, email_key=key, added_at=work.now)
    work.session.add(row)
    await work.session.flush()
    await _record(work, row, EventType.INVOICE_ADDRESS_ADDED, "Address for invoices added", after={"email": row.email})
    return _to_schema(row, {})


async def remove(work: Work, found: InvoiceAddress, expected: Expected) -> None:
    """Remove an address: no further letter goes there. Repeating it is a no-op."""
    await lock_centre(work.session, found.centre_id)
    row = await queries.lock_invoice_address(work.session, found.id)
    if expected.is_repeat(row.version, done=row.removed_at is not None):
        return
    removed = "Address for invoices removed"
    await _record(work, row, EventType.INVOICE_ADDRESS_REMOVED, removed, before={"email": row.email})
    row.removed_at = work.now
    row.email = row.email_key = erased_address(row.id)
    await work.session.flush()


async def _record(
    work: Work,
    row: InvoiceAddress,
    type_: EventType,
    summary: str,
    *,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    # Timelines keep the summary for good, so the address is only in the audit.
    about = ("invoice_address", row.id)
    await outbox.record(work, type_, about, summary=summary, centre_id=row.centre_id, before=before, after=after)
    if not work.actor.is_staff:
        await note_activity(work, row.centre_id)


def _to_schema(row: InvoiceAddress, bounces: Mapping[str, datetime]) -> schemas.InvoiceEmailAddress:
    return schemas.InvoiceEmailAddress(
        etag=etag(row.version),
        id=row.id,
        email=row.email,
        added_at=row.added_at,
        bounced_at=bounces.get(row.email.lower()),
    )
