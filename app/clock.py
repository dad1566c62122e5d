"""The clock. All code takes the time from the process's clock, so that tests and the sandbox can move it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass
class SandboxClock:
    """A sandbox's clock: runs at real speed, `ahead` of the real clock.

    `services.sandbox.clock` reads `ahead` from the database for each request and job, so that all processes agree.
    """

    real: Clock
    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return self.real() + self.ahead
