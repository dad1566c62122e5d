"""A centre's super users, whom customer experience replaces."""

from app.domain.refusals.base import Conflict


class NotASuperUser(Conflict):
    """This user is not an active super user of the centre, so there is nobody to replace."""


class ReplacementUnderWay(Conflict):
    """A super user of this centre is being replaced already. Resend the successor's log-in details, or deactivate the
    successor to cancel that."""

    constraint = "uq_waiting_super_user_replacement"


class IdentityCheckRequired(Conflict):
    """A new address would get a super user's access. Say in 'identity_check' how you made sure of who asks."""
