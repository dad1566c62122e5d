"""Find the current principal behind a token, in one statement."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.actors import Actor, ActorKind, CentreRole, Scope, StaffRole
from app.models import IntegrationClient, Membership, Person, Session, StaffMember
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.OWN)
async def find_person_actor(session: AsyncSession, session_id: UUID, now: datetime) -> Actor | None:
    """Find the person with this open session, with current roles and memberships; None once the session is over."""
    memberships = (
        select(
            func.coalesce(
                func.jsonb_agg(
                    aggregate_order_by(func.jsonb_build_array(Membership.centre_id, Membership.role), Membership.id)
                ),
                literal_column("'[]'::jsonb"),
            )
        )
        .where(Membership.person_id == Session.person_id, Membership.deactivated_at.is_(None))
        .scalar_subquery()
    )
    row = (
        await session.execute(
            select(Session.first_password, Person, StaffMember.roles, memberships)
            .join(Person, Person.id == Session.person_id)
            .outerjoin(StaffMember, (StaffMember.person_id == Person.id) & StaffMember.deactivated_at.is_(None))
            .where(Session.id == session_id, Session.ended_at.is_(None), Session.expires_at > now)
        )
    ).one_or_none()
    if row is None:
        return None
    first_password, person, roles, centres = row
    return Actor(
        kind=ActorKind.PERSON,
        id=person.id,
        name=person.name,
        email=person.email,
        session_id=session_id,
        staff_roles=frozenset(StaffRole(role) for role in roles or ()),
        memberships={UUID(centre): CentreRole(role) for centre, role in centres},
        must_change_password=first_password,
    )


@unfiltered(Reason.OWN)
async def find_client_actor(
    session: AsyncSession, client_id: UUID, generation: int, scopes: Collection[str]
) -> Actor | None:
    """Find the client, unless deactivated or given a new secret since the token was issued.

    Its scopes are the token's, without those removed since.
    """
    client = await session.get(IntegrationClient, client_id)
    if client is None or client.deactivated_at is not None or client.secret_generation != generation:
        return None
    return Actor(
        kind=ActorKind.CLIENT,
        id=client.id,
        name=client.name,
        scopes=frozenset(Scope(scope) for scope in client.scopes if scope in scopes),
    )
