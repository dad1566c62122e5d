"""What is missing before an application can be submitted (R16)."""

from app.database import Work
from app.queries.application_rows import ApplicationRow
from app.schemas import applications as schemas
from app.services.applications.overview import judge_row


def show(work: Work, row: ApplicationRow) -> schemas.Readiness:
    """List everything that is missing. A submitted application has no gaps."""
    gaps = judge_row(work, row).gaps
    return schemas.Readiness.model_validate({"ready": not gaps, "missing": gaps})
