"""Hostile JSON: values for single properties, and whole bodies for a schema."""

from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

NASTY: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    10**400,
    -(10**400),
    1.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\x00",
    "\ud800",
    "a\udfffb",
    "\u202eabc",
    "\u200b",
    "\u2028",
    "\u0131" * 8,
    "١٢٣٤٥٦٧٨",
    "a" * 100_000,
    " " * 100_000,
    "@" * 100_000,
    "-" * 100_000,
    "1" * 100_000,
    "http://" + "a." * 50_000,
    "https://[::1",
    "https://a.b:99999999999",
    "https://user:pw@example.org",
    "0000-00-00",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "2026-02-30",
    "tel:+44;phone-context=x",
    [],
    [[]],
    [None],
    ["\ud800"],
    {},
    {"\ud800": "\ud800"},
    {"": {}},
]

anything = st.recursive(
    st.sampled_from(NASTY)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def bodies(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Objects with the schema's property names and arbitrary JSON values, also nested in lists and objects."""
    names = sorted(_all_names(model))
    value = st.recursive(
        anything,
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(names), inner, min_size=1, max_size=4)
        ),
        max_leaves=8,
    )
    return st.dictionaries(st.sampled_from(names), value, max_size=len(names)) | value


def _all_names(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}
