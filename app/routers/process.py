"""The process itself, for everybody (R26)."""

from fastapi import Request, Response

from app.http.access import public
from app.http.rendered import answer_constant
from app.http.route import router
from app.schemas.process import Process
from app.services.process import build_process

routes = router("/v1/process", "Process")


@routes.get(
    "",
    operation_id="getProcess",
    summary="Read the process",
    response_model=Process,
    dependencies=[public(cache="public, max-age=300")],
)
async def get_process(request: Request) -> Response:
    """Returns the stages, the statuses with both their names, the steps with who may take them and when, and a
    flowchart."""
    return answer_constant(request, build_process)
