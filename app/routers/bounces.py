"""Bounces that the mail relay or another system reports."""

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import WorkDep
from app.http.route import router
from app.schemas import bounces as schemas
from app.services import bounces

routes = router("/v1/mail-bounces", "Letters")


@routes.post(
    "",
    operation_id="recordMailBounce",
    status_code=202,
    summary="Report a bounced email",
    dependencies=[require(Permission.REPORT_BOUNCES)],
)
async def record_mail_bounce(work: WorkDep, body: schemas.MailBounceCreate) -> schemas.MailBounceReceipt:
    """Records that an email came back, or is delayed, with the letter. For mail relays that report bounces by webhook,
    and for what an administrator learns otherwise.

    Reporting it again changes nothing.
    """
    return await bounces.report(work, body)
