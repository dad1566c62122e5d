"""How much of something one network may hold: never all, and the less the more networks ask."""

from collections import Counter


class Shares:
    """Room for so many at once, of which one network may hold `of_one`, and never more than it leaves to others.

    So networks that flood leave each other the same: five of them hold five sixths, and whoever comes next finds room.
    """

    def __init__(self, at_once: int, of_one: int) -> None:
        self.at_once = at_once
        self.of_one = of_one
        self._total = 0
        self._held: Counter[str] = Counter()

    def take(self, network: str) -> bool:
        """Hold one more; False where the network holds its share."""
        held = self._held[network]
        if held >= min(self.of_one, self.at_once - self._total):
            self._forget_empty(network)
            return False
        self._held[network] = held + 1
        self._total += 1
        return True

    def leave(self, network: str) -> None:
        """Give one back."""
        self._held[network] -= 1
        self._total -= 1
        self._forget_empty(network)

    def _forget_empty(self, network: str) -> None:
        if not self._held[network]:
            del self._held[network]
