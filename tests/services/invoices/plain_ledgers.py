"""The ledgers of an application's invoices as a plain model: sums that anybody can check by hand."""

from dataclasses import dataclass, field


@dataclass
class PlainInvoice:
    """One invoice. `held` is what was paid here or moved here, less what was reversed or moved away. `credited_since`
    is what was credited since the last waiver that covers it."""

    total: int
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
    def carries(self) -> int:
        """What was paid for the fee and cannot be refunded, and what was given up."""
        return self.held - self.refunded - self.balance + self.waived

    def credit(self, pence: int) -> None:
        self.credited += pence
        self.credited_since += pence

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
    def due(self) -> int:
        return sum(invoice.due for invoice in self.invoices)

    @property
    def settled(self) -> bool:
        """Nothing is due, and half of the most that was asked for was paid or waived, or somebody else agreed."""
        half = max(invoice.total for invoice in self.invoices) / 2
        carried = sum(invoice.carries for invoice in self.invoices)
        agreed = not any(invoice.credited_since for invoice in self.invoices)
        return not self.due and (carried >= half or agreed)

    def waive(self, invoice: PlainInvoice) -> None:
        """Give up what is due. On the last invoice that covers all credit notes until now."""
        invoice.waived, invoice.was_waived = invoice.waived + invoice.due, True
        if invoice is self.last:
            for each in self.invoices:
                each.credited_since = 0

    def replace(self, total: int) -> None:
        """Credit the last in full, and move its money to another."""
        old = self.last
        new = PlainInvoice(total)
        old.credit(max(0, old.total - old.credited - old.waived))
        self.invoices.append(new)
        if moved := min(old.balance, total):
            old.move(new, moved)

    def come_back(self) -> None:
        """Close and reopen: credit what is due, and ask for it again."""
        asked = 0
        for invoice in self.invoices:
            pence = max(0, invoice.creditable)
            invoice.credit(pence)
            asked += pence
        if asked:
            self.invoices.append(PlainInvoice(asked))
