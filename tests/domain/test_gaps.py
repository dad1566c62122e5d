"""The builders of readiness rules: each finds its gap, and says where, which and why (R16)."""

from datetime import date
from typing import Any

import pytest

from app.domain.gaps import (
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

_AROUND = Surroundings({}, 0, frozenset(), date(2026, 6, 1))
_MISSING = Gap("/name", Code.REQUIRED, "Enter the name.")
_NAME = required("name", "Enter the name.")


@pytest.mark.parametrize(("value", "is_absent"), [(None, True), ("", True), ([], True), ({}, True), (0, False)])
def test_nothing_filled_in_is_absent(value: object, is_absent: bool) -> None:
    assert absent(value) is is_absent
    assert not absent(False)


def test_a_pointer_escapes_its_tokens() -> None:
    assert pointer("a~/b", 0, "~~//") == "/a~0~1b/0/~0~0~1~1"
    assert pointer() == ""


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        (_NAME, {}, [_MISSING]),
        (_NAME, {"name": ""}, [_MISSING]),
        (_NAME, {"name": "Jo"}, []),
        (required("name", "Enter the name.", when=yes("asked")), {"asked": True}, [_MISSING]),
        (required("name", "Enter the name.", when=yes("asked")), {"asked": "yes"}, []),
        (required("name", "Enter the name.", when=yes("asked")), {}, []),
        (within("who", _NAME), {}, [_MISSING.under("/who")]),
        (within("who", _NAME), {"who": {"name": "Jo"}, "name": ""}, []),
        (within("who", _NAME, when=yes("asked")), {"asked": False}, []),
        (within("who", _NAME, _NAME, when=yes("asked")), {"asked": True}, [_MISSING.under("/who")] * 2),
        (each("who", _NAME), {}, []),
        (each("who", _NAME), {"who": [{"name": "Jo"}, {}]}, [_MISSING.under("/who/1")]),
        (each("who", _NAME, when=yes("asked")), {"who": [{}]}, []),
        (each("who", _NAME, when=yes("asked")), {"who": [{}], "asked": True}, [_MISSING.under("/who/0")]),
        (not_after_today("on", "Too late."), {}, []),
        (not_after_today("on", "Too late."), {"on": "2026-06-01"}, []),
        (not_after_today("on", "Too late."), {"on": "2026-06-02"}, [Gap("/on", Code.IN_THE_FUTURE, "Too late.")]),
        (not_before_today("on", Code.IN_THE_PAST, "Too early."), {}, []),
        (not_before_today("on", Code.IN_THE_PAST, "Too early."), {"on": "2026-06-01"}, []),
        (
            not_before_today("on", Code.IN_THE_PAST, "Too early."),
            {"on": "2026-05-31"},
            [Gap("/on", Code.IN_THE_PAST, "Too early.")],
        ),
        (not_before_today("on", Code.IN_THE_PAST, "Too early.", when=yes("asked")), {"on": "2026-05-31"}, []),
    ],
)
def test_a_rule_finds_its_gap(rule: Rule, values: dict[str, Any], expected: list[Gap]) -> None:
    assert find_gaps([rule], values, _AROUND) == expected


def test_rules_inside_a_part_see_what_is_around() -> None:
    late = not_after_today("on", "Too late.")
    values = {"one": {"on": "2026-06-02"}, "many": [{"on": "2026-06-02"}]}
    found = find_gaps([within("one", late), each("many", late)], values, _AROUND)
    assert [gap.pointer for gap in found] == ["/one/on", "/many/0/on"]
