"""What the seven groups of section Application share: a draft as it is sent, and the answer that is made from it.

A draft is the one place where a group's properties are written down. Its answer has the same properties, always all
of them: `null` where nothing was saved, and `[]` for a list.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field, create_model

from app.domain.sections import DetailsGroup
from app.schemas.base import Answer, Request, Resource


class Draft(Request):
    """A part of a form that may still lack anything: each property can be left out, and `null` clears it."""


def draft(description: str, *examples: Any) -> Any:
    """A property of a draft: absent by default, so that only what was sent is merged (RFC 7396)."""
    return Field(default=None, description=description, examples=list(examples) or None)


def answer_of(sent: type[Draft], group: DetailsGroup) -> type[Resource]:
    """The answer schema of a group, `HistoryDetails` of `HistoryDraft`; its properties follow `etag` and `group`."""
    tag = (Literal[group.value], Field(description="The group of section Application.", examples=[group.value]))
    return _answer(sent, Resource, "Details", group=tag)


def complete(answer: type[BaseModel], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What was stored, with `null` or `[]` for each property that was not; the schema's own tags are left to others."""
    return {
        (info.alias or name): _completed(info.annotation, stored.get(info.alias or name))
        for name, info in answer.model_fields.items()
        if name not in ("etag", "group")
    }


def _completed(annotation: Any, value: Any) -> Any:
    kind = _without_null(annotation)
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return [_completed(item, each) for each in value or ()]
    if value is not None and isinstance(kind, type) and issubclass(kind, BaseModel):
        return complete(kind, value)
    return value


def _answer(sent: type[Draft], base: type[Any], suffix: str = "", **tags: Any) -> type[Any]:
    properties: dict[str, Any] = dict(tags)
    for name, info in sent.model_fields.items():
        described = Field(alias=info.alias, description=info.description, examples=info.examples)
        properties[name] = (_as_answered(info.annotation), described)
    return create_model(
        sent.__name__.removesuffix("Draft") + suffix,
        __base__=base,
        __module__=sent.__module__,
        __doc__=sent.__doc__,
        **properties,
    )


def _as_answered(annotation: Any) -> Any:
    """The type in an answer: rules on what is sent are dropped, so that tightening one never hides what is stored."""
    kind = _without_null(annotation)
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return list[_item(item)]  # type: ignore[misc]  # the item's type is known when the schema is made
    return _item(kind) | None


def _item(kind: Any) -> Any:
    bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, Draft):
        return _nested(bare)
    return bare


_NESTED: dict[type[Draft], type[Answer]] = {}


def _nested(sent: type[Draft]) -> type[Answer]:
    # Two schemas of one name would be renamed by their modules in the contract: each is made once.
    if sent not in _NESTED:
        _NESTED[sent] = _answer(sent, Answer)
    return _NESTED[sent]


def _without_null(annotation: Any) -> Any:
    bare = _bare(annotation)
    if get_origin(bare) in (Union, UnionType):
        (kind,) = (part for part in get_args(bare) if part is not type(None))
        return _bare(kind)
    return bare


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
