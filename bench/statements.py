"""Count statements in PostgreSQL's own log, which sees them all: the ORM's, the driver's, and another framework's."""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

_LINE = re.compile(rb"^counted LOG:  (?:statement|execute [^:]*): *(.*)$", re.MULTILINE)
# The last is what asyncpg's pool sends when it takes a connection back.
_AROUND = re.compile(
    rb"^(?:;|BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SELECT pg_advisory_unlock_all)", re.IGNORECASE
)


@dataclass(frozen=True)
class Count:
    """How many statements a request sends; `around` counts BEGIN, COMMIT, savepoints, pings and resets."""

    statements: int
    around: int


class StatementLog:
    """The server's log, which holds every statement between `start` and `stop`."""

    def __init__(self, log: Path, superuser_url: str) -> None:
        self._log = log
        self._url = superuser_url

    async def start(self) -> None:
        """Have the server log every statement."""
        await self._set("log_statement = 'all'", "log_line_prefix = 'counted '")

    async def stop(self) -> None:
        """Have it log none: a log that grows costs CPU."""
        await self._set("log_statement = 'none'", "log_line_prefix = ''")

    async def count(self, ask: Callable[[], Coroutine[Any, Any, None]], times: int) -> Count:
        """The fewest statements of several requests: the first on a new connection may look up types."""
        found = []
        for _ in range(times):
            before = self._log.stat().st_size
            await ask()
            with self._log.open("rb") as log:
                log.seek(before)
                sent = _LINE.findall(log.read())
            around = sum(bool(_AROUND.match(statement)) for statement in sent)
            found.append(Count(len(sent) - around, around))
        return min(found, key=lambda count: (count.statements, count.around))

    async def _set(self, *settings: str) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            for setting in settings:
                await connection.execute(f"ALTER SYSTEM SET {setting}")
            await connection.execute("SELECT pg_reload_conf()")
        finally:
            await connection.close()
