"""The builders of readiness rules: each finds its gap, and says where, which and why (R16)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.domain.gaps import (
    Condition,
    Gap,
    Rule,
    Surroundings,
    absent,
    each,
    find_gaps,
    not_after_today,
    not_before_today,
    pointer,
    required,
    within,
    yes,
)
from app.domain.refusals.input_faults import InputFaultCode as Code

_AROUND = Surroundings(date(2026, 6, 1))
_MISSING = Gap("/name", Code.REQUIRED, "Enter the name.")


def _name(**condition: Condition) -> Rule:
    return required("name", "Enter the name.", **condition)


@pytest.mark.parametrize(("value", "is_absent"), [(None, True), ("", True), ([], True), ({}, True), (0, False)])
def test_nothing_filled_in_is_absent(value: object, is_absent: bool) -> None:
    assert absent(value) is is_absent
    assert not absent(False)


def test_a_pointer_escapes_its_tokens() -> None:
    assert pointer("a~/b", 0, "~~//") == "/a~0~1b/0/~0~0~1~1"
    assert pointer() == ""


@pytest.mark.parametrize(
    ("build", "values", "expected"),
    [
        (lambda: _name(), {}, [_MISSING]),
        (lambda: _name(), {"name": ""}, [_MISSING]),
        (lambda: _name(), {"name": "Jo"}, []),
        (lambda: _name(when=yes("asked")), {"asked": True}, [_MISSING]),
        (lambda: _name(when=yes("asked")), {"asked": "yes"}, []),
        (lambda: _name(when=yes("asked")), {}, []),
        (lambda: within("who", _name()), {}, [_MISSING.under("/who")]),
        (lambda: within("who", _name()), {"who": {"name": "Jo"}, "name": ""}, []),
        (lambda: within("who", _name(), when=yes("asked")), {"asked": False}, []),
        (lambda: within("who", _name(), _name(), when=yes("asked")), {"asked": True}, [_MISSING.under("/who")] * 2),
        (lambda: each("who", _name()), {}, []),
        (lambda: each("who", _name()), {"who": [{"name": "Jo"}, {}]}, [_MISSING.under("/who/1")]),
        (lambda: each("who", _name(), when=yes("asked")), {"who": [{}]}, []),
        (lambda: each("who", _name(), when=yes("asked")), {"who": [{}], "asked": True}, [_MISSING.under("/who/0")]),
        (lambda: not_after_today("on", "Too late."), {}, []),
        (lambda: not_after_today("on", "Too late."), {"on": "2026-06-01"}, []),
        (
            lambda: not_after_today("on", "Too late."),
            {"on": "2026-06-02"},
            [Gap("/on", Code.IN_THE_FUTURE, "Too late.")],
        ),
        (lambda: not_before_today("on", Code.IN_THE_PAST, "Too early."), {}, []),
        (lambda: not_before_today("on", Code.IN_THE_PAST, "Too early."), {"on": "2026-06-01"}, []),
        (
            lambda: not_before_today("on", Code.IN_THE_PAST, "Too early."),
            {"on": "2026-05-31"},
            [Gap("/on", Code.IN_THE_PAST, "Too early.")],
        ),
        (lambda: not_before_today("on", Code.IN_THE_PAST, "Too early.", when=yes("asked")), {"on": "2026-05-31"}, []),
    ],
)
def test_a_rule_finds_its_gap(build: Callable[[], Rule], values: dict[str, Any], expected: list[Gap]) -> None:
    """The rule is built in the test, so that a mutant of its builder is the one that runs."""
    assert find_gaps([build()], values, _AROUND) == expected


def test_rules_inside_a_part_see_what_is_around() -> None:
    late = not_after_today("on", "Too late.")
    values = {"one": {"on": "2026-06-02"}, "many": [{"on": "2026-06-02"}]}
    found = find_gaps([within("one", late), each("many", late)], values, _AROUND)
    assert [gap.pointer for gap in found] == ["/one/on", "/many/0/on"]
