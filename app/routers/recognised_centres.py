"""The public register of recognised centres (R22)."""

from typing import Annotated

from fastapi import Path, Query

from app.http.access import public
from app.http.dependencies import WorkDep
from app.http.route import router
from app.schemas import recognitions as schemas
from app.services import recognised_centres
from app.services.rate_limits import Limit

routes = router("/v1", "Public register")

_PUBLIC = public(Limit("register", 300, 60), cache="public, max-age=60")


@routes.get(
    "/recognised-centres",
    operation_id="listRecognisedCentres",
    summary="List recognised centres",
    dependencies=[_PUBLIC],
)
async def list_recognised_centres(
    work: WorkDep, query: Annotated[schemas.RecognisedCentreQuery, Query()]
) -> schemas.RecognisedCentrePage:
    """Returns every recognised centre, by name. The answer may be cached for a minute."""
    return await recognised_centres.list_all(work, query)


@routes.get(
    "/certificates/{number}",
    operation_id="verifyCertificate",
    summary="Verify a recognition certificate",
    dependencies=[_PUBLIC],
)
async def verify_certificate(
    work: WorkDep,
    number: Annotated[
        str,
        Path(
            description="The number on the certificate, in upper or lower case.",
            pattern=r"^[A-Za-z0-9-]{1,40}$",
            examples=["RC-2026-000001"],
        ),
    ],
) -> schemas.Certificate:
    """Tells whether the certificate is genuine and the recognition still active. The answer may be cached for a
    minute."""
    return await recognised_centres.verify(work, number)
