"""Rules of readiness: each looks at the stored answers and returns the gaps that it finds.

A rule is a function of the answers (a plain mapping) and of the facts around them. The builders below make the common
rules, so that a group's rules read as a table. What a rule can prepare, it prepares when the table is made: a page of
drafts applies all of them to each row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from app.domain.refusals.input_faults import InputFaultCode

Values: TypeAlias = Mapping[str, Any]


# Not frozen: a draft has dozens of them, and freezing each would take a tenth of the time of reading it.
@dataclass(unsafe_hash=True)
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


class Gap(NamedTuple):
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


Rule: TypeAlias = Callable[[Values, Surroundings], Iterable[Gap]]
Condition: TypeAlias = Callable[[Values], bool]


def pointer(*tokens: str | int) -> str:
    """Return the RFC 6901 pointer of these reference tokens."""
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in tokens)


def absent(value: object) -> bool:
    """True where nothing was filled in: `false` and 0 are answers, an empty text or list is not."""
    return not value and (value is None or value in ("", [], {}))


def always(_: Values) -> bool:
    """The condition of a rule that holds for everybody."""
    return True


def yes(name: str) -> Condition:
    """A condition: the question was answered with yes."""
    return lambda values: values.get(name) is True


def required(name: str, message: str, when: Condition = always) -> Rule:
    """Require the property where the condition holds."""
    gaps = (Gap(pointer(name), InputFaultCode.REQUIRED, message),)

    def find(values: Values, _: Surroundings) -> Iterable[Gap]:
        return gaps if absent(values.get(name)) and when(values) else ()

    return find


def within(name: str, *rules: Rule, when: Condition = always) -> Rule:
    """Apply the rules to the object at `name`; an absent one counts as empty."""
    at = pointer(name)

    def find(values: Values, around: Surroundings) -> Iterable[Gap]:
        if not when(values):
            return ()
        return [gap.under(at) for gap in find_gaps(rules, values.get(name) or {}, around)]

    return find


def each(name: str, *rules: Rule, when: Condition = always) -> Rule:
    """Apply the rules to every object of the list at `name`."""

    def find(values: Values, around: Surroundings) -> Iterable[Gap]:
        items = values.get(name)
        if not items or not when(values):
            return ()
        return [
            gap.under(pointer(name, index))
            for index, item in enumerate(items)
            for gap in find_gaps(rules, item, around)
        ]

    return find


def not_after_today(name: str, message: str) -> Rule:
    """Refuse a date in the future."""
    gaps = (Gap(pointer(name), InputFaultCode.IN_THE_FUTURE, message),)

    def find(values: Values, around: Surroundings) -> Iterable[Gap]:
        day = values.get(name)
        return gaps if day is not None and date.fromisoformat(day) > around.today else ()

    return find


def not_before_today(name: str, code: InputFaultCode, message: str, when: Condition = always) -> Rule:
    """Refuse a date in the past."""
    gaps = (Gap(pointer(name), code, message),)

    def find(values: Values, around: Surroundings) -> Iterable[Gap]:
        day = values.get(name)
        return gaps if day is not None and when(values) and date.fromisoformat(day) < around.today else ()

    return find


def find_gaps(rules: Sequence[Rule], values: Values, around: Surroundings) -> list[Gap]:
    """Apply the rules in their order, and return every gap."""
    found: list[Gap] = []
    for rule in rules:
        found += rule(values, around)
    return found
