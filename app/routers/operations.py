"""For operators' tools, outside `/v1`: is the process alive, can it serve, what has it counted."""

from fastapi import Depends, Response

from app.domain.refusals.access import Unauthenticated
from app.domain.refusals.operations import NotServing
from app.domain.refusals.requests import NotFound
from app.http.access import operators_only, public
from app.http.dependencies import DatabaseDep, MetricsDep, ReadinessDep
from app.http.refuses import refuses
from app.http.route import router
from app.metrics import MEDIA_TYPE
from app.schemas.operations import Liveness, ServiceReadiness
from app.services.operations import probes

routes = router("", "Operations")
_UNSTORED = public(cache="no-store")


@routes.get("/livez", operation_id="getLiveness", summary="Liveness probe", dependencies=[_UNSTORED])
async def get_liveness() -> Liveness:
    """Answers as long as the process runs. It does not use the database."""
    return Liveness(status="alive")


@routes.get("/readyz", operation_id="getReadinessOfService", summary="Readiness probe", dependencies=[_UNSTORED])
@refuses(NotServing)
async def get_readiness_of_service(probe: ReadinessDep) -> ServiceReadiness:
    """Returns 200 if the process can serve requests, otherwise 503 with the reasons.

    The database must answer and have this release's migrations, and the document store must accept a write.
    """
    return await probe.require_ready()


@routes.get(
    "/metrics",
    operation_id="getMetrics",
    summary="Read the metrics",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE.partition(";")[0]: {"schema": {"type": "string"}}}}},
    dependencies=[_UNSTORED, Depends(operators_only)],
)
@refuses(Unauthenticated, NotFound)
async def get_metrics(database: DatabaseDep, metrics: MetricsDep) -> Response:
    """Returns the metrics in Prometheus text format.

    Only callers on the same machine get an answer or, if `METRICS_TOKEN` is set, only those that send it as a
    bearer token.
    """
    return Response(await probes.show_metrics(database, metrics), media_type=MEDIA_TYPE)
