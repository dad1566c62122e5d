"""The rules' builders in their plainest form: each yields what it finds. The product's must find the same."""

from collections.abc import Iterator, Sequence
from datetime import date

from app.domain.gaps import Condition, Gap, Missing, Rule, Surroundings, Values, pointer
from app.domain.refusals.input_faults import InputFaultCode

__all__ = ["Gap", "Missing", "Rule", "Surroundings", "Values", "pointer"]


def absent(value: object) -> bool:
    return value is None or value in ("", [], {})


def always(_: Values) -> bool:
    return True


def yes(name: str) -> Condition:
    return lambda values: values.get(name) is True


def required(name: str, message: str, when: Condition = always) -> Rule:

    def find(values: Values, _: Surroundings) -> Iterator[Gap]:
        if when(values) and absent(values.get(name)):
            yield Gap(pointer(name), InputFaultCode.REQUIRED, message)

    return find


def within(name: str, *rules: Rule, when: Condition = always) -> Rule:

    def find(values: Values, around: Surroundings) -> Iterator[Gap]:
        if when(values):
            yield from (gap.under(pointer(name)) for gap in _found(rules, values.get(name) or {}, around))

    return find


def each(name: str, *rules: Rule, when: Condition = always) -> Rule:

    def find(values: Values, around: Surroundings) -> Iterator[Gap]:
        if when(values):
            for index, item in enumerate(values.get(name) or ()):
                yield from (gap.under(pointer(name, index)) for gap in _found(rules, item, around))

    return find


def not_after_today(name: str, message: str) -> Rule:

    def find(values: Values, around: Surroundings) -> Iterator[Gap]:
        day = values.get(name)
        if day is not None and date.fromisoformat(day) > around.today:
            yield Gap(pointer(name), InputFaultCode.IN_THE_FUTURE, message)

    return find


def not_before_today(name: str, code: InputFaultCode, message: str, when: Condition = always) -> Rule:

    def find(values: Values, around: Surroundings) -> Iterator[Gap]:
        day = values.get(name)
        if when(values) and day is not None and date.fromisoformat(day) < around.today:
            yield Gap(pointer(name), code, message)

    return find


def find_gaps(rules: Sequence[Rule], values: Values, around: Surroundings) -> list[Gap]:
    return list(_found(rules, values, around))


def _found(rules: Sequence[Rule], values: Values, around: Surroundings) -> Iterator[Gap]:
    for rule in rules:
        yield from rule(values, around)
