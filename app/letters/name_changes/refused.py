"""A centre's change of names was refused."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.letters import get_name_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    old_name: str
    name: str
    old_trading_name: str | None
    trading_name: str | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChangeRefused(Letter):
    """To the centre, with the reason."""

    kind: ClassVar[str] = "name_change_refused"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        old_name=samples.CENTRE,
        name="Riverside Learning CIC",
        old_trading_name="Riverside",
        trading_name="Riverside Learning",
        answer="Companies House still has the old name.",
    )

    name_change_id: UUID
    application_id: UUID | None
    """Whose letters show this one, if there is an application."""

    async def load(self, work: Work) -> Draft | None:
        change = await get_name_change(work.session, self.name_change_id)
        name, to = await people_of(work, change.centre_id, LetterTopic.DECISIONS)
        words = Words(
            recipient_name=name,
            old_name=change.old_name,
            name=change.name,
            old_trading_name=change.old_trading_name,
            trading_name=change.trading_name,
            answer=change.answer or "",
        )
        return Draft(words, to)
