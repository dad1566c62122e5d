"""Names for values that come from JSON or go into it."""

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""An object of JSON, such as a stored column or a part of the OpenAPI document."""
