"""The counts on a centre's home, in a fixed number of statements (R07)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.actions import ActionStatus
from app.domain.sites import SiteKind
from app.models import Action, Application, Contact, HeldRole, Membership, Recognition, Site
from app.queries.visibility import Reason, unfiltered


@dataclass(frozen=True)
class HomeFacts:
    """The centre at a glance; `application` is the open one, else the last."""

    main_site_id: UUID
    open_sites: int
    contacts: int
    roles_held: frozenset[str]
    users: int
    open_actions: int
    application: Application | None
    recognition: Recognition | None


@unfiltered(Reason.JUDGED)
async def home_facts(session: AsyncSession, centre_id: UUID) -> HomeFacts:
    sites = select(func.count()).where(Site.centre_id == centre_id, Site.closed_at.is_(None)).scalar_subquery()
    main_site = select(Site.id).where(Site.centre_id == centre_id, Site.kind == SiteKind.MAIN).scalar_subquery()
    contacts = select(func.count()).where(Contact.centre_id == centre_id, Contact.ended_at.is_(None)).scalar_subquery()
    users = (
        select(func.count())
        .where(Membership.centre_id == centre_id, Membership.deactivated_at.is_(None))
        .scalar_subquery()
    )
    actions = (
        select(func.count(Action.id))
        .join(Application, Application.id == Action.application_id)
        .where(Application.centre_id == centre_id, Action.status == ActionStatus.OPEN)
        .scalar_subquery()
    )
    main_site_id, open_sites, active_contacts, active_users, open_actions = (
        await session.execute(select(main_site, sites, contacts, users, actions))
    ).one()
    roles = await session.scalars(select(HeldRole.role).where(HeldRole.centre_id == centre_id).distinct())
    application = await session.scalar(
        select(Application)
        .where(Application.centre_id == centre_id)
        .order_by(Application.started_at.desc(), Application.id.desc())
        .limit(1)
    )
    recognition = await session.scalar(
        select(Recognition)
        .where(Recognition.centre_id == centre_id)
        .order_by(Recognition.ended_at.is_(None).desc(), Recognition.id.desc())
        .limit(1)
    )
    return HomeFacts(
        main_site_id=main_site_id,
        open_sites=open_sites,
        contacts=active_contacts,
        roles_held=frozenset(role.value for role in roles),
        users=active_users,
        open_actions=open_actions,
        application=application,
        recognition=recognition,
    )
