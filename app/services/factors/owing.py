"""What a session owes of the second factor, and how its person can prove it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.database import Work
from app.domain.factors import ProofKind
from app.queries.factors import count_recovery_codes, list_factors
from app.queries.people import Place


@dataclass(frozen=True)
class Owing:
    """Whether the second factor is owed, and the kinds of proof that the person has."""

    owed: bool
    kinds: tuple[ProofKind, ...] = ()


NOTHING: Final = Owing(False)


async def owing(
    work: Work, person_id: UUID, place: Place, *, since: datetime | None, proven_at: datetime | None
) -> Owing:
    """Return what a session owes of a person who has had a second factor `since` this time, or has none.

    The same rule as `owes_second_factor`, for a person who is not the actor yet.
    """
    if proven_at is not None:
        return NOTHING
    if since is None:
        return Owing(work.settings.staff_need_second_factor and place is Place.STAFF)
    kinds = {row.kind.value for row in await list_factors(work.session, person_id)}
    if await count_recovery_codes(work.session, person_id):
        kinds.add(ProofKind.RECOVERY_CODE.value)
    return Owing(True, tuple(kind for kind in ProofKind if kind.value in kinds))
