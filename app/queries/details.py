"""The groups of section Application."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Uuid, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.json_values import JsonObject
from app.domain.sections import DetailsGroup
from app.domain.workflow import Status
from app.models import Application, ApplicationDetails
from app.queries.hot import Hot
from app.queries.locking import locking
from app.queries.visibility import Found, Reason, unfiltered, viewer, visible_to_viewer


@unfiltered(Reason.JUDGED)
async def list_groups(session: AsyncSession, application_id: UUID) -> Sequence[ApplicationDetails]:
    """List all seven groups."""
    rows = await session.scalars(select(ApplicationDetails).where(ApplicationDetails.application_id == application_id))
    return rows.all()


@unfiltered(Reason.JUDGED)
async def get_group(session: AsyncSession, application_id: UUID, group: DetailsGroup) -> ApplicationDetails:
    return await session.get_one(ApplicationDetails, (application_id, group))


class DetailsRow(NamedTuple):
    """Section Application: of each group its key, its version and its draft."""

    application_id: UUID
    centre_id: UUID
    groups: list[tuple[str, int, JsonObject]]


_group = ApplicationDetails
_FIND = Hot(
    select(
        Application.id.label("application_id"),
        Application.centre_id,
        select(func.json_agg(func.json_build_array(_group.group, _group.version, _group.data), type_=JSON()))
        .where(_group.application_id == Application.id)
        .scalar_subquery()
        .label("groups"),
    ).where(Application.id == bindparam("application_id", type_=Uuid()), visible_to_viewer(Application.centre_id)),
    DetailsRow,
)


async def find_details(work: Work, ids: Mapping[str, UUID]) -> Found[DetailsRow] | None:
    """Find section Application of the application in the path, for staff and its own centre."""
    row = await _FIND.one(work.driver, application_id=ids["application_id"], **viewer(work.actor))
    return Found(row, row.centre_id) if row is not None else None


class LockedGroup(NamedTuple):
    """A locked group, and what a save needs of its application, which is locked with it."""

    application_id: UUID
    centre_id: UUID
    centre_name: str
    reference: str
    trading_name: str | None
    words: list[str]
    status: Status
    group: DetailsGroup
    version: int
    data: JsonObject


_LOCK = Hot(
    locking(
        select(
            Application.id.label("application_id"),
            Application.centre_id,
            Application.centre_name,
            Application.reference,
            Application.trading_name,
            Application.words,
            Application.status.label("status"),
            ApplicationDetails.group.label("group"),
            ApplicationDetails.version,
            ApplicationDetails.data,
        )
        .join(ApplicationDetails, ApplicationDetails.application_id == Application.id)
        .where(
            Application.id == bindparam("application_id", type_=Uuid()),
            ApplicationDetails.group == bindparam("group", type_=ApplicationDetails.group.type),
            visible_to_viewer(Application.centre_id),
        ),
        # The application first, as everybody locks it.
        Application,
        ApplicationDetails,
    ),
    LockedGroup,
)


async def lock_group(work: Work, application_id: UUID, group: DetailsGroup) -> LockedGroup | None:
    """Lock the group and its application, for staff and its own centre."""
    return await _LOCK.one(work.driver, application_id=application_id, group=group, **viewer(work.actor))


def locked_in_path(group: DetailsGroup) -> Callable[[Work, Mapping[str, UUID]], Awaitable[Found[LockedGroup] | None]]:
    """Make the loader that locks this group of the application in the path."""

    async def load(work: Work, ids: Mapping[str, UUID]) -> Found[LockedGroup] | None:
        row = await lock_group(work, ids["application_id"], group)
        return Found(row, row.centre_id) if row is not None else None

    return load
