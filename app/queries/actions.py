"""Actions of an acceptance and their evidence."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.uploads import InspectionState
from app.models import Action, ActionEvidence, Application
from app.queries.locking import lock_row
from app.queries.visibility import Found, Reason, unfiltered, visible_to


async def find_action(work: Work, ids: Mapping[str, UUID]) -> Found[Action] | None:
    """Find the action in the path, for staff and its own centre."""
    found = await work.session.execute(
        select(Action, Application.centre_id)
        .join(Application, Application.id == Action.application_id)
        .where(
            Action.id == ids["action_id"],
            Action.application_id == ids["application_id"],
            visible_to(work.actor, Application.centre_id),
        )
    )
    row = found.one_or_none()
    return Found(*row) if row is not None else None


async def lock_action(session: AsyncSession, id_: UUID) -> Action:
    """Lock the row and read it afresh."""
    return await lock_row(session, Action, id_)


@unfiltered(Reason.JUDGED)
async def list_actions(session: AsyncSession, application_id: UUID) -> Sequence[Action]:
    """List the application's actions by number."""
    rows = await session.scalars(select(Action).where(Action.application_id == application_id).order_by(Action.number))
    return rows.all()


@unfiltered(Reason.JUDGED)
async def count_open_actions(session: AsyncSession, application_id: UUID) -> int:
    """Count the application's open actions."""
    found = await session.scalar(
        select(func.count()).where(Action.application_id == application_id, Action.status != ActionStatus.CLOSED)
    )
    return found or 0


@unfiltered(Reason.JUDGED)
async def list_evidence(session: AsyncSession, action_ids: Sequence[UUID]) -> Sequence[ActionEvidence]:
    """List the evidence of these actions, by action and number."""
    rows = await session.scalars(
        select(ActionEvidence)
        .where(ActionEvidence.action_id.in_(action_ids))
        .order_by(ActionEvidence.action_id, ActionEvidence.number)
    )
    return rows.all()


@unfiltered(Reason.JUDGED)
async def find_evidence(session: AsyncSession, action_id: UUID, number: int) -> ActionEvidence | None:
    """Find a document of an action, if it passed inspection: no other may be downloaded."""
    found: ActionEvidence | None = await session.scalar(
        select(ActionEvidence).where(
            ActionEvidence.action_id == action_id,
            ActionEvidence.number == number,
            ActionEvidence.inspection_state == InspectionState.PASSED,
        )
    )
    return found
