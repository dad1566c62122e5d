"""The ledgers of an application's invoices as a plain model: sums that anybody can check by hand."""

from dataclasses import dataclass, field


@dataclass
class PlainInvoice:
    """One invoice. `held` is what was paid here or moved here, less what was reversed or moved away. `credited_since`
    is what was credited after the last waiver."""

    total: int
    least: int
    held: int = 0
    refunded: int = 0
    credited: int = 0
    waived: int = 0
    was_waived: bool = False
    credited_since: int = 0
    moved_to: list[tuple["PlainInvoice", int]] = field(default_factory=list)

    @property
    def _rest(self) -> int:
        return self.total - self.held + self.refunded - self.credited - self.waived

    @property
    def due(self) -> int:
        return max(0, self._rest)

    @property
    def balance(self) -> int:
        return max(0, -self._rest)

    @property
    def creditable(self) -> int:
        return min(self.due, self.total - self.credited - self.waived)

    @property
    def asks_enough(self) -> bool:
        covered = self.was_waived and not self.credited_since
        return covered or self.total - self.credited >= self.least

    def move(self, to: "PlainInvoice", pence: int) -> None:
        self.held -= pence
        to.held += pence
        self.moved_to.append((to, pence))

    def reverse(self, pence: int) -> None:
        self.take_back(pence - self.balance)
        self.held -= pence

    def take_back(self, pence: int) -> None:
        """What moved last comes back first."""
        while pence > 0 and self.moved_to:
            to, moved = self.moved_to.pop()
            back = min(pence, moved)
            to.take_back(back - to.balance)
            to.held -= back
            self.held += back
            pence -= back
            if moved > back:
                self.moved_to.append((to, moved - back))


@dataclass
class PlainApplication:
    """An application's invoices, the last of which is open."""

    invoices: list[PlainInvoice]
    opened: bool = False

    @property
    def last(self) -> PlainInvoice:
        return self.invoices[-1]

    def look(self) -> None:
        """The gate opens for good in the status; later steps ask again."""
        self.opened |= self.settled

    @property
    def settled(self) -> bool:
        return self.last.asks_enough and not any(invoice.due for invoice in self.invoices)

    def replace(self, total: int) -> None:
        """Credit the last in full, and move its money to another."""
        old = self.last
        new = PlainInvoice(total, max((total + 1) // 2, old.least))
        old.credited = old.total - old.waived
        self.invoices.append(new)
        if moved := min(old.balance, total):
            old.move(new, moved)
