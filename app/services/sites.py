"""Add, change and close a centre's sites; none is ever deleted (R08)."""

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.preconditions import Expected, etag
from app.domain.refusals.centres import MainSite, SiteClosed, TooManySites
from app.domain.sites import SiteKind
from app.models import Site
from app.queries import sites as queries
from app.queries.centres import AnyCentre, lock_centre
from app.schemas import sites as schemas
from app.schemas.addresses import Address
from app.services.patches import apply, merged_address
from app.services.workflow.activity import note_activity


async def list_all(work: Work, centre: AnyCentre) -> schemas.SiteList:
    """List the centre's open sites."""
    rows = await queries.list_open_sites(work.session, centre.id)
    return schemas.SiteList(items=[_to_schema(row) for row in rows])


async def show(work: Work, row: Site) -> schemas.Site:
    """Show one site, open or closed."""
    return _to_schema(row)


async def create(work: Work, centre: AnyCentre, body: schemas.SiteCreate) -> schemas.Site:
    """Add a delivery site. Raises `Conflict` at the limit."""
    await lock_centre(work.session, centre.id)
    if await queries.count_open_sites(work.session, centre.id) >= limits.OPEN_SITES:
        raise TooManySites(limits.OPEN_SITES)
    row = Site(centre_id=centre.id, kind=SiteKind.DELIVERY, created_at=work.now, **body.model_dump())
    work.session.add(row)
    await work.session.flush()
    await outbox.record(
        work,
        EventType.SITE_CREATED,
        ("site", row.id),
        summary=f"Site added: {row.name}",
        centre_id=centre.id,
        after=body.model_dump(),
    )
    await note_activity(work, centre.id)
    return _to_schema(row)


async def update(work: Work, found: Site, expected: Expected, body: schemas.SiteUpdate) -> schemas.Site:
    """Change a site. Raises `Conflict` for a closed site, and `InvalidInput` for a postcode of another country."""
    row = await queries.lock_site(work.session, found.id)
    expected.check(row.version)
    if row.closed_at is not None:
        raise SiteClosed
    values = body.model_dump(exclude_unset=True)
    if "address" in values:
        values["address"] = merged_address(row.address, body.address)
    change = apply(row, values)
    if change.after:
        await outbox.record(
            work,
            EventType.SITE_UPDATED,
            ("site", row.id),
            summary=f"Site changed: {row.name}",
            centre_id=row.centre_id,
            before=change.before,
            after=change.after,
        )
        await work.session.flush()
        await note_activity(work, row.centre_id)
    return _to_schema(row)


async def close(work: Work, found: Site, expected: Expected) -> None:
    """Close a site. Repeating it is a no-op. Raises `Conflict` for the main site."""
    row = await queries.lock_site(work.session, found.id)
    if expected.is_repeat(row.version, done=row.closed_at is not None):
        return
    if row.kind is SiteKind.MAIN:
        raise MainSite
    row.closed_at = work.now
    await outbox.record(
        work,
        EventType.SITE_CLOSED,
        ("site", row.id),
        summary=f"Site closed: {row.name}",
        centre_id=row.centre_id,
        before={"closed_at": None},
        after={"closed_at": work.now.isoformat()},
    )
    await note_activity(work, row.centre_id)


def _to_schema(row: Site) -> schemas.Site:
    return schemas.Site(
        etag=etag(row.version),
        id=row.id,
        kind=row.kind,
        name=row.name,
        address=Address.model_validate(row.address),
        email=row.email,
        telephone=row.telephone,
        telephone_extension=row.telephone_extension,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )
