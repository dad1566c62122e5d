"""Rules of readiness: each looks at the stored answers and yields the gaps that it finds.

A rule is a function of the answers (a plain mapping) and of the facts around them. The builders below make the common
rules, so that a group's rules read as a table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from app.domain.refusals.input_faults import InputFaultCode

Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Missing:
    """One thing that the centre must do before it can submit (R16).

    `section` is one of the form's three sections, `contacts` or `return_items`; `group` the group of section
    Application, else None; `pointer` an RFC 6901 pointer into that resource; `message` is for the person filling in.
    """

    section: str
    group: str | None
    pointer: str
    code: InputFaultCode
    message: str


@dataclass(frozen=True)
class Gap:
    """A gap in one resource: its pointer, a stable code, and what to do about it."""

    pointer: str
    code: InputFaultCode
    message: str

    def under(self, pointer: str) -> "Gap":
        """Return the same gap relative to the parent, which has this part at `pointer`."""
        return Gap(pointer + self.pointer, self.code, self.message)


@dataclass(frozen=True)
class Surroundings:
    """What the rules need to know besides the answers; `site_ids` are the open sites, including the main one."""

    today: date
    main_address: Values = field(default_factory=dict)
    open_delivery_sites: int = 0
    site_ids: frozenset[str] = frozenset()


Rule: TypeAlias = Callable[[Values, Surroundings], Iterator[Gap]]
Condition: TypeAlias = Callable[[Values], bool]


def pointer(*tokens: str | int) -> str:
    """Return the RFC 6901 pointer of these reference tokens."""
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in tokens)


def absent(value: object) -> bool:
    """True where nothing was filled in: `false` and 0 are answers, an empty text or list is not."""
    return value is None or value in ("", [], {})


def always(_: Values) -> bool:
    """The condition of a rule that holds for everybody."""
    return True


def yes(name: str) -> Condition:
    """A condition: the question was answered with yes."""
    return lambda values: values.get(name) is True


def required(name: str, message: str, when: Condition = always) -> Rule:
    """Require the property where the condition holds."""

    def find(values: Values, _: Surroundings) -> Iterator[Gap]:
        if when(values) and absent(values.get(name)):
            yield Gap(pointer(name), InputFaultCode.REQUIRED, message)

    return find


def within(name: str, *rules: Rule, when: Condition = always) -> Rule:
    """Apply the rules to the object at `name`; an absent one counts as empty."""

    def find(values: Values, around: Surroundings) -> Iterator[Gap]:
        if when(values):
            yield from (gap.under(pointer(name)) for gap in _found(rules, values.get(name) or {}, around))

    return find


def each(name: str, *rules: Rule, when: Condition = always) -> Rule:
    """Apply the rules to every object of the list at `name`."""

    def find(values: Values, around: Surroundings) -> Iterator[Gap]:
        if when(values):
            for index, item in enumerate(values.get(name) or ()):
                yield from (gap.under(pointer(name, index)) for gap in _found(rules, item, around))

    return find


def not_after_today(name: str, message: str) -> Rule:
    """Refuse a date in the future."""

    def find(values: Values, around: Surroundings) -> Iterator[Gap]:
        day = values.get(name)
        if day is not None and date.fromisoformat(day) > around.today:
            yield Gap(pointer(name), InputFaultCode.IN_THE_FUTURE, message)

    return find


def not_before_today(name: str, code: InputFaultCode, message: str, when: Condition = always) -> Rule:
    """Refuse a date in the past."""

    def find(values: Values, around: Surroundings) -> Iterator[Gap]:
        day = values.get(name)
        if when(values) and day is not None and date.fromisoformat(day) < around.today:
            yield Gap(pointer(name), code, message)

    return find


def find_gaps(rules: Sequence[Rule], values: Values, around: Surroundings) -> list[Gap]:
    """Apply the rules in their order, and return every gap."""
    return list(_found(rules, values, around))


def _found(rules: Sequence[Rule], values: Values, around: Surroundings) -> Iterator[Gap]:
    for rule in rules:
        yield from rule(values, around)
