"""Schemas: name the anonymous ones, and tidy what JSON Schema generation leaves behind."""

import json
from collections.abc import Iterator

from app.domain.events import PUBLIC
from app.domain.json_values import JsonObject
from app.http.contract.operations import SCHEMA
from app.schemas.base import Documented, example_of
from app.schemas.details import DETAILS_ANSWERS

# The choice between the groups of section Application, which several answers share.
_GROUP = {
    "title": "ApplicationDetailsGroup",
    "description": "One group of section Application as last saved. `group` names the group.",
}
_GROUPS = {f"{SCHEMA}{answer.__name__}" for answer in DETAILS_ANSWERS.values()}
_EVENT_TYPES = sorted(type_.value for type_ in PUBLIC)
# The program knows this choice only as a part of a type.
_PUBLIC_EVENT_TYPE = {
    "type": "string",
    "title": "PublicEventType",
    "description": "A type of event in the feed.",
    "enum": _EVENT_TYPES,
    "examples": _EVENT_TYPES[:1],
}


def complete(document: JsonObject) -> None:
    """Name the anonymous choices and enumerations, and tidy every schema, in one walk."""
    schemas = document["components"]["schemas"]
    schemas["PublicEventType"] = _PUBLIC_EVENT_TYPE
    enumerations = {name: schema for name, schema in sorted(schemas.items()) if "enum" in schema}
    for schema in enumerations.values():
        _complete_enumeration(schema)
    own = {id(schema) for schema in enumerations.values()}
    names = {json.dumps(schema["enum"]): name for name, schema in enumerations.items()}
    for node in _nodes(document):
        if isinstance(node.get("enum"), list) and id(node) not in own and json.dumps(node["enum"]) in names:
            _refer(node, names[json.dumps(node["enum"])], "enum", "type")
        if {option.get("$ref") for option in node.get("oneOf", ())} == _GROUPS:
            group = {key: node[key] for key in ("oneOf", "discriminator") if key in node}
            schemas[_GROUP["title"]] = _GROUP | group
            _refer(node, _GROUP["title"], *group)
        _tidy(node)


def _complete_enumeration(schema: JsonObject) -> None:
    schema.setdefault("examples", schema["enum"][:1])
    if any(value[0].isdigit() for value in schema["enum"]):
        # Generators would otherwise make one name of `1_1` and `11`.
        schema["x-enum-varnames"] = [
            f"VALUE_{value.upper()}" if value[0].isdigit() else value.upper() for value in schema["enum"]
        ]


def _refer(node: JsonObject, name: str, *instead_of: str) -> None:
    for key in ("title", *instead_of):
        node.pop(key, None)
    node["$ref"] = SCHEMA + name


def _tidy(node: JsonObject) -> None:
    """Drop titles that repeat a name and defaults of null, and spell files and bounds as every tool understands."""
    if node.get("contentMediaType") == "application/octet-stream":
        del node["contentMediaType"]
        node["format"] = "binary"
    for bound in ("minimum", "maximum"):
        if isinstance(node.get(bound), float) and node[bound].is_integer():
            node[bound] = int(node[bound])
    properties = node.get("properties")
    for described in properties.values() if isinstance(properties, dict) else ():
        described.pop("title", None)
        # In a merge patch a missing property stays as it is and null clears it, so null is no default.
        if described.get("default", ...) is None:
            del described["default"]


def restore_examples(schemas: JsonObject) -> None:
    """Put the examples back as the models have them: FastAPI drops every null from them."""
    for model in _models(Documented):
        schema = schemas.get(model.__name__)
        if schema is None:
            continue
        example = example_of(model)
        if "examples" in schema:
            schema["examples"] = [example]
        for name, described in schema["properties"].items():
            if name in example:
                described["examples"] = [example[name]]


def _models(base: type[Documented]) -> Iterator[type[Documented]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _nodes(node: object) -> Iterator[JsonObject]:
    """Every object of the document outside examples, each before what it holds."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in ("example", "examples"):
                yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)
