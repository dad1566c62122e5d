"""What customer experience does for a centre's users at its request (R10)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.centre_users import (
    AddressBelongsToThePerson,
    AlreadyAUser,
    LastSuperUser,
    NameBelongsToThePerson,
    PasswordAlreadyChosen,
    TooManyUsers,
    UserDeactivated,
)
from app.domain.refusals.corrections import NothingToCorrect
from app.domain.refusals.email_changes import EmailAddressInUse
from app.domain.refusals.super_users import IdentityCheckRequired
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Membership
from app.queries.centre_users import find_centre_user
from app.queries.centres import CentreRow, find_centre
from app.schemas import assistance as schemas
from app.schemas.centre_users import CentreUser, InvitationReceipt
from app.services import assistance
from app.services.rate_limits import Limit

routes = router("/v1/centres/{centre_id}", "Centre users")
UserDep = Annotated[Membership, Target]

_LETTERS = (Limit("on_behalf_letters", 120, 3600),)
_CHANGE = require(Permission.ASSIST_CENTRES, find_centre_user, step_up=True, limits=_LETTERS)


@routes.post(
    "/assisted-invitations",
    operation_id="inviteCentreUserOnBehalf",
    status_code=201,
    summary="Invite a user on the centre's behalf",
    dependencies=[
        require(
            Permission.ASSIST_CENTRES,
            find_centre,
            step_up=True,
            location="/v1/centres/{centre_id}/users/{id}",
            limits=_LETTERS,
        )
    ],
)
@refuses(AlreadyAUser, TooManyUsers)
async def invite_centre_user_on_behalf(
    work: WorkDep, centre: Annotated[CentreRow, Target], body: schemas.CentreUserAssistedInvite
) -> CentreUser:
    """Invites a person as a user, because the centre asked customer experience to. It is recorded as done on the
    centre's behalf, and the centre's super users are told by email, or the head of organisation and the centre's own
    address where no super user can act."""
    return await assistance.invite(work, centre, body)


@routes.post(
    "/users/{user_id}/assisted-invitation",
    operation_id="resendInvitationOnBehalf",
    status_code=202,
    summary="Resend log-in details on the centre's behalf",
    dependencies=[require(Permission.ASSIST_CENTRES, find_centre_user, limits=_LETTERS)],
)
@refuses(UserDeactivated, PasswordAlreadyChosen)
async def resend_invitation_on_behalf(work: WorkDep, row: UserDep, body: schemas.CentreRequest) -> InvitationReceipt:
    """Sends new log-in details to any user who has not chosen a password, because the centre asked customer experience
    to. They go to the address on record, and those sent before stop working."""
    return await assistance.resend(work, row, body)


@routes.post(
    "/users/{user_id}/assisted-correction",
    operation_id="correctCentreUser",
    summary="Correct a user on the centre's behalf",
    dependencies=[_CHANGE],
)
@refuses(
    UserDeactivated,
    NothingToCorrect,
    NameBelongsToThePerson,
    AddressBelongsToThePerson,
    EmailAddressInUse,
    IdentityCheckRequired,
)
async def correct_centre_user(
    work: WorkDep, row: UserDep, expected: ExpectedDep, body: schemas.CentreUserCorrection
) -> CentreUser:
    """Corrects what was typed of a user, because the centre asked customer experience to: also the address that the
    log-in details should have gone to, until the person has chosen a password. The log-in details are then sent there.
    The centre is told."""
    return await assistance.correct(work, row, expected, body)


@routes.post(
    "/users/{user_id}/assisted-deactivation",
    operation_id="deactivateCentreUserOnBehalf",
    summary="Deactivate a user on the centre's behalf",
    dependencies=[_CHANGE],
)
@refuses(UserDeactivated, LastSuperUser)
async def deactivate_centre_user_on_behalf(
    work: WorkDep, row: UserDep, expected: ExpectedDep, body: schemas.CentreRequest
) -> CentreUser:
    """Withdraws a user's access at once, because the centre asked customer experience to. The centre is told. The last
    super user is replaced with `replaceSuperUser` instead."""
    return await assistance.deactivate(work, row, expected, body)
