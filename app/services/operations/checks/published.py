"""Are the real agreements published, and is there an administrator? Production does not start without."""

from app.database import Database
from app.services.operations.production_checks import faults_in_data
from app.settings import Settings


async def check_published(settings: Settings) -> list[str]:
    """Look for what `serve` asks for in production; development publishes samples by itself."""
    if not settings.production:
        return []
    database = Database.of(settings)
    try:
        return [str(fault) for fault in await faults_in_data(database)]
    finally:
        await database.close()
