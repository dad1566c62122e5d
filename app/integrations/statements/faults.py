"""What is wrong with a statement: every fault, up to a number, and how many there are."""

from dataclasses import dataclass, field

from app.domain.bank import FAULTS_SHOWN
from app.domain.refusals.input_faults import InputFaultCode


class Unreadable(Exception):
    """Nothing more can be read: what is wrong is in the faults."""


@dataclass
class Faults:
    """The first faults, and the count of all. No fault repeats what the file says."""

    shown: list[tuple[InputFaultCode, str]] = field(default_factory=list)
    count: int = 0

    def add(self, code: InputFaultCode, detail: str) -> None:
        """Note a fault."""
        self.count += 1
        if len(self.shown) < FAULTS_SHOWN:
            self.shown.append((code, detail))

    def stop(self, code: InputFaultCode, detail: str) -> Unreadable:
        """Note a fault after which nothing can be read."""
        self.add(code, detail)
        return Unreadable()
