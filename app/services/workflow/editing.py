"""Whether the centre may work on its application now."""

from app.database import Work
from app.domain.errors import Conflict
from app.domain.workflow import EDITABLE, STATUSES, open_steps
from app.models import Application
from app.services.workflow.steps import facts_of


async def demand_editable(work: Work, row: Application) -> None:
    """Raises `Conflict`, with the steps that are open, once the application is locked (R16)."""
    if row.status not in EDITABLE:
        raise Conflict(
            f"The application is '{STATUSES[row.status].centre_name.lower()}' and can no longer be changed.",
            code="application_locked",
            extra=open_steps(await facts_of(work, row), work.actor),
        )
