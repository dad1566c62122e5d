"""An action is closed (R23)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.models import Action
from app.queries.letters import with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    action: str
    comment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionClosed(Letter):
    """To the centre."""

    kind: ClassVar[str] = "action_closed"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        action=samples.ACTION,
        comment="The strategy now covers both sites.",
    )

    action_id: UUID

    async def load(self, work: Work) -> Draft | None:
        action, application = await with_application(work.session, Action, self.action_id)
        if action.status is not ActionStatus.CLOSED:
            return None
        name, to = await people_of(work, application.centre_id, LetterTopic.ACTIONS)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            action=action.description,
            comment=action.closing_comment,
        )
        return Draft(words, to)
