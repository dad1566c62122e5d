"""A role waits for the confirmation of a second administrator."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.actors import StaffRole
from app.domain.role_grants import RoleGrantStatus
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import greet
from app.letters.staff.roles import label_of
from app.queries.letters import get_role_grant
from app.queries.people import staff_with_role


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    person_name: str
    role: str
    asked_by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleToConfirm(Letter):
    """To the administrators who may confirm: neither who asked, nor who receives."""

    kind: ClassVar[str] = "role_to_confirm"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.ADMINISTRATOR,
        person_name=samples.CENTRE_LEAD,
        role="Quality assurance manager",
        asked_by=samples.MANAGER,
        expires_at=samples.MOMENT,
    )

    grant_id: UUID

    async def load(self, work: Work) -> Draft | None:
        grant, receiver, asked_by = await get_role_grant(work.session, self.grant_id)
        administrators = await staff_with_role(work.session, StaffRole.ADMINISTRATOR)
        others = [person for person in administrators if person.id not in (receiver.id, asked_by.id)]
        if grant.status is not RoleGrantStatus.PENDING or grant.expires_at <= work.now or not others:
            return None
        name, to = greet(others)
        words = Words(
            recipient_name=name,
            person_name=receiver.name,
            role=label_of(grant.role),
            asked_by=asked_by.name,
            expires_at=grant.expires_at,
        )
        return Draft(words, to)
