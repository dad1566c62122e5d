"""The base classes of every schema. Requests are strict and closed; answers always carry every property.

A schema's example is made from its properties' examples, so it cannot fall behind the schema.
"""

from enum import Enum
from types import UnionType
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.domain.json_values import JsonObject
from app.schemas.answered import CURSOR_EXAMPLE, Cursor, ETag, PageOf

ItemT = TypeVar("ItemT")


class Documented(BaseModel):
    """A schema with an example for each property and one for the whole."""

    # `16_to_18` cannot be a Python name, so such a property has an alias. The contract uses the alias.
    model_config = ConfigDict(serialize_by_alias=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        resolved = handler.resolve_ref_schema(schema)
        examples = example_of(cls)
        for name, described in resolved.get("properties", {}).items():
            if name in examples and "examples" not in described:
                described["examples"] = [examples[name]]
        if set(resolved.get("required", ())) <= examples.keys():
            resolved.setdefault("examples", [examples])
        return schema


class Request(Documented):
    """A request body: no coercion, no unknown properties."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Answer(Documented):
    """An answer. Its properties have no defaults, so every one is always present."""

    model_config = ConfigDict(from_attributes=True)


class Resource(Answer):
    """An answer that can change. It starts with the ETag that a change must send in If-Match."""

    etag: ETag = Field(
        description="The version of this resource, with its quotation marks. Send it in `If-Match` to change it.",
        examples=['"7"'],
    )


class Page(Answer, Generic[ItemT]):
    """One page of a list. Give each list a named subclass: `class SitePage(Page[Site])`."""

    lasting_cursor: ClassVar[bool] = False
    """True for a cursor that no key seals, because callers keep it for years."""

    items: PageOf[ItemT] = Field(description="The items on this page.")
    next_cursor: Cursor | None = Field(
        description="Pass it as `cursor` to get the next page; null on the last page.", examples=[CURSOR_EXAMPLE]
    )


def example_of(model: type[BaseModel]) -> JsonObject:
    """Make an example of the schema, as plain JSON, from its properties' examples. Leave out a property without one."""
    example: JsonObject = {}
    for name, info in model.model_fields.items():
        found = _of_field(info) or _of_type(info.annotation)
        if found:
            example[info.alias or name] = found[0]
    return example


def _of_field(info: FieldInfo) -> list[Any]:
    return list(info.examples or ())


def _of_type(annotation: Any) -> list[Any]:
    """Return at most one example of a type, in a list: null and false are examples too."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        infos = (part for part in arguments[1:] if isinstance(part, FieldInfo))
        return next((found for info in infos if (found := _of_field(info))), []) or _of_type(arguments[0])
    if origin in (Union, UnionType):
        return next((found for part in arguments if (found := _of_type(part))), [])
    if origin is list:
        return [[*_of_type(arguments[0])]]
    if origin is Literal:
        return [arguments[0]]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [example_of(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [next(iter(annotation)).value]
    return []
