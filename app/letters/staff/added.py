"""A person with a log-in is now staff (R06)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import addressees
from app.letters.staff.roles import role_labels
from app.queries.letters import find_active_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    roles: tuple[str, ...]
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedToStaff(Letter):
    """To a person who already has a password."""

    kind: ClassVar[str] = "added_to_staff"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        roles=("Centre lead",),
        email=samples.CENTRE_LEAD_EMAIL,
    )

    staff_id: UUID

    async def load(self, work: Work) -> Draft | None:
        found = await find_active_staff(work.session, self.staff_id)
        if found is None:
            return None
        staff, person = found
        words = Words(recipient_name=person.name, roles=role_labels(staff), email=person.email)
        return Draft(words, addressees([person]))
