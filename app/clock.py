"""The one clock. Everything that asks for the time asks the clock that the process was started with, so that time
can be moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass
class SandboxClock:
    """A sandbox's clock: as fast as the real one, and `ahead` of it by what the database said last.

    `services.sandbox.clock` reads it anew for each request and each job, so that all processes agree.
    """

    real: Clock
    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return self.real() + self.ahead
