"""Replacing a centre's super user who is lost (R10)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.super_users import IdentityCheckMethod, SuperUserReplacementStatus
from app.schemas import example_centre as example
from app.schemas.answered import FullName, Note, Sentence, up_to
from app.schemas.assistance import REQUESTED_BY, CentreUserAssistedInvite, IdentityCheck
from app.schemas.base import Answer
from app.schemas.ids import SuperUserReplacementId, UserId
from app.schemas.shared import Moment, described

_CHECKED = f"Called {example.CONTACT} back on the number of the web form."


class SuperUserReplacementCreate(CentreUserAssistedInvite):
    """Replace a super user who is lost, once you have made sure of who asks. The person named takes their place; a user
    of the centre keeps what is on record of them."""

    lost_user_id: UserId = Field(
        description="The super user who is lost: somebody who has left, or cannot be reached.",
        examples=[example.SUPER_USER_ID],
    )
    identity_check: IdentityCheck = Field(description="How you made sure of who asks.")


class IdentityCheckMade(Answer):
    """How customer experience made sure of who asked."""

    method: IdentityCheckMethod = described("How it was checked.", "called_back")
    note: Note = described("Who was checked, against what, and by whom.", _CHECKED)


class SuperUserReplacement(Answer):
    """A super user's replacement. The lost super user keeps their access until it is made."""

    id: SuperUserReplacementId
    status: SuperUserReplacementStatus = described(
        "`waiting` until the successor has accepted or chosen a password, then `made`. `cancelled`: the successor was "
        "deactivated, or made a user, before.",
        "waiting",
    )
    lost_user_id: UserId = described("The super user who is replaced.", example.SUPER_USER_ID)
    successor_user_id: UserId = described("The user who takes their place.", example.USER_ID)
    requested_by: Sentence = described("Who at the centre asked for it, and how.", REQUESTED_BY)
    reason: Note | None = described(
        "Why staff do it in the centre's place; null for a centre's users.", "The super user has left."
    )
    identity_check: IdentityCheckMade | None = Field(
        description="How the identity of whoever asked was checked; null for a centre's users."
    )
    recorded_by_name: FullName | None = described(
        "Who recorded it; null for a centre's users.", example.CUSTOMER_EXPERIENCE
    )
    recorded_at: Moment = described("When it was recorded.", example.REPLACED_AT)
    made_at: datetime | None = described("When the successor took the place, or null.", None)
    cancelled_at: datetime | None = described("When it was cancelled, or null.", None)


class SuperUserReplacementList(Answer):
    """The newest replacements of a centre's super users, newest first."""

    items: Annotated[list[SuperUserReplacement], up_to(limits.SUPER_USER_REPLACEMENTS)] = Field(
        description="The replacements."
    )
