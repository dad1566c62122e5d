"""Passwords as they are typed: kept to the last space, counted as people see them."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from app.schemas import formats
from app.schemas.text import require_storable
from app.security.password_rules.spelling import MAXIMUM_LENGTH, MINIMUM_LENGTH, length, normalised

# A long run of combining marks takes long to compose. No composed form is this much shorter than what was typed.
_MOST_TYPED = 4 * MAXIMUM_LENGTH


@dataclass(frozen=True)
class PasswordRule:
    """Metadata for `Annotated[str, …]`: the length of the composed form, and no control characters."""

    shortest: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.clean, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"minLength": self.shortest, "maxLength": MAXIMUM_LENGTH, "format": formats.PASSWORD}

    def clean(self, typed: str) -> str:
        """What was typed. Raises Pydantic's length errors and `forbidden_characters`."""
        if len(typed) > _MOST_TYPED or len(normalised(typed)) > MAXIMUM_LENGTH:
            raise PydanticKnownError("string_too_long", {"max_length": MAXIMUM_LENGTH})
        require_storable(typed)
        if length(typed) < self.shortest:
            raise PydanticKnownError("string_too_short", {"min_length": self.shortest})
        return typed


TypedPassword = Annotated[
    str, PasswordRule(1), Field(description="The password.", examples=["correct-horse-battery-staple"])
]
NewPassword = Annotated[
    str,
    PasswordRule(MINIMUM_LENGTH),
    Field(
        description="The new password, 12 to 128 characters of any kind and script, spaces among them. Refused, with "
        "every reason at once, if it is made of well-known passwords (`password_too_common`), of rows of keys, "
        "sequences or repetitions (`password_too_simple`), or of the names and addresses of the person, their "
        "organisation or the awarding organisation (`password_about_you`). Four unrelated words are a good one.",
        examples=["correct-horse-battery-staple"],
    ),
]
