"""The reconciliation of a day or a period (R18)."""

from typing import Annotated, Any

from fastapi import Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import WorkDep
from app.http.negotiation import JSON, represent, representation
from app.http.route import router
from app.schemas import reconciliation as schemas
from app.services import reconciliation
from app.services.exports import CSV

routes = router("/v1/reconciliation", "Invoices")
MediaTypeDep = Annotated[str, representation(JSON, CSV)]


@routes.get(
    "",
    operation_id="getReconciliation",
    summary="Reconcile a day or a period",
    response_model=schemas.Reconciliation,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
    dependencies=[require(Permission.READ_RECONCILIATION)],
)
async def get_reconciliation(
    work: WorkDep, query: Annotated[schemas.ReconciliationQuery, Query()], media_type: MediaTypeDep
) -> Any:
    """Returns what all centres owed before and after the period, and counts and sums of what moved in it.

    That is invoices, payments, reversals, credit notes, refunds, waivers, and bank lines that nobody has matched. Each
    total names the list that explains it.
    """
    shown = await reconciliation.reconcile_as(work, query, media_type)
    return represent(shown, media_type, version=None, file_name="reconciliation.csv")
