"""What was measured, as text for the terminal, as Markdown for `docs/performance.md`, and as JSON."""

import json
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.statements import Count


class Target(NamedTuple):
    """What must hold. `unit`: `x` times the bare handler at most, `ms` at most, or `MB/s` at least."""

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{'≥' if self.unit == 'MB/s' else '≤'} {self.value:g}{'' if self.unit == 'x' else ' '}{self.unit}"


@dataclass(frozen=True)
class Cost:
    """What one request costs a server: CPU of its process tree, CPU of the database, statements, and throughput."""

    ms: float
    database_ms: float
    count: Count
    per_second: float


@dataclass
class Result:
    """An operation's costs by side: `product`, `bare`, and `django` if it was measured."""

    name: str
    target: Target
    megabytes: float
    costs: dict[str, Cost] = field(default_factory=dict)

    def ratio(self, side: str) -> float:
        """The product's CPU as a multiple of that side's."""
        return self.costs["product"].ms / self.costs[side].ms

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        ours = self.costs["product"]
        if self.target.unit == "MB/s":
            return ours.per_second * self.megabytes >= self.target.value
        return (ours.ms if self.target.unit == "ms" else self.ratio("bare")) <= self.target.value

    def cells(self) -> list[str]:
        """The row of the table."""
        ours, bare, django = self.costs["product"], self.costs["bare"], self.costs.get("django")
        megabytes = f"{ours.per_second * self.megabytes:.0f} MB/s" if self.megabytes >= 1 else "–"
        return [
            self.name,
            f"{ours.ms:.2f}",
            f"{bare.ms:.2f}",
            f"{self.ratio('bare'):.1f}x",
            f"{self.target}{'' if self.met else ' missed'}",
            f"{django.ms:.2f}" if django else "–",
            f"{self.ratio('django'):.2f}x" if django else "–",
            f"{ours.database_ms / bare.database_ms:.1f}x" if bare.database_ms else "–",
            f"{ours.count.statements}+{ours.count.around} ({bare.count.statements}+{bare.count.around})",
            f"{ours.per_second:.0f}",
            megabytes,
        ]


HEADINGS = (
    *("operation", "product ms", "bare ms", "÷ bare", "target", "Django ms", "÷ Django", "db ÷ bare"),
    *("SQL (bare)", "per second", "throughput"),
)
_WIDTHS = (24, 10, 8, 7, 14, 9, 8, 9, 12, 10, 10)


def as_line(cells: list[str] | tuple[str, ...]) -> str:
    """A line for the terminal."""
    name, *rest = (cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return "  ".join([name.strip().ljust(_WIDTHS[0]), *rest])


def as_markdown(results: list[Result]) -> str:
    """A Markdown table."""
    rows = [list(HEADINGS), ["---", *(["---:"] * (len(HEADINGS) - 1))], *(result.cells() for result in results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def as_json(results: list[Result], conditions: dict[str, object]) -> str:
    """Everything, for comparison by a program."""
    operations = {
        result.name: {
            "target": str(result.target),
            "met": result.met,
            "sides": {
                side: {
                    "cpu_ms": round(cost.ms, 3),
                    "database_cpu_ms": round(cost.database_ms, 3),
                    "statements": cost.count.statements,
                    "other_round_trips": cost.count.around,
                    "per_second": round(cost.per_second, 1),
                }
                for side, cost in result.costs.items()
            },
        }
        for result in results
    }
    return json.dumps({"conditions": conditions, "operations": operations}, indent=2, ensure_ascii=False) + "\n"
