"""A centre's contacts and the roles they hold (R09)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.contact_roles import ContactRole
from app.domain.events import EventType
from app.domain.preconditions import Expected, etag
from app.domain.refusals.centres import ContactEnded, RoleHeld, RoleHolder, TooManyContacts
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.models import Contact, HeldRole
from app.queries import contacts as queries
from app.queries.centre_users import find_member
from app.queries.centres import AnyCentre, lock_centre
from app.schemas import contacts as schemas
from app.services.patches import apply
from app.services.workflow.activity import note_activity


async def list_all(work: Work, centre: AnyCentre) -> schemas.ContactList:
    """List the current contacts, and the roles that nobody holds yet."""
    rows = await queries.list_current_contacts(work.session, centre.id)
    held = await queries.list_held_roles(work.session, centre.id)
    taken = {role.role for role in held}
    return schemas.ContactList(
        items=[_to_schema(row, (role.role for role in held if role.contact_id == row.id)) for row in rows],
        missing_roles=[role for role in ContactRole if role not in taken],
    )


async def show(work: Work, row: Contact) -> schemas.Contact:
    """Show one contact, current or ended."""
    return _to_schema(row, await _roles_of(work, row))


async def create(work: Work, centre: AnyCentre, body: schemas.ContactCreate) -> schemas.Contact:
    """Add a contact.

    Raises `InvalidInput` for a `user_id` outside this centre, and `Conflict` for a role that somebody else holds and
    that only one person can hold.
    """
    await lock_centre(work.session, centre.id)
    await _require_user(work, centre.id, body.user_id)
    await _require_free(work, centre.id, body.roles, but=None)
    if await queries.count_current_contacts(work.session, centre.id) >= limits.CONTACTS:
        raise TooManyContacts(limits.CONTACTS)
    row = Contact(centre_id=centre.id, created_at=work.now, **body.model_dump(exclude={"roles"}))
    work.session.add(row)
    await work.session.flush()
    _give(work, row, body.roles)
    await outbox.record(
        work,
        EventType.CONTACT_CREATED,
        ("contact", row.id),
        summary=f"Contact added: {_words(body.roles)}",
        centre_id=centre.id,
        after=body.model_dump(mode="json"),
    )
    await note_activity(work, centre.id)
    return _to_schema(row, body.roles)


async def update(work: Work, found: Contact, expected: Expected, body: schemas.ContactUpdate) -> schemas.Contact:
    """Change a contact; a list of roles replaces the earlier one.

    Raises what `create` raises, and `Conflict` for an ended contact.
    """
    await lock_centre(work.session, found.centre_id)
    row = await queries.lock_contact(work.session, found.id)
    expected.check(row.version)
    if row.ended_at is not None:
        raise ContactEnded
    values = body.model_dump(mode="json", exclude_unset=True, exclude={"roles", "user_id"})
    if "user_id" in body.model_fields_set and body.user_id != row.user_id:
        await _require_user(work, row.centre_id, body.user_id)
        values["user_id"] = body.user_id
    held = await _roles_of(work, row)
    roles = set(body.roles) if "roles" in body.model_fields_set else held
    await _require_free(work, row.centre_id, roles - held, but=row.id)
    change = apply(row, values)
    if roles != held:
        # Roles are rows of their own table; raise the version so that an older read cannot overwrite them.
        row.touch()
        await _take(work, row, held - roles)
        _give(work, row, roles - held)
        change.before["roles"], change.after["roles"] = sorted(held), sorted(roles)
    if change.after:
        await outbox.record(
            work,
            EventType.CONTACT_UPDATED,
            ("contact", row.id),
            summary=f"Contact changed: {_words(roles)}",
            centre_id=row.centre_id,
            before=change.before,
            after=change.after,
        )
        await work.session.flush()
        await note_activity(work, row.centre_id)
    return _to_schema(row, roles)


async def end(work: Work, found: Contact, expected: Expected) -> None:
    """End a contact: their roles become free and the record stays. Repeating it is a no-op."""
    await lock_centre(work.session, found.centre_id)
    row = await queries.lock_contact(work.session, found.id)
    if expected.is_repeat(row.version, done=row.ended_at is not None):
        return
    held = await _roles_of(work, row)
    await _take(work, row, held)
    row.ended_at = work.now
    await outbox.record(
        work,
        EventType.CONTACT_ENDED,
        ("contact", row.id),
        summary=f"Contact ended: {_words(held)}",
        centre_id=row.centre_id,
        before={"roles": sorted(held), "ended_at": None},
        after={"roles": [], "ended_at": work.now.isoformat()},
    )
    await note_activity(work, row.centre_id)


async def _roles_of(work: Work, row: Contact) -> set[ContactRole]:
    held = await queries.list_held_roles(work.session, row.centre_id)
    return {role.role for role in held if role.contact_id == row.id}


def _give(work: Work, row: Contact, roles: Iterable[ContactRole]) -> None:
    work.session.add_all(HeldRole(contact_id=row.id, role=role, centre_id=row.centre_id) for role in roles)


async def _take(work: Work, row: Contact, roles: Iterable[ContactRole]) -> None:
    await work.session.execute(delete(HeldRole).where(HeldRole.contact_id == row.id, HeldRole.role.in_(list(roles))))


async def _require_user(work: Work, centre_id: UUID, user_id: UUID | None) -> None:
    if user_id is None:
        return
    found = await find_member(work.session, centre_id, user_id)
    if found is None or found.deactivated_at is not None:
        raise fault("/user_id", InputFaultCode.UNKNOWN_USER, "Choose an active user of this centre.")


async def _require_free(work: Work, centre_id: UUID, roles: Iterable[ContactRole], *, but: UUID | None) -> None:
    single = [role for role in roles if not role.several_holders]
    holders = await queries.list_other_holders(work.session, centre_id, single, but)
    if holders:
        raise RoleHeld([RoleHolder(role, contact.id, contact.name) for role, contact in holders])


def _words(roles: Iterable[ContactRole]) -> str:
    # Timelines keep the summary for good, so it names the roles and not the person.
    return ", ".join(role.label for role in ContactRole if role in set(roles)) or "no role"


def _to_schema(row: Contact, roles: Iterable[ContactRole]) -> schemas.Contact:
    held = set(roles)
    return schemas.Contact(
        etag=etag(row.version),
        id=row.id,
        first_name=row.first_name,
        last_name=row.last_name,
        job_title=row.job_title,
        email=row.email,
        telephone=row.telephone,
        telephone_extension=row.telephone_extension,
        roles=[role for role in ContactRole if role in held],
        user_id=row.user_id,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
