"""Security events, for administrators."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import WorkDep
from app.http.route import router
from app.schemas import security_events as schemas
from app.services import security_events

routes = router("/v1/security-events", "Security events")


@routes.get(
    "",
    operation_id="listSecurityEvents",
    summary="List security events",
    dependencies=[require(Permission.READ_SECURITY_EVENTS)],
)
async def list_security_events(
    work: WorkDep, query: Annotated[schemas.SecurityEventQuery, Query()]
) -> schemas.SecurityEventPage:
    """Returns what happened to accounts, sessions, factors, roles, secrets and exports, and what was refused, newest
    first. The same events are in the log, under the logger `security`."""
    return await security_events.list_all(work, query)
