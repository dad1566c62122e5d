"""What is missing before an application can be submitted (R16)."""

from app.database import Work
from app.domain.readiness import readiness
from app.domain.workflow import EDITABLE
from app.models import Application
from app.queries.readiness import readiness_facts
from app.schemas import applications as schemas
from app.services.applications.overview import missing_to_schema


async def show(work: Work, row: Application) -> schemas.Readiness:
    """List everything that is missing. A submitted application has no gaps."""
    gaps = readiness((await readiness_facts(work, [row]))[row.id]) if row.status in EDITABLE else []
    return schemas.Readiness(ready=not gaps, missing=missing_to_schema(gaps))
