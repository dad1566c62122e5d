"""A centre has requested a change of names."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.name_changes import NameChangeStatus
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import customer_experience
from app.queries.letters import get_name_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    old_name: str
    name: str
    old_trading_name: str | None
    trading_name: str | None
    asked_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChangeRequested(Letter):
    """To customer experience, who approve or refuse it, unless a later request has replaced it."""

    kind: ClassVar[str] = "name_change_requested"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CUSTOMER_EXPERIENCE,
        old_name=samples.CENTRE,
        name="Riverside Learning CIC",
        old_trading_name="Riverside",
        trading_name="Riverside Learning",
        asked_by=samples.SUPER_USER,
        reason="The change of name was registered on 2 February 2027.",
    )

    name_change_id: UUID
    application_id: UUID | None
    """Whose letters show this one, if there is an application."""

    async def load(self, work: Work) -> Draft | None:
        change = await get_name_change(work.session, self.name_change_id)
        if change.status is not NameChangeStatus.PENDING:
            return None
        name, to = customer_experience(work.settings)
        words = Words(
            recipient_name=name,
            old_name=change.old_name,
            name=change.name,
            old_trading_name=change.old_trading_name,
            trading_name=change.trading_name,
            asked_by=change.requested_by_name,
            reason=change.reason,
        )
        return Draft(words, to)
