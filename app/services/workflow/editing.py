"""Whether the centre can edit its application."""

from app.database import Work
from app.domain.refusals.applications import ApplicationLocked
from app.domain.workflow import EDITABLE, STATUSES, open_steps
from app.queries.application_rows import read_application_row
from app.queries.applications import AnyApplication


async def require_editable(work: Work, row: AnyApplication) -> None:
    """Raise `Conflict`, with the allowed steps, once the application is submitted (R16)."""
    if row.status not in EDITABLE:
        facts = (await read_application_row(work, row.id)).facts(work, missing=0)
        raise ApplicationLocked(
            *open_steps(facts, work.actor),
            status_name=STATUSES[row.status].centre_name.lower(),
        )
