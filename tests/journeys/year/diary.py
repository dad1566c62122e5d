"""What must be told of each centre at the end, written down act by act from the table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tests.journeys.year.brings import SAME, TABLE


@dataclass
class Page:
    """What a centre's acts have brought about so far."""

    status: str | None = None
    home: str | None = None
    initial: Counter[str] = field(default_factory=Counter)
    register: str | None = None
    replaced: int = 0
    invoiced: int = 0
    paid: int = 0
    credited: int = 0
    events: Counter[tuple[date, str]] = field(default_factory=Counter)
    hidden: Counter[tuple[date, str]] = field(default_factory=Counter)
    """The events that the centre does not see."""
    letters: Counter[tuple[date, str, str]] = field(default_factory=Counter)

    @property
    def due(self) -> int:
        return self.invoiced - self.paid - self.credited

    def write(self, act: str, day: date, mailboxes: Mapping[str, str]) -> None:
        """Note what the act has brought about on this day."""
        brings = TABLE[SAME.get(act, act)]
        self.status, self.home = brings.status or self.status, brings.home or self.home
        self.register = brings.register or self.register
        self.replaced += brings.replaced
        self.invoiced += brings.invoiced
        self.paid += brings.paid
        self.credited += brings.credited
        if brings.initial is not None and brings.initial != "received":
            self.initial["received"] -= 1
        if brings.initial is not None:
            self.initial[brings.initial] += 1
        for event, number in _counted(brings.events).items():
            self.events[day, event.removeprefix("staff:")] += number
            if event.startswith("staff:"):
                self.hidden[day, event.removeprefix("staff:")] += number
        for kind, readers in brings.letters.items():
            # Somebody with two parts gets one copy.
            for address in {mailboxes[reader] for reader in readers.split()}:
                self.letters[day, address, kind] += 1


def _counted(words: str) -> Counter[str]:
    """`a b*3` as a count of words."""
    found = Counter[str]()
    for word in words.split():
        name, _, number = word.partition("*")
        found[name] += int(number or 1)
    return found
