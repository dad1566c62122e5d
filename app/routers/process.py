"""The process itself, for everybody (R26)."""

from app.http.access import public
from app.http.route import router
from app.schemas.process import Process
from app.services.process import build_process

routes = router("/v1/process", "Process")


@routes.get(
    "", operation_id="getProcess", summary="Read the process", dependencies=[public(cache="public, max-age=300")]
)
async def get_process() -> Process:
    """Returns the stages, the statuses with both their names, the steps with who may take them and when, and a
    flowchart."""
    return build_process()
