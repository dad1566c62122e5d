"""The bases of every schema: what comes in is strict and closed, what goes out is always whole.

Each schema gets an example made from its properties' examples, so that an example cannot fall behind its schema.
"""

from enum import Enum
from types import UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.schemas.answered import Cursor, ETag, PageOf

ItemT = TypeVar("ItemT")


class Documented(BaseModel):
    """A schema whose properties all carry an example, and which carries one itself."""

    # A property such as `16_to_18` is no Python name: it has an alias, and the alias is what the contract knows.
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
    """What a client sends: no coercion, and no property that is not asked for."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Answer(Documented):
    """What a client receives. A property has no default here, so that every one is always present."""

    model_config = ConfigDict(from_attributes=True)


class Resource(Answer):
    """An answer that can be changed later on: it starts with the tag that the change must carry."""

    etag: ETag = Field(
        description="The version of this resource, with its quotation marks. Send it back in If-Match.",
        examples=['"7"'],
    )


class Page(Answer, Generic[ItemT]):
    """One page of a list. Give each list a named subclass: `class SitePage(Page[Site])`."""

    items: PageOf[ItemT] = Field(description="The items of this page.")
    next_cursor: Cursor | None = Field(
        description="Send it as `cursor` for the next page; null on the last one.", examples=["eyJhZnRlciI6IjAxOTMifQ"]
    )


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """An example of the schema as plain JSON, put together from its properties' own; what has none is left out."""
    example: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        found = _of_field(info) or _of_type(info.annotation)
        if found:
            example[info.alias or name] = found[0]
    return example


def _of_field(info: FieldInfo) -> list[Any]:
    return list(info.examples or ())


def _of_type(annotation: Any) -> list[Any]:
    """At most one example of a type: a list, so that an example that is null or false can be told from none."""
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
