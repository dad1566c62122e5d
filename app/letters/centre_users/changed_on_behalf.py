"""Customer experience changed a centre's users at its request (R10)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.centre_users import AssistedChange
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import everybody_responsible, greet, user_name
from app.queries.letters import find_membership, find_request
from app.queries.people import active_super_users


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    centre_name: str
    user_name: str
    change: str
    requested_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreUserChangedOnBehalf(Letter):
    """To the centre's super users, or where none can act, to the head of organisation and the centre's own address:
    nothing happens to its users behind its back."""

    kind: ClassVar[str] = "centre_user_changed_on_behalf"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        centre_name=samples.CENTRE,
        user_name=samples.USER,
        change=AssistedChange.INVITED.label,
        requested_by="Robin Clarke, Bursar, by telephone",
    )

    membership_id: UUID
    change: AssistedChange

    async def load(self, work: Work) -> Draft | None:
        membership, centre, person = await find_membership(work.session, self.membership_id)
        others = [
            each
            for each in await active_super_users(work.session, centre.id)
            if each.id != person.id and not each.must_change_password
        ]
        name, to = greet(others) if others else await everybody_responsible(work, centre, but=(person,))
        words = Words(
            recipient_name=name,
            centre_name=centre.name,
            user_name=user_name(membership, person),
            change=self.change.label,
            requested_by=await find_request(work.session, membership.id),
        )
        return Draft(words, to)
