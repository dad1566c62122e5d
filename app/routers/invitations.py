"""Invitations to a centre's account, for the person who was invited (R06, R10)."""

from app.domain.permissions import Permission
from app.domain.refusals.centre_users import StaffCannotActForACentre
from app.domain.refusals.invitations import InvitationForSomebodyElse, InvitationNotValid, SignInToAccept
from app.http.access import public, require
from app.http.dependencies import WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.schemas import invitations as schemas
from app.schemas.letter_tokens import LetterToken
from app.schemas.sessions import MyCentre
from app.services import invitations
from app.services.rate_limits import Limit

routes = router("/v1/invitations", "Centre users")


@routes.post(
    "/lookup",
    operation_id="lookUpInvitation",
    summary="Read an invitation",
    dependencies=[public(Limit("invitation", 60, 3600), replays=False, accounts=True)],
)
@refuses(InvitationNotValid)
async def look_up_invitation(work: WorkDep, body: LetterToken) -> schemas.PendingInvitation:
    """Returns the invitation that the token from the email stands for. The token goes in the body, never in a URL."""
    return await invitations.look_up(work, body)


@routes.post(
    "/acceptance",
    operation_id="acceptInvitation",
    response_description="The centre.",
    summary="Accept an invitation",
    dependencies=[require(Permission.OWN_ACCOUNT, replays=False, accounts=True)],
)
@refuses(InvitationNotValid, InvitationForSomebodyElse, StaffCannotActForACentre)
async def accept_invitation(work: WorkDep, body: LetterToken) -> MyCentre:
    """Gives the signed-in person the access that they were invited to. Until then, the invitation shows the centre only
    what it typed, and the person's account does not change."""
    return await invitations.accept(work, body)


@routes.post(
    "/password",
    operation_id="acceptInvitationWithPassword",
    status_code=204,
    summary="Accept an invitation and choose a password",
    dependencies=[public(Limit("invitation_password", 60, 3600), replays=False, accounts=True)],
)
@refuses(InvitationNotValid, SignInToAccept, StaffCannotActForACentre)
async def accept_invitation_with_password(work: WorkDep, body: schemas.InvitationPassword) -> None:
    """Chooses the person's first own password and accepts the invitation, for somebody who has none. Sign in with it
    afterwards."""
    await invitations.accept_with_password(work, body)
