"""How a centre is invoiced, as finance recorded it (R18)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.queries.centres import CentreRow, find_centre
from app.schemas import invoicing_profiles as schemas
from app.services import invoicing_profiles

routes = router("/v1/centres/{centre_id}/invoicing-profile", "Invoices")
CentreDep = Annotated[CentreRow, Target]


@routes.get(
    "",
    operation_id="getInvoicingProfile",
    summary="Read how a centre is invoiced",
    dependencies=[require(Permission.READ_INTERNAL_NOTES, find_centre)],
)
async def get_invoicing_profile(work: WorkDep, centre: CentreDep) -> schemas.InvoicingProfile:
    """Returns what finance recorded of the centre, and how its next invoice is taxed. A centre of which nothing was
    recorded is no eligible body and has no electronic address."""
    return await invoicing_profiles.show(work, centre)


@routes.put(
    "",
    operation_id="replaceInvoicingProfile",
    summary="Record how a centre is invoiced",
    dependencies=[require(Permission.RECORD_INVOICING, find_centre)],
)
async def replace_invoicing_profile(
    work: WorkDep, centre: CentreDep, expected: ExpectedDep, body: schemas.InvoicingProfileReplace
) -> schemas.InvoicingProfile:
    """Records whether the centre is an eligible body, with the evidence, and where it receives electronic invoices.
    It holds for invoices that are issued from now on."""
    return await invoicing_profiles.replace(work, centre, expected, body)
