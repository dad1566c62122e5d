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


# Release 1.1.0 on another machine: CPU milliseconds of the product, of Django and of the bare handler; SQL statements.
BEFORE = {
    "stage one": (12.3, 5.1, 0.28, 12),
    "GET application": (11.3, 15.9, 0.46, 12),
    "PATCH a details group": (10.1, 8.5, 0.57, 9),
    "readiness": (9.8, 5.6, 0.36, 11),
    "submission": (28.9, 6.7, 0.48, 35),
    "inbox, 50 rows": (11.4, 8.7, 0.46, 4),
    "payment that completes": (24.3, 7.0, 0.46, 28),
    "upload 200 kB PDF": (155, 14.7, 1.3, 15),
}
_MARKDOWN = (
    *("operation", "÷ bare: before", "now", "target", "÷ Django: before", "now", "database ÷ bare"),
    *("SQL: before", "now", "bare", "product ms", "bare ms", "Django ms"),
)


def as_markdown(results: list[Result]) -> str:
    """The table of `docs/performance.md`."""
    rows = [list(_MARKDOWN), ["---", *(["---:"] * (len(_MARKDOWN) - 1))], *(_before_and_now(each) for each in results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _before_and_now(result: Result) -> list[str]:
    name, ours, _, over_bare, target, django_ms, over_django, database, _, _, throughput = result.cells()
    counts = [
        f"{cost.count.statements}+{cost.count.around}" for cost in (result.costs["product"], result.costs["bare"])
    ]
    was_bare, was_django, was_sql = "–", "–", "–"
    if name in BEFORE:
        product, django, bare, statements = BEFORE[name]
        was_bare, was_django, was_sql = f"{product / bare:.0f}x", f"{product / django:.1f}x", str(statements)
    if result.target.unit == "MB/s":
        over_bare, was_bare = f"{over_bare}, {throughput}", "50 MB/s"
    bare_ms = f"{result.costs['bare'].ms:.2f}"
    return [
        *(name, was_bare, over_bare, target, was_django, over_django, database, was_sql, *counts),
        *(ours, bare_ms, django_ms),
    ]


# Shares of a hundred requests of a busy day: people read more than they write, and most of what they write is the form.
MIX = {
    "GET application": 35,
    "readiness": 15,
    "inbox, 50 rows": 15,
    "PATCH a details group": 25,
    "upload 200 kB PDF": 5,
    "stage one": 1,
    "submission": 2,
    "payment that completes": 2,
}


def of_mix(results: list[Result]) -> dict[str, float] | None:
    """CPU per request of the mix in milliseconds, of the product and of its database; None if an operation lacks."""
    costs = {result.name: result.costs["product"] for result in results}
    if not MIX.keys() <= costs.keys():
        return None
    return {
        "product_ms": sum(costs[name].ms * share for name, share in MIX.items()) / 100,
        "database_ms": sum(costs[name].database_ms * share for name, share in MIX.items()) / 100,
    }


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
    written = {"conditions": conditions, "operations": operations, "mix": of_mix(results)}
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"
