"""Whether the centre can edit its application."""

from app.database import Work
from app.domain.refusals.applications import ApplicationLocked
from app.domain.workflow import EDITABLE, STATUSES, open_steps
from app.models import Application
from app.services.workflow.steps import standing


async def require_editable(work: Work, row: Application) -> None:
    """Raise `Conflict`, with the allowed steps, once the application is submitted (R16)."""
    if row.status not in EDITABLE:
        raise ApplicationLocked(
            *open_steps((await standing(work, row)).facts, work.actor),
            status_name=STATUSES[row.status].centre_name.lower(),
        )
