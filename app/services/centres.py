"""Read and change a centre's own details (R04, R07)."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.names import email_domain
from app.domain.preconditions import Expected, etag
from app.queries import centres as queries
from app.queries.centres import AnyCentre
from app.queries.external_refs import Subject
from app.schemas import centres as schemas
from app.schemas.addresses import Address
from app.services.external_refs import ShownRefs, shown_refs
from app.services.patches import apply, merged_address
from app.services.workflow.activity import note_activity


async def list_all(work: Work, query: schemas.CentreQuery) -> schemas.CentrePage:
    """List a page of centres, for staff."""
    rows, cursor = await queries.list_centres(work, query)
    refs = await shown_refs(work, [row.id for row in rows])
    return schemas.CentrePage(items=[_to_schema(row, refs) for row in rows], next_cursor=cursor)


async def show(work: Work, row: AnyCentre) -> schemas.Centre:
    return _to_schema(row, await shown_refs(work, [row.id]))


async def update(work: Work, found: AnyCentre, expected: Expected, body: schemas.CentreUpdate) -> schemas.Centre:
    """Change address, email address or telephone number. Raises `InvalidInput` for a postcode of another country."""
    row = await queries.lock_centre(work.session, found.id)
    expected.check(row.version)
    values = body.model_dump(exclude_unset=True)
    if "address" in values:
        values["address"] = merged_address(row.address, body.address)
    change = apply(row, values)
    row.email_domain = email_domain(row.email)
    if change.after:
        await outbox.record(
            work,
            EventType.CENTRE_UPDATED,
            ("centre", row.id),
            summary="Details of the centre changed",
            centre_id=row.id,
            before=change.before,
            after=change.after,
        )
        await work.session.flush()
        await note_activity(work, row.id)
    return _to_schema(row, await shown_refs(work, [row.id]))


async def save_account_reference(
    work: Work, subject: Subject, body: schemas.AccountReferenceSave
) -> schemas.AccountReference:
    """Set the centre's account in the sales ledger. Issued invoices keep the one that they were issued with."""
    row = await queries.lock_centre(work.session, subject.id)
    change = apply(row, body.model_dump())
    if change.after:
        await outbox.record(
            work,
            EventType.CENTRE_UPDATED,
            ("centre", row.id),
            summary="The centre's account reference changed",
            centre_id=row.id,
            centre_sees=False,
            before=change.before,
            after=change.after,
        )
        await work.session.flush()
    return schemas.AccountReference(customer_account_reference=row.customer_account_reference)


def _to_schema(row: AnyCentre, refs: ShownRefs) -> schemas.Centre:
    return schemas.Centre(
        etag=etag(row.version),
        id=row.id,
        reference=row.reference,
        name=row.name,
        address=Address.model_validate(row.address),
        email=row.email,
        telephone=row.telephone,
        telephone_extension=row.telephone_extension,
        customer_account_reference=row.customer_account_reference,
        external_refs=refs.get(row.id, []),
        created_at=row.created_at,
    )
