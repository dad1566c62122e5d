"""Drafts of the groups of section Application, and the answers made from them.

A group's properties are written once, in its draft. The answer has the same properties and always all of them: `null`
for one that was never saved, `[]` for a list.
"""

from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from app.domain.json_values import JsonObject
from app.domain.sections import DetailsGroup
from app.schemas.answered import promised
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import Distinct
from app.schemas.text import TextRule

Completion: TypeAlias = Callable[[Mapping[str, Any]], JsonObject]


class Draft(Request):
    """An incomplete part of the form: every property can be left out, and `null` clears it."""


def draft(description: str, *examples: Any) -> Any:
    """A property of a draft. Only properties that were sent are merged (RFC 7396)."""
    return Field(default=None, description=description, examples=list(examples) or None)


def answer_of(sent: type[Draft], group: DetailsGroup) -> type[Resource]:
    """Make a group's answer schema: `HistoryDetails` from `HistoryDraft`, with `etag` and `group` first."""
    tag = (Literal[group.value], Field(description="The group of section Application.", examples=[group.value]))
    return _answer(sent, Resource, "Details", group=tag)


def completion_of(answer: type[BaseModel]) -> Completion:
    """Make the function that fills up stored values with `null` or `[]` for every missing property of the answer.

    It leaves out `etag` and `group`. The answer's types are walked here and not on each call.
    """
    parts = [
        (info.alias or name, _filling(info.annotation))
        for name, info in answer.model_fields.items()
        if name not in ("etag", "group")
    ]

    def complete(stored: Mapping[str, Any]) -> JsonObject:
        return {name: stored.get(name) if fill is None else fill(stored.get(name)) for name, fill in parts}

    return complete


def _filling(annotation: Any) -> Callable[[Any], Any] | None:
    """Return what completes a stored value of this type; None for a plain value, which stays as it is."""
    kind = _without_null(annotation)
    if get_origin(kind) is list:
        fill = _filling(get_args(kind)[0])
        if fill is None:
            return lambda items: list(items or ())
        return lambda items: [fill(each) for each in items or ()]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        complete = completion_of(kind)
        return lambda value: value if value is None else complete(value)
    return None


def _answer(sent: type[Draft], base: type[Any], suffix: str = "", **tags: Any) -> type[Any]:
    properties: JsonObject = dict(tags)
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
    """Turn a request type into an answer type: rules become promises, so that a stricter rule hides no stored value."""
    part = _part(annotation)
    kind = _bare(part)
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return _promising(list[_item(item)], part)  # type: ignore[misc]  # the item's type is known when this runs
    return _item(part) | None


def _item(part: Any) -> Any:
    kind = _bare(part)
    if isinstance(kind, type) and issubclass(kind, Draft):
        return _nested(kind)
    return _promising(kind, part)


def _promising(kind: Any, part: Any) -> Any:
    """Add the limits of `part` to `kind`, if there are any."""
    keywords: JsonObject = {}
    for rule in getattr(part, "__metadata__", ()):
        if isinstance(rule, TextRule):
            keywords["maxLength"] = rule.longest
        elif isinstance(rule, Distinct):
            keywords["maxItems"] = rule.most
        elif isinstance(rule, FieldInfo):
            keywords |= dict(_bounds(rule))
    return Annotated[kind, promised(**keywords)] if keywords else kind


def _bounds(info: FieldInfo) -> Iterator[tuple[str, Any]]:
    for bound in info.metadata:
        for name, keyword in (("ge", "minimum"), ("le", "maximum"), ("max_length", "maxItems")):
            if hasattr(bound, name):
                yield keyword, getattr(bound, name)


_NESTED: dict[type[Draft], type[Answer]] = {}


def _nested(sent: type[Draft]) -> type[Answer]:
    # Cache each model; Pydantic would otherwise prefix duplicate names with their module.
    if sent not in _NESTED:
        _NESTED[sent] = _answer(sent, Answer)
    return _NESTED[sent]


def _without_null(annotation: Any) -> Any:
    return _bare(_part(annotation))


def _part(annotation: Any) -> Any:
    """Return the type of a property without null, with its rules."""
    bare = _bare(annotation)
    if get_origin(bare) in (Union, UnionType):
        (part,) = (part for part in get_args(bare) if part is not type(None))
        return part
    return annotation


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
