"""What a check is, what breaks it on purpose, and what a run of it found."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from faults.world import World

Sizes: TypeAlias = Mapping[str, int]


@dataclass(frozen=True)
class Break:
    """A deliberate fault, made in a world of its own, that must turn its check red."""

    says: str
    patch: str = ""
    """A function of `faults.breaks`, called in every server and worker before it starts."""
    settings: Mapping[str, str] = field(default_factory=dict)
    sql: str = ""
    """A statement that is run as the database's superuser; `{database}` is its name."""
    sizes: Sizes = field(default_factory=dict)
    """What suffices to find it, where that is less than the check's quick sizes."""


@dataclass
class Found:
    """The figures of a run, and what fell short of the target."""

    figures: dict[str, object] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def expect(self, held: bool, words: str) -> None:
        """Note the words, once, unless the condition holds."""
        if not held and words not in self.wrong:
            self.wrong.append(words)


@dataclass(frozen=True)
class Check:
    """One promise, and how it is tried. `run` raises only for faults of the programme itself."""

    name: str
    claim: str
    target: str
    quick: Sizes
    full: Sizes
    run: "Callable[[World, Sizes], Awaitable[Found]]"
    control: Break
    beside: bool = False
    """Whether the control may run at the same time: no time is judged closely, and nothing that both use crashes."""
    in_quick: bool = True
    """Whether the quick programme runs it too. Naming it runs it in either."""
