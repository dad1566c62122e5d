"""A person with a log-in now works for another centre (R10)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.centre_users.sent import record_sent
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import addressees
from app.queries.letters import find_active_membership, find_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    centre_name: str
    invited_by: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedToCentre(Letter):
    """To a person who already has a password."""

    kind: ClassVar[str] = "added_to_centre"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.USER,
        centre_name=samples.CENTRE,
        invited_by=samples.SUPER_USER,
        email=samples.USER_EMAIL,
    )

    membership_id: UUID
    invited_by: UUID | None = None

    async def load(self, work: Work) -> Draft | None:
        found = await find_active_membership(work.session, self.membership_id)
        if found is None:
            return None
        membership, centre, person = found
        words = Words(
            recipient_name=person.name,
            centre_name=centre.name,
            invited_by=await find_name(work.session, self.invited_by) or work.settings.organisation.name,
            email=person.email,
        )
        return Draft(words, addressees([person]), once_sent=record_sent(membership))
