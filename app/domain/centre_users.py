"""A centre's portal users: how far each has come (R06, R10)."""

from datetime import datetime
from enum import StrEnum


class CentreUserStatus(StrEnum):
    """`invited` until the person chooses a password, then `active`; `deactivated` once access is withdrawn."""

    INVITED = "invited"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


def centre_user_status(deactivated_at: datetime | None, *, must_change_password: bool) -> CentreUserStatus:
    """Where the user stands; derived, so that no stored status can disagree with what happened."""
    if deactivated_at is not None:
        return CentreUserStatus.DEACTIVATED
    return CentreUserStatus.INVITED if must_change_password else CentreUserStatus.ACTIVE
