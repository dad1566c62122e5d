"""The centre at a glance, in one statement (R07)."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, func, select, true

from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.recognitions import RecognitionStatus
from app.domain.sites import SiteKind
from app.models import Action, Application, Centre, Contact, HeldRole, Membership, Recognition, Site
from app.queries.hot import Hot
from app.queries.visibility import Found, viewer, visible_to_viewer


class HomeRow(NamedTuple):
    """A centre with the counts on its home; of its recognitions the active one, else the last."""

    id: UUID
    name: str
    reference: str
    main_site_id: UUID
    open_sites: int
    contacts: int
    users: int
    open_actions: int
    roles_held: list[str] | None
    recognition_number: str | None
    recognition_status: RecognitionStatus | None


_RECOGNITION = (
    select(Recognition.number, Recognition.status)
    .where(Recognition.centre_id == Centre.id)
    .order_by(Recognition.ended_at.is_(None).desc(), Recognition.id.desc())
    .limit(1)
    .correlate(Centre)
    .lateral("recognition")
)
_FIND = Hot(
    select(
        Centre.id,
        Centre.name,
        Centre.reference,
        select(Site.id)
        .where(Site.centre_id == Centre.id, Site.kind == SiteKind.MAIN)
        .scalar_subquery()
        .label("main_site_id"),
        select(func.count())
        .where(Site.centre_id == Centre.id, Site.closed_at.is_(None))
        .scalar_subquery()
        .label("open_sites"),
        select(func.count())
        .where(Contact.centre_id == Centre.id, Contact.ended_at.is_(None))
        .scalar_subquery()
        .label("contacts"),
        select(func.count())
        .where(Membership.centre_id == Centre.id, Membership.deactivated_at.is_(None))
        .scalar_subquery()
        .label("users"),
        select(func.count(Action.id))
        .join(Application, Application.id == Action.application_id)
        .where(Application.centre_id == Centre.id, Action.status == ActionStatus.OPEN)
        .scalar_subquery()
        .label("open_actions"),
        select(func.array_agg(cast(HeldRole.role, Text())))
        .where(HeldRole.centre_id == Centre.id)
        .scalar_subquery()
        .label("roles_held"),
        _RECOGNITION.c.number.label("recognition_number"),
        _RECOGNITION.c.status.label("recognition_status"),
    )
    .outerjoin(_RECOGNITION, true())
    .where(Centre.id == bindparam("centre_id", type_=Uuid()), visible_to_viewer(Centre.id)),
    HomeRow,
)


async def find_home(work: Work, ids: Mapping[str, UUID]) -> Found[HomeRow] | None:
    """Find the centre in the path with what its home shows."""
    row = await _FIND.one(work.driver, centre_id=ids["centre_id"], **viewer(work.actor))
    return Found(row, row.id) if row is not None else None
