"""The properties of a PATCH body (RFC 7396): one that is left out keeps its value."""

from typing import Any

from pydantic import Field

from app.domain.json_values import JsonObject


def changeable(description: str, *examples: Any) -> Any:
    """A property of a PATCH body. Only what was sent counts (`exclude_unset`); `null` counts where the type allows it.

    The default comes from a factory, so that the contract does not promise a default of null.
    """
    given: JsonObject = {"examples": list(examples)} if examples else {}
    return Field(default_factory=lambda: None, description=description, **given)
