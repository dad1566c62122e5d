"""The progress display: plain lines, so that it reads the same in a terminal, a log and a pipe."""

from dataclasses import dataclass, field
from time import monotonic

_WHO_WIDTH = 22


@dataclass
class Screen:
    """One numbered heading a stage, and one line a step with the seconds since the start and who acts."""

    stages: int
    _stage: int = 0
    _started: float = field(default_factory=monotonic)

    def stage(self, title: str) -> None:
        """Begin the next stage."""
        self._stage += 1
        print(f"\n[{self._stage}/{self.stages}] {title}", flush=True)

    def line(self, who: str, text: str) -> None:
        """Tell one step."""
        print(f"{monotonic() - self._started:6.1f} s  {who:<{_WHO_WIDTH}} {text}", flush=True)
