"""The contract for tests: built once, with references resolved."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from tests.unserved import unserved_app

PROBLEM = "application/problem+json"
_URI = "urn:contract"


@cache
def document() -> dict[str, Any]:
    """The current document of the app. Needs no database."""
    return unserved_app().openapi()


@dataclass(frozen=True)
class Described:
    """One operation of the document, and its JSON pointer."""

    id: str
    method: str
    path: str
    item: dict[str, Any]
    pointer: str

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [resolved(parameter) for parameter in self.item.get("parameters", ())]

    @property
    def responses(self) -> dict[str, dict[str, Any]]:
        return {status: resolved(answer) for status, answer in self.item["responses"].items()}

    def bodies(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The location, name and definition of every media type of every body."""
        found = {"requestBody": self.item.get("requestBody", {})}
        found |= {f"responses/{status}": answer for status, answer in self.responses.items()}
        for place, body in found.items():
            for media_type, described in body.get("content", {}).items():
                yield f"{self.id} {place} {media_type}", media_type, described


@cache
def described() -> tuple[Described, ...]:
    """Every operation."""
    return tuple(
        Described(item["operationId"], method, path, item, f"/paths/{escaped(path)}/{method}")
        for path, items in document()["paths"].items()
        for method, item in items.items()
    )


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Resolve a reference; return anything else unchanged."""
    if "$ref" not in node:
        return node
    found: Any = document()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return dict(found)


def escaped(part: str) -> str:
    """Escape a name for a JSON pointer."""
    return part.replace("~", "~0").replace("/", "~1")


def everything(node: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document outside examples, with its pointer."""
    if isinstance(node, dict):
        yield pointer, node
        for key, value in node.items():
            if key not in ("example", "examples", "default") or pointer == "/components":
                yield from everything(value, f"{pointer}/{escaped(key)}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from everything(value, f"{pointer}/{number}")


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(_URI, document())])


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """Validation errors of a value against a schema of the document, formats included."""
    absolute = _absolute(schema)
    validator = jsonschema_rs.Draft202012Validator(absolute, registry=_registry(), validate_formats=True)
    return [f"{list(error.instance_path)}: {error.message[:200]}" for error in validator.iter_errors(value)]


def _absolute(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: f"{_URI}{quote(value, safe='#/~')}" if key == "$ref" else _absolute(value)
            for key, value in node.items()
        }
    return [_absolute(item) for item in node] if isinstance(node, list) else node


def everything_shown() -> Iterator[tuple[str, Any]]:
    """Every example of a schema, property, body and parameter, with its location."""
    for name, schema in document()["components"]["schemas"].items():
        yield from ((name, value) for value in schema.get("examples", ()))
        for property_name, described_ in schema.get("properties", {}).items():
            for value in described_.get("examples", ()):
                yield name, {property_name: value}
    for name, example in document()["components"]["examples"].items():
        yield name, example["value"]
    for operation in described():
        yield from ((operation.id, {parameter["name"]: parameter["example"]}) for parameter in operation.parameters)
