"""Give roles that decide, credit or administer: one administrator asks, another confirms."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.actors import StaffRole
from app.domain.events import EventType
from app.domain.refusals.staff import OwnGrant, RoleGrantExpired, RoleGrantSettled
from app.domain.role_grants import GRANT_LASTS, RoleGrantStatus, in_order, needs_confirmation
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.letters.staff.role_to_confirm import RoleToConfirm
from app.models import Person, RoleGrant, StaffMember
from app.queries import role_grants as queries
from app.queries.staff import lock_staff_member
from app.schemas import role_grants as schemas
from app.schemas.shared import PersonRef
from app.services import security_events

_S = RoleGrantStatus


async def give(work: Work, row: StaffMember, wanted: Sequence[StaffRole]) -> list[str]:
    """Return the roles of `wanted` that the locked staff member has from now on; the others wait for a confirmation.

    What waited and is wanted no more is withdrawn.
    """
    held = row.roles or []
    waits = [role for role in wanted if role.value not in held and needs_confirmation(work.actor, role)]
    pending = dict(await queries.lock_pending_of(work.session, row.id))
    for role, grant in list(pending.items()):
        if role in wanted and role not in waits:
            # An operator gives the role that waited.
            await _settle(work, row, grant, _S.CONFIRMED)
        elif role not in wanted:
            await _settle(work, row, grant, _S.WITHDRAWN)
        elif grant.expires_at <= work.now:
            await _settle(work, row, grant, _S.EXPIRED)
            del pending[role]
    # An expired grant gives its place to the new one.
    await work.session.flush()
    await _ask(work, row, [role for role in waits if role not in pending])
    return in_order(role.value for role in wanted if role not in waits)


async def _ask(work: Work, row: StaffMember, roles: Sequence[StaffRole]) -> None:
    assert not roles or work.actor.id is not None, "only a person's grant waits"
    for role in roles:
        grant = RoleGrant(
            staff_id=row.id,
            role=role,
            status=_S.PENDING,
            requested_by=work.actor.id,
            requested_at=work.now,
            expires_at=work.now + GRANT_LASTS,
        )
        work.session.add(grant)
        await work.session.flush()
        await security_events.record(
            work, SecurityEventKind.ROLE_REQUESTED, person_id=row.person_id, detail={"roles": [role.value]}
        )
        await outbox.queue(work, RoleToConfirm(grant_id=grant.id))
    if roles:
        # The staff member shows what waits.
        row.touch()
        await _record(work, row, "A role was asked for", after={"requested_roles": in_order(roles)})


async def withdraw_all(work: Work, row: StaffMember) -> None:
    """Withdraw what waits, because the locked staff member leaves."""
    for grant in (await queries.lock_pending_of(work.session, row.id)).values():
        await _settle(work, row, grant, _S.WITHDRAWN)


async def confirm(work: Work, found: RoleGrant) -> schemas.RoleGrant:
    """Give the role. Raises `OwnGrant`, `RoleGrantSettled` and `RoleGrantExpired`."""
    row, grant = await _lock(work, found)
    before = row.roles
    row.roles = in_order([*row.roles, grant.role.value])
    await _settle(work, row, grant, _S.CONFIRMED)
    await _record(work, row, "A role was confirmed", before={"roles": before}, after={"roles": row.roles})
    await work.session.flush()
    return (await _to_schemas(work, [grant]))[0]


async def refuse(work: Work, found: RoleGrant) -> schemas.RoleGrant:
    """Do not give the role. Raises as `confirm` does."""
    row, grant = await _lock(work, found)
    await _settle(work, row, grant, _S.REFUSED)
    await work.session.flush()
    return (await _to_schemas(work, [grant]))[0]


async def _lock(work: Work, found: RoleGrant) -> tuple[StaffMember, RoleGrant]:
    row = await lock_staff_member(work.session, found.staff_id)
    grant = await queries.lock_role_grant(work.session, found.id)
    if work.actor.id in (grant.requested_by, row.person_id):
        await security_events.record(
            work,
            SecurityEventKind.ROLE_GRANTED,
            person_id=row.person_id,
            outcome=SecurityOutcome.FAILURE,
            detail={"roles": [grant.role.value], "reason": "asked for or received by the same person"},
            even_if_refused=True,
        )
        raise OwnGrant
    if grant.status is not _S.PENDING:
        raise RoleGrantSettled
    if grant.expires_at <= work.now:
        raise RoleGrantExpired
    return row, grant


async def expire(work: Work) -> None:
    """Settle the grants that have waited in vain, as the worker does every hour."""
    for found in await queries.expired_grants(work.session, work.now):
        row = await lock_staff_member(work.session, found.staff_id)
        grant = await queries.lock_role_grant(work.session, found.id)
        if grant.status is _S.PENDING:
            await _settle(work, row, grant, _S.EXPIRED)


async def _settle(work: Work, row: StaffMember, grant: RoleGrant, status: RoleGrantStatus) -> None:
    grant.status = RoleGrantStatus(status)
    grant.settled_by = work.actor.id if status is not _S.EXPIRED else None
    grant.settled_at = work.now
    row.touch()
    kind = SecurityEventKind.ROLE_GRANTED if status is _S.CONFIRMED else SecurityEventKind.ROLE_REFUSED
    detail = {"roles": [grant.role.value], "status": status.value, "requested_by": str(grant.requested_by)}
    await security_events.record(work, kind, person_id=row.person_id, detail=detail)


async def _record(
    work: Work,
    row: StaffMember,
    summary: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object],
) -> None:
    await outbox.record(
        work,
        EventType.STAFF_UPDATED,
        ("staff_member", row.id),
        summary=summary,
        centre_sees=False,
        before=before,
        after=after,
    )


async def list_all(work: Work, query: schemas.RoleGrantQuery) -> schemas.RoleGrantPage:
    """List a page of grants."""
    rows, cursor = await queries.list_role_grants(work, query)
    return schemas.RoleGrantPage(items=await _to_schemas(work, rows), next_cursor=cursor)


async def pending_of(work: Work, staff_ids: Sequence[UUID]) -> Mapping[UUID, list[schemas.PendingRole]]:
    """What waits for a confirmation, by staff id."""
    found: dict[UUID, list[schemas.PendingRole]] = defaultdict(list)
    for row, asked_by in await queries.pending_of(work, staff_ids):
        shown = schemas.PendingRole(
            grant_id=row.id,
            role=row.role,
            requested_by=_ref(asked_by),
            requested_at=row.requested_at,
            expires_at=row.expires_at,
        )
        found[row.staff_id].append(shown)
    return found


async def _to_schemas(work: Work, rows: Sequence[RoleGrant]) -> list[schemas.RoleGrant]:
    people = await queries.people_of(work.session, rows)
    return [
        schemas.RoleGrant(
            id=row.id,
            staff_id=row.staff_id,
            person=_ref(people[row.staff_id]),
            role=row.role,
            status=row.status,
            requested_by=_ref(people[row.requested_by]),
            requested_at=row.requested_at,
            expires_at=row.expires_at,
            settled_by=_ref(people[row.settled_by]) if row.settled_by is not None else None,
            settled_at=row.settled_at,
        )
        for row in rows
    ]


def _ref(person: Person) -> PersonRef:
    return PersonRef(id=person.id, name=person.name)
