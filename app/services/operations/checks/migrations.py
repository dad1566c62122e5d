"""Is the database at the migration of this release?"""

from anyio import to_thread

from app.database import Database
from app.queries.operations import applied_revisions
from app.services.operations.probes import behind, known_revisions
from app.settings import Settings


async def check_migrations(settings: Settings) -> list[str]:
    """Compare the database's revision with this release's."""
    database = Database.of(settings)
    try:
        async with database.lease(read_only=True) as session:
            applied = await applied_revisions(session)
    finally:
        await database.close()
    newest, known = await to_thread.run_sync(known_revisions)
    if not applied:
        return ["The database has no tables of ours: run 'python -m app migrate'."]
    if behind(applied):
        return [f"The database is at migration {_names(applied)}, this release at {_names(newest)}: "
                "run 'python -m app migrate'."]  # fmt: skip
    if not applied <= known:
        return [f"The database is at migration {_names(applied)}, which is newer than this release: "
                "it serves, but update it soon."]  # fmt: skip
    return []


def _names(revisions: frozenset[str]) -> str:
    return " and ".join(sorted(revisions))
