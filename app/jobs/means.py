"""The dependencies of every job, and its transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.clock import Clock
from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.integrations.mailer import Mailer, open_mailer
from app.integrations.storage import DocumentStore
from app.services.sandbox.clock import set_clock
from app.settings import Settings


@dataclass(frozen=True)
class Means:
    """The database, the outside world, the settings and the clock of a worker."""

    database: Database
    settings: Settings
    store: DocumentStore
    mailer: Mailer
    clock: Clock

    @classmethod
    def of(cls, database: Database, settings: Settings, store: DocumentStore, clock: Clock) -> "Means":
        """The means of a deployment, with the mailer that its settings name."""
        return cls(database, settings, store, open_mailer(settings), clock)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """Open a transaction in which the system acts. Events that it records are published after the commit."""
        async with self.database.transaction() as session:
            await set_clock(self.clock, session)
            work = Work(session, SYSTEM, self.clock(), self.settings)
            yield work
