"""Drafts of section Application as the database stores them, for Hypothesis."""

from datetime import date
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from hypothesis import strategies as st

from app.schemas.details.shape import Draft
from tests.domain.complete_details import MAIN_ADDRESS, MAIN_SITE

DAYS = st.sampled_from(["1900-01-01", "2026-05-31", "2026-06-01", "2026-06-02", "2199-12-31"])
TEXTS = st.sampled_from(["", "x", "DE24 8BX", "nowhere", MAIN_SITE, *MAIN_ADDRESS.values()])


def _values(annotation: Any) -> st.SearchStrategy[Any]:
    """JSON as a draft of this type stores it, null and empty values among it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _values(arguments[0])
    if origin in (Union, UnionType):
        return st.one_of(*map(_values, arguments))
    if origin is list:
        return st.lists(_values(arguments[0]), max_size=3)
    if annotation is type(None):
        return st.none()
    if issubclass(annotation, Draft):
        return drafts(annotation)
    if issubclass(annotation, Enum):
        return st.sampled_from([member.value for member in annotation])
    return {bool: st.booleans(), int: st.integers(0, 3), date: DAYS}.get(annotation, TEXTS)


def drafts(model: type[Draft]) -> st.SearchStrategy[dict[str, Any]]:
    """Every property may be absent."""
    properties = {info.alias or name: _values(info.annotation) for name, info in model.model_fields.items()}
    return st.fixed_dictionaries({}, optional=properties)
