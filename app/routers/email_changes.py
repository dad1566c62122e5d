"""Changing one's own email address, and confirming or cancelling it by a link (R06)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.email_changes import EmailAddressInUse, EmailChangeNotValid
from app.domain.refusals.factors import WrongPassword
from app.http.access import public, require
from app.http.dependencies import DeviceDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import EmailChange
from app.queries.email_changes import find_own_email_change
from app.schemas import email_changes as schemas
from app.schemas.letter_tokens import LetterToken
from app.services import email_changes
from app.services.rate_limits import Limit

routes = router("/v1", "Sessions")

_REQUEST = require(Permission.OWN_ACCOUNT, step_up=True, limits=(Limit("email_change", 10, 3600),))


@routes.post(
    "/me/email-changes",
    operation_id="requestEmailChange",
    status_code=202,
    response_description="The change, which waits for its confirmation.",
    summary="Change your email address",
    dependencies=[_REQUEST],
)
async def request_email_change(
    work: WorkDep, device: DeviceDep, body: schemas.EmailChangeCreate
) -> schemas.EmailChange:
    """Asks for another address to sign in with, in place of an open change. The new address gets a link to confirm,
    and the old one a notice with a link to cancel. The answer is the same for every address: if it has an account
    already, the letter there says so, and nothing changes."""
    return await email_changes.request(work, device, body)


@routes.get(
    "/me/email-changes",
    operation_id="listEmailChanges",
    summary="Read your change of email address",
    dependencies=[require(Permission.OWN_ACCOUNT)],
)
async def list_email_changes(work: WorkDep) -> schemas.EmailChangeList:
    """Returns the caller's change of address that waits for its confirmation, if there is one."""
    return await email_changes.list_own(work)


@routes.delete(
    "/me/email-changes/{email_change_id}",
    operation_id="deleteEmailChange",
    status_code=204,
    summary="Cancel your change of email address",
    dependencies=[require(Permission.OWN_ACCOUNT, find_own_email_change)],
)
async def delete_email_change(work: WorkDep, row: Annotated[EmailChange, Target]) -> None:
    """Cancels the caller's change of address: its links stop working."""
    await email_changes.cancel_own(work, row)


@routes.post(
    "/email-changes/confirmation",
    operation_id="confirmEmailChange",
    status_code=204,
    summary="Confirm a change of email address",
    dependencies=[public(Limit("email_change_confirmation", 60, 3600), replays=False, accounts=True)],
)
@refuses(EmailChangeNotValid, WrongPassword, EmailAddressInUse)
async def confirm_email_change(work: WorkDep, body: schemas.EmailChangeConfirmation) -> None:
    """Makes the change, with the token from the email to the new address and the account's password. Every session
    ends: sign in with the new address. The token goes in the body, never in a URL."""
    await email_changes.confirm(work, body)


@routes.post(
    "/email-changes/cancellation",
    operation_id="cancelEmailChange",
    status_code=204,
    summary="Cancel a change of email address by the link",
    dependencies=[public(Limit("email_change_cancellation", 60, 3600), replays=False, accounts=True)],
)
@refuses(EmailChangeNotValid)
async def cancel_email_change(work: WorkDep, body: LetterToken) -> None:
    """Cancels the change with the token from the email to the old address, and ends every session. If you did not ask
    for the change, reset the password afterwards."""
    await email_changes.cancel(work, body)
