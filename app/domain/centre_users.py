"""The status of a centre's portal users (R06, R10)."""

from datetime import datetime
from enum import StrEnum

from app.domain.vocabularies import Vocabulary


class CentreUserStatus(StrEnum):
    """`invited` until the person chooses a password or accepts, then `active`; `deactivated` without access."""

    INVITED = "invited"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


class AssistedChange(Vocabulary):
    """What customer experience did to a user at the centre's request."""

    INVITED = "invited", "Invited as a user"
    CORRECTED = "corrected", "Details corrected"
    DEACTIVATED = "deactivated", "Access withdrawn"


def centre_user_status(deactivated_at: datetime | None, *, accepted: bool) -> CentreUserStatus:
    """Derive the status. It is not stored, so it cannot contradict the record."""
    if deactivated_at is not None:
        return CentreUserStatus.DEACTIVATED
    return CentreUserStatus.ACTIVE if accepted else CentreUserStatus.INVITED
