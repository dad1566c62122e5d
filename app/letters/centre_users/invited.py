"""A further user's log-in details (R06, R10)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.centre_users.sent import record_sent
from app.letters.letter import CentreWords, Draft, LogInLetter, Stage
from app.letters.readers import COLLEAGUE, greet_once_known, nameless
from app.letters.secrets import make_invitation_token, set_first_password
from app.queries.letters import find_active_membership, find_name
from app.queries.people import is_active_staff
from app.security.passwords import NewPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    centre_name: str
    invited_by: str
    by_staff: bool = False
    email: str
    first_password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreUserInvited(LogInLetter):
    """To a user without a log-in, or to somebody who has an account and accepts the invitation first.

    The first password, or the token, is made when the letter is first sent. Staff are told that they cannot accept. The
    centre sees the same letter in its list, whoever it went to.
    """

    kind: ClassVar[str] = "centre_user_invited"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=COLLEAGUE,
        centre_name=samples.CENTRE,
        invited_by=samples.SUPER_USER,
        email=samples.USER_EMAIL,
        first_password=samples.FIRST_PASSWORD,
        token="a+b/c=token",
        expires_at=samples.MOMENT,
    )

    membership_id: UUID
    invited_by: UUID | None = None

    async def load(self, work: Work, password: NewPassword | None = None) -> Draft | None:
        found = await find_active_membership(work.session, self.membership_id)
        if found is None:
            return None
        membership, centre, person = found
        name, to = greet_once_known(person)
        words = Words(
            recipient_name=name,
            centre_name=centre.name,
            invited_by=await find_name(work.session, self.invited_by) or work.settings.organisation.name,
            by_staff=self.invited_by is None,
            email=membership.invited_email or person.email,
        )
        if membership.pending:
            name, to = COLLEAGUE, nameless(words.email)
            if not await is_active_staff(work.session, person.id):
                token, expires_at = await make_invitation_token(work, membership)
                words = replace(words, token=token, expires_at=expires_at)
            return Draft(replace(words, recipient_name=name), to, once_sent=record_sent(membership))
        assert password is not None
        expires = await set_first_password(work, person.id, password)
        if expires is None:
            return None
        words = replace(words, first_password=password.plain, expires_at=expires)
        return Draft(words, to, once_sent=record_sent(membership))
