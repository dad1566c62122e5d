"""A centre's portal users (R06, R10)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.centre_users import (
    AlreadyAUser,
    LastSuperUser,
    NameBelongsToThePerson,
    OnlyTheFirstSuperUser,
    PasswordAlreadyChosen,
    TooManyUsers,
    UserDeactivated,
)
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Membership
from app.queries.centre_users import find_centre_user
from app.queries.centres import CentreRow, find_centre
from app.schemas import centre_users as schemas
from app.services import centre_users
from app.services.rate_limits import Limit

routes = router("/v1/centres/{centre_id}/users", "Centre users")
CentreDep = Annotated[CentreRow, Target]
UserDep = Annotated[Membership, Target]

_CHANGE = require(Permission.MANAGE_CENTRE_USERS, find_centre_user)
_LETTERS = (Limit("invitation_letters", 120, 3600),)


@routes.get(
    "",
    operation_id="listCentreUsers",
    summary="List a centre's users",
    dependencies=[require(Permission.READ_CENTRE_USERS, find_centre)],
)
async def list_centre_users(work: WorkDep, centre: CentreDep) -> schemas.CentreUserList:
    """Returns every current and past user with role and status, and when their log-in details were sent."""
    return await centre_users.list_all(work, centre)


@routes.post(
    "",
    operation_id="inviteCentreUser",
    status_code=201,
    summary="Invite a user",
    dependencies=[
        require(
            Permission.MANAGE_CENTRE_USERS,
            find_centre,
            location="/v1/centres/{centre_id}/users/{id}",
            limits=_LETTERS,
        )
    ],
)
@refuses(AlreadyAUser, TooManyUsers)
async def invite_centre_user(work: WorkDep, centre: CentreDep, body: schemas.CentreUserInvite) -> schemas.CentreUser:
    """Invites a person by email, in the same way for every address. A person who already has an account keeps it as it
    is, and accepts the invitation before they have access; until then the user is shown with what was typed here.
    Invite a deactivated user again to give their access back."""
    return await centre_users.invite(work, centre, body)


@routes.get(
    "/{user_id}",
    operation_id="getCentreUser",
    summary="Read a user",
    dependencies=[require(Permission.READ_CENTRE_USERS, find_centre_user)],
)
async def get_centre_user(work: WorkDep, row: UserDep) -> schemas.CentreUser:
    """Returns one user, whether invited, active or deactivated."""
    return await centre_users.show(work, row)


@routes.patch("/{user_id}", operation_id="updateCentreUser", summary="Change a user", dependencies=[_CHANGE])
@refuses(UserDeactivated, LastSuperUser, NameBelongsToThePerson)
async def update_centre_user(
    work: WorkDep, row: UserDep, expected: ExpectedDep, body: schemas.CentreUserUpdate
) -> schemas.CentreUser:
    """Changes a user's role, job title or telephone number, and the name until the person has chosen a password.

    Refused if the centre would have no active super user.
    """
    return await centre_users.update(work, row, expected, body)


@routes.delete(
    "/{user_id}",
    operation_id="deactivateCentreUser",
    status_code=204,
    summary="Deactivate a user",
    dependencies=[_CHANGE],
)
@refuses(LastSuperUser)
async def deactivate_centre_user(work: WorkDep, row: UserDep, expected: ExpectedDep) -> None:
    """Withdraws the user's access at once. The user is not deleted, because records refer to them. Refused if the
    centre would have no active super user."""
    await centre_users.deactivate(work, row, expected)


@routes.post(
    "/{user_id}/invitation",
    operation_id="resendInvitation",
    status_code=202,
    summary="Resend log-in details",
    dependencies=[require(Permission.RESEND_INVITATION, find_centre_user, limits=_LETTERS)],
)
@refuses(OnlyTheFirstSuperUser, UserDeactivated, PasswordAlreadyChosen)
async def resend_invitation(work: WorkDep, row: UserDep) -> schemas.InvitationReceipt:
    """Sends new log-in details to a person who has not chosen a password. Those sent before stop working.

    Customer experience can use it only for the centre's first super user.
    """
    return await centre_users.resend_invitation(work, row)
