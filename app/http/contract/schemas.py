"""Schemas: names for what the framework leaves anonymous, and an end to what JSON Schema generation leaves behind."""

import json
from collections.abc import Iterator
from typing import Any

from app.domain.events import PUBLIC
from app.http.contract.operations import SCHEMA
from app.schemas.base import Documented, example_of
from app.schemas.details import DETAILS_ANSWERS

_GROUP = "ApplicationDetailsGroup"
# A choice that is no type of the program, but a part of one.
_CHOICES = {
    "PublicEventType": ("A type of event in the feed.", sorted(type_.value for type_ in PUBLIC)),
}


def name_choices(document: dict[str, Any]) -> None:
    """Give the choice of the groups of section Application, which several answers have, one name."""
    schemas = document["components"]["schemas"]
    wanted = {f"{SCHEMA}{answer.__name__}" for answer in DETAILS_ANSWERS.values()}
    found: list[dict[str, Any]] = []

    def visit(node: Any) -> None:
        if isinstance(node, dict):
            if {option.get("$ref") for option in node.get("oneOf", ()) if isinstance(option, dict)} == wanted:
                choice = {key: node.pop(key) for key in ("oneOf", "discriminator") if key in node}
                node.pop("title", None)
                node["$ref"] = f"{SCHEMA}{_GROUP}"
                found.append(choice)
                return
            for value in node.values():
                visit(value)
        elif isinstance(node, list):
            for value in node:
                visit(value)

    visit(document)
    if found:
        schemas[_GROUP] = {
            "title": _GROUP,
            "description": "One group of section Application as last saved. `group` names the group.",
            **found[0],
        }


def name_enumerations(document: dict[str, Any]) -> None:
    """Refer to the component that has exactly the same values, where an enumeration stands inline."""
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        if "enum" in schema:
            schema.setdefault("examples", schema["enum"][:1])
            _name_members(schema)
    for name, (description, values) in _CHOICES.items():
        schemas[name] = {
            "type": "string",
            "title": name,
            "description": description,
            "enum": values,
            "examples": values[:1],
        }
    names = {json.dumps(schema["enum"]): name for name, schema in sorted(schemas.items()) if "enum" in schema}

    def visit(node: Any, *, component: bool) -> None:
        if isinstance(node, dict):
            name = names.get(json.dumps(node["enum"])) if isinstance(node.get("enum"), list) else None
            if name is not None and not component:
                for key in ("enum", "type", "title"):
                    node.pop(key, None)
                node["$ref"] = f"{SCHEMA}{name}"
                return
            for key, value in node.items():
                if key not in ("example", "examples"):
                    visit(value, component=node is schemas)
        elif isinstance(node, list):
            for value in node:
                visit(value, component=False)

    visit(document["paths"], component=False)
    visit(schemas, component=False)


def restore_examples(schemas: dict[str, Any]) -> None:
    """Put the examples back as the models have them: FastAPI drops every null from what it is given."""
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


def _name_members(schema: dict[str, Any]) -> None:
    """What generated code is to call each value, where one begins with a digit: left to themselves, generators make the
    same name of `1_1` and `11`."""
    if any(value[0].isdigit() for value in schema["enum"]):
        schema["x-enum-varnames"] = [
            f"VALUE_{value.upper()}" if value[0].isdigit() else value.upper() for value in schema["enum"]
        ]


def tidy(node: Any) -> None:
    """Drop titles that only repeat a name, and spell a file as every tool understands it."""
    if isinstance(node, dict):
        if node.get("contentMediaType") == "application/octet-stream":
            del node["contentMediaType"]
            node["format"] = "binary"
        for bound in ("minimum", "maximum"):
            if isinstance(node.get(bound), float) and node[bound].is_integer():
                node[bound] = int(node[bound])
        properties = node.get("properties")
        if isinstance(properties, dict):
            for described in properties.values():
                if isinstance(described, dict):
                    described.pop("title", None)
                    # In a merge patch what is left out stays, and null empties: null is no default of it.
                    if described.get("default", ...) is None:
                        del described["default"]
        for value in node.values():
            tidy(value)
    elif isinstance(node, list):
        for value in node:
            tidy(value)
