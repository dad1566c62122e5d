"""The dependencies of every job, and its transaction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

from app.clock import Clock
from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.integrations.mailer import Mailer, open_mailer
from app.integrations.storage import DocumentStore
from app.services.sandbox.clock import set_clock
from app.settings import Settings


@dataclass
class Contact:
    """Since when the database answers, as far as we know (`time.monotonic`): always, unless a worker says otherwise."""

    since: float = float("-inf")

    @property
    def seconds(self) -> float:
        """How long the database has answered without a break."""
        return monotonic() - self.since


@dataclass(frozen=True)
class Means:
    """The database, the outside world, the settings and the clock of a worker."""

    database: Database
    settings: Settings
    store: DocumentStore
    mailer: Mailer
    clock: Clock
    places: asyncio.Semaphore
    """Jobs wait for a connection as long as it takes, and do not give up as requests do."""
    contact: Contact = field(default_factory=Contact)

    @classmethod
    def of(cls, database: Database, settings: Settings, store: DocumentStore, clock: Clock) -> "Means":
        """The means of a deployment, with the mailer that its settings name."""
        # One connection is left for probes.
        places = asyncio.Semaphore(max(1, settings.database_pool_size - 1))
        return cls(database, settings, store, open_mailer(settings), clock, places)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """Open a transaction in which the system acts. Events that it records are published after the commit."""
        async with self.places, self.database.transaction() as session:
            await set_clock(self.clock, session)
            work = Work(session, SYSTEM, self.clock(), self.settings)
            yield work
