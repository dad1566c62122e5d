"""How much room the uploaded documents of an application and of a centre take."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select, union_all

from app.database import Work
from app.models import Action, ActionEvidence, Application, Policy, PolicyVersion
from app.queries.visibility import Reason, unfiltered


class Stored(NamedTuple):
    """Bytes of documents, earlier versions included, redacted ones not."""

    of_application: int
    of_centre: int


@unfiltered(Reason.JUDGED)
async def lock_stored(work: Work, application_id: UUID, centre_id: UUID) -> Stored:
    """Add up the documents of the centre, one caller at a time until its transaction ends.

    Lock the application first.
    """
    # A lock of its own: the centre's row is locked by others in another order.
    await work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"stored:{centre_id}", 0))))
    files = union_all(
        select(Policy.application_id, PolicyVersion.size_bytes)
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .join(Application, Application.id == Policy.application_id)
        .where(Application.centre_id == centre_id, PolicyVersion.redacted_at.is_(None)),
        select(Action.application_id, ActionEvidence.size_bytes)
        .join(Action, Action.id == ActionEvidence.action_id)
        .join(Application, Application.id == Action.application_id)
        .where(Application.centre_id == centre_id, ActionEvidence.redacted_at.is_(None)),
    ).subquery()
    its_own = func.sum(files.c.size_bytes).filter(files.c.application_id == application_id)
    # A statement of its own: the one that waited for the lock still sees what was there before.
    row = (
        await work.session.execute(
            select(
                cast(func.coalesce(its_own, 0), BigInteger),
                cast(func.coalesce(func.sum(files.c.size_bytes), 0), BigInteger),
            )
        )
    ).one()
    return Stored(*row)
