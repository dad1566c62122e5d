"""List applications: the staff inbox and one centre's own."""

from app.database import Work
from app.models import Centre
from app.queries import applications as queries
from app.schemas import applications as schemas
from app.services.applications.overview import summaries_to_schema


async def list_all(work: Work, query: schemas.ApplicationQuery) -> schemas.ApplicationPage:
    """List a page of the inbox."""
    rows, cursor = await queries.list_applications(work, query)
    return schemas.ApplicationPage(items=await summaries_to_schema(work, rows), next_cursor=cursor)


async def list_of_centre(work: Work, centre: Centre, query: schemas.CentreApplicationQuery) -> schemas.ApplicationPage:
    """List a page of one centre's applications."""
    rows, cursor = await queries.list_centre_applications(work, centre.id, query)
    return schemas.ApplicationPage(items=await summaries_to_schema(work, rows), next_cursor=cursor)
