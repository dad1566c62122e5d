"""What is missing before an application can be submitted (R16)."""

from datetime import date
from functools import lru_cache

from app.database import Work
from app.domain.working_days import london_date
from app.queries.application_rows import ApplicationRow
from app.queries.forms import judge
from app.schemas import applications as schemas


def show(work: Work, row: ApplicationRow) -> schemas.Readiness:
    """List everything that is missing. A submitted application has no gaps."""
    if row.form is None:
        return schemas.Readiness(ready=True, missing=[])
    return _list_gaps(row.form, london_date(work.now), work.settings.scanning)


# Remembered as the judgement is: to validate sixty gaps takes as long as to find them.
@lru_cache(maxsize=200)
def _list_gaps(form: str, today: date, scanning: bool) -> schemas.Readiness:
    gaps = judge(form, today, scanning=scanning).gaps
    return schemas.Readiness.model_validate({"ready": not gaps, "missing": [vars(gap) for gap in gaps]})
