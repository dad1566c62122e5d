"""List applications: the staff inbox and one centre's own."""

from collections.abc import Sequence

from app.database import Work
from app.queries import applications as queries
from app.queries.application_rows import ApplicationRow
from app.queries.centres import CentreRow
from app.schemas import applications as schemas
from app.services.applications.overview import judge_row, summary


async def list_all(work: Work, query: schemas.ApplicationQuery) -> schemas.ApplicationPage:
    """List a page of the inbox."""
    return _page(work, *await queries.list_applications(work, query))


async def list_of_centre(
    work: Work, centre: CentreRow, query: schemas.CentreApplicationQuery
) -> schemas.ApplicationPage:
    """List a page of one centre's applications."""
    return _page(work, *await queries.list_centre_applications(work, centre.id, query))


def _page(work: Work, rows: Sequence[ApplicationRow], cursor: str | None) -> schemas.ApplicationPage:
    items = [summary(work, row, missing=len(judge_row(work, row).gaps)) for row in rows]
    return schemas.ApplicationPage.model_validate({"items": items, "next_cursor": cursor})
