"""A new staff member's log-in details (R06)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.integrations.storage import DocumentStore
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords
from app.letters.readers import addressees
from app.letters.secrets import make_first_password
from app.letters.staff.roles import role_labels
from app.queries.letters import find_active_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    roles: tuple[str, ...]
    email: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLogInDetails(Letter):
    """To a new member of staff. The first password is made here, at the moment of sending."""

    kind: ClassVar[str] = "staff_log_in_details"
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        roles=("Centre lead", "Quality assurance manager"),
        email=samples.CENTRE_LEAD_EMAIL,
        first_password=samples.FIRST_PASSWORD,
        expires_at=samples.MOMENT,
    )

    staff_id: UUID

    async def load(self, work: Work, _: DocumentStore) -> Draft | None:
        found = await find_active_staff(work.session, self.staff_id)
        made = await make_first_password(work, found[0].person_id) if found else None
        if found is None or made is None:
            return None
        staff, person = found
        password, expires_at = made
        words = Words(
            recipient_name=person.name,
            roles=role_labels(staff),
            email=person.email,
            first_password=password,
            expires_at=expires_at,
        )
        return Draft(words, addressees([person]), carries_secret=True)
