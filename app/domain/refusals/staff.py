"""The awarding organisation's staff."""

from app.domain.refusals.base import Conflict, Forbidden


class AlreadyStaff(Conflict):
    """This email address already belongs to a staff member."""


class CentreUserCannotBeStaff(Conflict):
    """This email address belongs to a centre user: nobody may assess their own submission. Use another address."""


class LastAdministrator(Conflict):
    """This is the last active administrator. Make somebody else an administrator first."""


class StaffMemberDeactivated(Conflict):
    """This staff member has been deactivated. Add the same email address again to restore their access."""


class OwnRole(Forbidden):
    """You cannot give yourself a role. Ask another administrator."""


class OwnGrant(Forbidden):
    """You asked for this role or are to receive it. Another administrator has to confirm or refuse it."""


class RoleGrantSettled(Conflict):
    """This role no longer waits: it was confirmed, refused or withdrawn. Ask for it again if it is needed."""


class RoleGrantExpired(Conflict):
    """This role has waited for more than seven days. Ask for it again."""
