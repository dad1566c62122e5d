"""Issue an invoice for each application in a file, side by side and with roll-backs.

python -m faults.issuing FILE ISSUERS
"""

import asyncio
import random
import sys
from pathlib import Path
from uuid import UUID

from app.clock import system_clock
from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.domain.refusals.requests import Unavailable
from app.models import Application
from app.queries.locking import lock_row
from app.services.invoices.issue import issue_invoice
from app.settings import Settings, get_settings

_ROLLED_BACK = 0.1
_CONNECTIONS = 32


class _RollBack(Exception):
    """The transaction is given up after its number was taken."""


async def _issue(database: Database, settings: Settings, ids: list[UUID], chance: random.Random) -> None:
    for id_ in ids:
        while True:
            try:
                async with database.transaction() as session:
                    work = Work(session, SYSTEM, system_clock(), settings)
                    await issue_invoice(work, await lock_row(session, Application, id_))
                    if chance.random() < _ROLLED_BACK:
                        raise _RollBack
                break
            except (_RollBack, Unavailable):
                continue


async def _main(ids: list[UUID], issuers: int) -> None:
    settings = get_settings().model_copy(
        update={"database_pool_size": _CONNECTIONS, "database_pool_timeout_seconds": 60.0}
    )
    database = Database.of(settings)
    lanes = (_issue(database, settings, ids[number::issuers], random.Random(number)) for number in range(issuers))
    await asyncio.gather(*lanes)
    await database.close()


if __name__ == "__main__":
    listed = Path(sys.argv[1]).read_text(encoding="ascii").split()
    asyncio.run(_main([UUID(line) for line in listed], int(sys.argv[2])))
