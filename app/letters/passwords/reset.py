"""A link that sets a new password once (R06)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import greet_once_known
from app.letters.secrets import RESET_LIFETIME, make_reset_token
from app.queries.letters import get_person
from app.queries.people import has_a_place

NOBODY = UUID(int=0)
"""Whose password is reset when the address is unknown: the request does the same for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetRequested(Letter):
    """To somebody who can still sign in.

    The token stands in the link's fragment, which no server or proxy ever logs."""

    kind: ClassVar[str] = "password_reset"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        token="a+b/c=token",
        expires_at=samples.MOMENT,
    )

    person_id: UUID

    async def load(self, work: Work) -> Draft | None:
        if self.person_id == NOBODY:
            return None
        person = await get_person(work.session, self.person_id)
        if not await has_a_place(work.session, person.id):
            return None
        token = await make_reset_token(work, person)
        name, to = greet_once_known(person)
        words = Words(recipient_name=name, token=token, expires_at=work.now + RESET_LIFETIME)
        return Draft(words, to)
