"""What recovery leaves behind, for the sweeps."""

from uuid import UUID

from uuid_utils.compat import uuid7

from app.domain.super_users import IdentityCheckMethod
from app.models import SuperUserReplacement
from tests.staging import Login, TestCentre
from tests.world import World


def replacement(world: World, centre: TestCentre, lost_user_id: UUID | None, staff: Login) -> SuperUserReplacement:
    """A super user of the centre who was replaced."""
    now = world.clock()
    return SuperUserReplacement(
        id=uuid7(),
        centre_id=centre.id,
        lost_user_id=lost_user_id,
        successor_user_id=centre.super_user.user_id,
        requested_by="Robin Head, head of organisation",
        reason="Sam has left.",
        identity_check_method=IdentityCheckMethod.CALLED_BACK,
        identity_check_note="Called back on the telephone number of the website.",
        recorded_by=staff.id,
        recorded_by_name=staff.name,
        recorded_at=now,
        made_at=now,
    )
