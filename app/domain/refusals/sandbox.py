"""The sandbox."""

from datetime import datetime
from typing import Annotated

from app.domain.refusals.base import Conflict


class ClockMovesAheadOnly(Conflict):
    """The sandbox clock only moves forward. Reset the sandbox to return to real time."""

    now: Annotated[datetime, "The time that the clock shows."]


class StateNotReachable(Conflict):
    """An application is never in this state in this deployment. Choose another state."""

    state: str
    reached: str

    @property
    def detail(self) -> str:
        """Where the application ended up."""
        return f"In this deployment an application is never '{self.state}': this one became '{self.reached}' at once."
