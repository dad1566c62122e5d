"""A new staff member's log-in details (R06)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import Draft, LogInLetter, StaffWords, Stage
from app.letters.readers import addressees
from app.letters.secrets import set_first_password
from app.letters.staff.roles import role_labels
from app.queries.letters import find_active_staff
from app.security.passwords import NewPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    roles: tuple[str, ...]
    email: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLogInDetails(LogInLetter):
    """To a new member of staff. The first password is made when the letter is first sent."""

    kind: ClassVar[str] = "staff_log_in_details"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        roles=("Centre lead", "Quality assurance manager"),
        email=samples.CENTRE_LEAD_EMAIL,
        first_password=samples.FIRST_PASSWORD,
        expires_at=samples.MOMENT,
    )

    staff_id: UUID

    async def load(self, work: Work, password: NewPassword | None = None) -> Draft | None:
        found = await find_active_staff(work.session, self.staff_id)
        assert password is not None
        expires_at = await set_first_password(work, found[0].person_id, password) if found else None
        if found is None or expires_at is None:
            return None
        staff, person = found
        words = Words(
            recipient_name=person.name,
            roles=role_labels(staff),
            email=person.email,
            first_password=password.plain,
            expires_at=expires_at,
        )
        return Draft(words, addressees([person]))
