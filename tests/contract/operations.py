"""Every operation of the app, from its routes and the served document, for the sweeps."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi.routing import APIRoute

from app.http.access import Access, operation_access
from app.http.addresses import Addresses
from tests.unserved import unserved_app


@dataclass(frozen=True)
class Operation:
    """One operation, what it declares, and how it is described."""

    id: str
    method: str
    path: str
    access: Access
    described: dict[str, Any]
    example: Any

    @property
    def media_types(self) -> set[str]:
        return set(self.described.get("requestBody", {}).get("content", {}))

    @property
    def takes_json(self) -> bool:
        return "application/json" in self.media_types

    @property
    def takes_if_match(self) -> bool:
        return any(parameter["name"] == "If-Match" for parameter in self.described.get("parameters", ()))

    @property
    def takes_key(self) -> bool:
        return self.method == "POST" and self.access.replays

    @property
    def statuses(self) -> set[int]:
        return {int(status) for status in self.described["responses"]}


@cache
def operations() -> tuple[Operation, ...]:
    """All operations, in the contract's order. Needs no database."""
    app = unserved_app()
    document = app.openapi()
    found = []
    for route in (context.original_route for context in Addresses.of(app).routes):
        if isinstance(route, APIRoute) and route.include_in_schema and route.operation_id is not None:
            (method,) = list(route.methods or ())
            described = _whole(document["paths"][route.path][method.lower()], document["components"])
            found.append(
                Operation(
                    route.operation_id,
                    method,
                    route.path,
                    operation_access(route),
                    described,
                    _example(described, document["components"]["schemas"]),
                )
            )
    return tuple(found)


def operation(id_: str) -> Operation:
    """The operation with this `operationId`."""
    return next(found for found in operations() if found.id == id_)


def tagged_by(op: Operation) -> str:
    """The path of the resource whose ETag goes into `If-Match`: the operation's own path or its parent. A policy's
    version never changes, so the policy's counts."""
    own = op.method != "POST" and "GET" in methods_at(op.path)
    return op.path if own else op.path.rpartition("/")[0].partition("/versions/")[0]


def methods_at(path: str) -> set[str]:
    """Every method that the path's addresses take. `…/details/history` takes those of `…/details/{group}` too; a path
    without parameters, such as `/v1/sessions/refresh`, takes its own alone."""
    shared = "{" in path
    return {
        found.method
        for found in operations()
        if found.path == path or (shared and re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", found.path), path))
    }


def _example(described: dict[str, Any], schemas: dict[str, Any]) -> Any:
    content = described.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    named = schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    for choice in (named, *named.get("anyOf", ())):
        found = schemas[choice["$ref"].rsplit("/", 1)[-1]] if "$ref" in choice else choice
        if found.get("examples"):
            return found["examples"][0]
    return None


def _whole(described: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """The operation with parameter references resolved."""
    shared = components["parameters"]
    return described | {
        "parameters": [
            shared[one["$ref"].rsplit("/", 1)[-1]] if "$ref" in one else one for one in described["parameters"]
        ]
    }
