"""Postal addresses in a hot statement."""

from sqlalchemy import JSON, ColumnElement, func

from app.models.base import HasAddress

_PARTS = ("line_1", "line_2", "town", "county", "postcode", "country")


def address_of(model: type[HasAddress]) -> ColumnElement[object]:
    """Return what `HasAddress.address` of a row returns, as JSON."""
    columns = (part for name in _PARTS for part in (name, getattr(model, f"address_{name}")))
    return func.json_build_object(*columns, type_=JSON())
