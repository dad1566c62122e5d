"""A link that confirms a new email address (R06)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import COLLEAGUE, nameless
from app.letters.secrets import make_confirmation_token
from app.queries.email_changes import lock_email_change
from app.queries.people import find_person_by_email


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    email: str
    expires_at: datetime
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChangeToConfirm(Letter):
    """To the new address, which nobody has proven yet, so it holds no words of whoever typed it.

    Without a token where the address has an account already: only its holder is told.
    """

    kind: ClassVar[str] = "email_change_to_confirm"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=COLLEAGUE, email=samples.USER_EMAIL, token="a+b/c=token", expires_at=samples.MOMENT
    )

    change_id: UUID

    async def load(self, work: Work) -> Draft | None:
        change = await lock_email_change(work.session, self.change_id)
        if change is None or not change.is_open(work.now):
            return None
        words = Words(recipient_name=COLLEAGUE, email=change.new_email, expires_at=change.expires_at)
        if await find_person_by_email(work.session, change.new_email) is None:
            words = replace(words, token=make_confirmation_token(change))
        return Draft(words, nameless(change.new_email))
