"""The differences between two submissions, down to single values (R17)."""

from typing import Any

import pytest

from app.domain.changes import Change, changes


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [Change("/a", 1, 2)]),
        ({"a": 1}, {"b": 2}, [Change("/a", 1, None), Change("/b", None, 2)]),
        ({"a": {"b/c": {"d": 1}}}, {"a": {"b/c": {"d": 2}}}, [Change("/a/b~1c/d", 1, 2)]),
        ({"etag": 1, "uploaded_at": 1, "accepted_at": 1, "a": 1}, {"etag": 2, "a": 2}, [Change("/a", 1, 2)]),
        ({"a": {"b": 1}}, {"a": 5}, [Change("/a", {"b": 1}, 5)]),
        ([1, 2], [1, 3], [Change("", [1, 2], [1, 3])]),
        ([], [], []),
        ([], [1], [Change("", [], [1])]),
        ([], [{"id": 1}], [Change("/1", None, {"id": 1})]),
        ([{"id": ""}], [], [Change("/", {"id": ""}, None)]),
        ([{"n": 1, "key": "a"}, {"n": 1, "id": 1}], [], [
            Change("/a", {"n": 1, "key": "a"}, None),
            Change("/1", {"n": 1, "id": 1}, None),
        ]),
        ({"id": 1}, [{"id": 1}], [Change("", {"id": 1}, [{"id": 1}])]),
        ([{"id": 1, "n": 1}, {"id": 2, "n": 1}], [{"id": 2, "n": 2}], [
            Change("/1", {"id": 1, "n": 1}, None),
            Change("/2/n", 1, 2),
        ]),
        ([{"id": 1, "n": 1}, {"id": 2}], [{"id": 2}, {"id": 1, "n": 1}], []),
        ([{"key": "a", "n": 1}], [{"key": "a", "n": 2}], [Change("/a/n", 1, 2)]),
        ([{"group": "a", "n": 1}], [{"group": "a", "n": 2}], [Change("/a/n", 1, 2)]),
        ([{"id": 1, "key": "a"}], [{"id": 1, "key": "b"}], [Change("/1/key", "a", "b")]),
        ([{"n": 1}], [{"n": 2}], [Change("", [{"n": 1}], [{"n": 2}])]),
        ([{"id": 1}, 5], [{"id": 1}], [Change("", [{"id": 1}, 5], [{"id": 1}])]),
        ([{"id": 1}], [5], [Change("", [{"id": 1}], [5])]),
        ("ab", "ac", [Change("", "ab", "ac")]),
        (None, {"a": 1}, [Change("", None, {"a": 1})]),
    ],
)  # fmt: skip
def test_differences_are_found_by_pointer(before: Any, after: Any, expected: list[Change]) -> None:
    """Lists of objects are matched by id, key or group, whatever their order; other lists are one value."""
    assert list(changes(before, after)) == expected
