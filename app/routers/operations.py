"""For operators' tools, outside `/v1`: is the process alive, can it serve, what has it counted."""

from fastapi import Depends, Response

from app.http.access import operators_only, public
from app.http.dependencies import DatabaseDep, MetricsDep, StoreDep
from app.http.route import router
from app.metrics import MEDIA_TYPE
from app.schemas.operations import Liveness, ServiceReadiness
from app.services.operations import probes

routes = router("", "Operations")
_UNSTORED = public(cache="no-store")


@routes.get("/livez", operation_id="getLiveness", summary="Is the process alive", dependencies=[_UNSTORED])
async def get_liveness() -> Liveness:
    """Answers as long as the process runs; it asks nothing of the database."""
    return Liveness(status="alive")


@routes.get("/readyz", operation_id="getReadinessOfService", summary="Can the process serve", dependencies=[_UNSTORED])
async def get_readiness_of_service(database: DatabaseDep, store: StoreDep) -> ServiceReadiness:
    """200 when requests can be served, else 503 with the reasons.

    The database has to answer and to be at this release's migration, and the document store has to take a write.
    """
    return await probes.demand_ready(database, store)


@routes.get(
    "/metrics",
    operation_id="getMetrics",
    summary="What the process has counted",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE.partition(";")[0]: {"schema": {"type": "string"}}}}},
    dependencies=[_UNSTORED, Depends(operators_only)],
)
async def get_metrics(database: DatabaseDep, metrics: MetricsDep) -> Response:
    """In Prometheus's text format.

    Answered to a caller on the same machine or, where `METRICS_TOKEN` is set, to whoever sends it as the bearer token.
    """
    return Response(await probes.show_metrics(database, metrics), media_type=MEDIA_TYPE)
