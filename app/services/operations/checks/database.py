"""Does the database answer, is it one that keeps what it acknowledged, and has it connections for everybody?"""

from math import ceil

from app.database import Database
from app.queries.operations import ServerFacts, read_server_facts, row_policies_bind
from app.settings import Settings

OLDEST = 15
UNBOUND = (
    "We log in as a role that owns the tables or bypasses their row policies, which then protect nothing: make the "
    "roles of deploy/roles.sql, run 'migrate', and give each process its DATABASE_USER."
)


async def check_database(settings: Settings, processes: int, workers: int = 1) -> list[str]:
    """Ask the server about itself. The deployment runs `processes`, of which `workers` are workers."""
    database = Database.of(settings)
    try:
        async with database.lease(read_only=True) as session:
            facts, bound = await read_server_facts(session), await row_policies_bind(session)
    finally:
        await database.close()
    unbound = [UNBOUND] if settings.production and not bound else []
    return [*faults_of_server(facts), *unbound, *_budget(facts, connections_of(settings, processes, workers))]


def connections_of(settings: Settings, processes: int, workers: int) -> int:
    """How many connections the processes open at most: a pool for each worker, beside its connection to the queue, and
    for each `serve`, whose processes share it."""
    commands = ceil(max(processes - workers, 0) / settings.workers)
    return commands * settings.database_pool_size + workers * (settings.database_pool_size + 1)


def faults_of_server(facts: ServerFacts) -> list[str]:
    """Judge what the server says of itself."""
    found = []
    if facts.version < OLDEST:
        found.append(f"PostgreSQL is version {facts.version}: upgrade it to {OLDEST} or newer.")
    if facts.recovering:
        found.append("DATABASE_URL names a standby, which takes no changes: name the primary, or promote this one.")
    elif facts.read_only:
        found.append("The database takes no changes: set default_transaction_read_only = off for our role.")
    for name in facts.switched_off:
        found.append(f"The database has {name} = off and loses acknowledged changes in a crash: set {name} = on.")
    if facts.encoding != "UTF8":
        found.append(f"The database is encoded in {facts.encoding}: make one with ENCODING 'UTF8' and move the data.")
    if facts.archiver_failing:
        found.append(
            "The last WAL file could not be archived: restores end before it, and the disk fills up. "
            "Look at archive_command and the server's log."
        )
    return found


def _budget(facts: ServerFacts, needed: int) -> list[str]:
    room = facts.connections - facts.connections_of_others
    if needed <= room:
        return []
    return [
        f"The deployment may open {needed} connections and the database has {room} for it: "
        f"raise max_connections, or lower DATABASE_POOL_SIZE."
    ]
