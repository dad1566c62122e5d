"""The one clock. Everything that asks for the time asks the clock that the process was started with, so that time
can be moved."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)
