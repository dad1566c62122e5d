"""The lists, guidance and names that the forms are drawn from, for everybody (R09, R13)."""

from functools import partial

from fastapi import Request, Response

from app.http.access import public
from app.http.exchange import exchange_of
from app.http.rendered import answer_constant
from app.http.route import router
from app.schemas.reference_data import ReferenceData
from app.services.reference_data import build_reference_data

routes = router("/v1/reference-data", "Reference data")


@routes.get(
    "",
    operation_id="getReferenceData",
    summary="Read the reference data",
    response_model=ReferenceData,
    dependencies=[public(cache="public, max-age=300")],
)
async def get_reference_data(request: Request) -> Response:
    """Returns the policies with their guidance, the contact roles with their responsibilities, and every closed
    list."""
    name = exchange_of(request).deployment.settings.organisation.short_name
    return answer_constant(request, partial(build_reference_data, name), about=name)
