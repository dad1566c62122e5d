"""The product's clock, in the hands of a test."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Begins on a Monday morning in term time, with no bank holiday near."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by
