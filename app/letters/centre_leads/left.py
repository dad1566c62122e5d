"""A centre lead has left, or lost the role, and their applications have none (R19)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import managers
from app.queries.letters import find_name, without_centre_lead

_LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    former_lead_name: str
    applications: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreLeadLeft(Letter):
    """To the quality assurance managers: the applications that still wait for another centre lead."""

    kind: ClassVar[str] = "centre_lead_left"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.MANAGER,
        former_lead_name=samples.CENTRE_LEAD,
        applications=(f"{samples.APPLICATION}, {samples.CENTRE}",),
        more=3,
    )

    former_lead_id: UUID
    application_ids: tuple[UUID, ...]

    async def load(self, work: Work) -> Draft | None:
        waiting = await without_centre_lead(work.session, self.application_ids)
        former = await find_name(work.session, self.former_lead_id)
        if not waiting or former is None:
            return None
        name, to = await managers(work)
        words = Words(
            recipient_name=name,
            former_lead_name=former,
            applications=tuple(f"{row.reference}, {row.centre_name}" for row in waiting[:_LISTED]),
            more=max(len(waiting) - _LISTED, 0),
        )
        return Draft(words, to)
