"""The awarding organisation's staff."""

from app.domain.refusals.base import Conflict


class AlreadyStaff(Conflict):
    """This email address already belongs to a staff member."""


class CentreUserCannotBeStaff(Conflict):
    """This email address belongs to a centre user: nobody may assess their own submission. Use another address."""


class LastAdministrator(Conflict):
    """This is the last active administrator. Make somebody else an administrator first."""


class StaffMemberDeactivated(Conflict):
    """This staff member has been deactivated. Add the same email address again to restore their access."""
