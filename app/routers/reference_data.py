"""The lists, guidance and names that the forms are drawn from, for everybody (R09, R13)."""

from app.http.access import public
from app.http.dependencies import WorkDep
from app.http.route import router
from app.schemas.reference_data import ReferenceData
from app.services.reference_data import build_reference_data

routes = router("/v1/reference-data", "Reference data")


@routes.get(
    "",
    operation_id="getReferenceData",
    summary="Read the reference data",
    dependencies=[public(cache="public, max-age=300")],
)
async def get_reference_data(work: WorkDep) -> ReferenceData:
    """Returns the policies with their guidance, the contact roles with their responsibilities, and every closed
    list."""
    return build_reference_data(work.settings.organisation.short_name)
