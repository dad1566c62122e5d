"""The whole document, put together: what FastAPI tells of the routes, completed with what the routes declare."""

from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.domain.actors import Scope
from app.domain.permissions import GRANTS, Permission, holders
from app.http.access import Access, operation_access
from app.http.contract import (
    bodies,
    examples,
    headers,
    introduction,
    links,
    parameters,
    responses,
    schemas,
)
from app.http.contract.operations import Operation
from app.http.contract.problem_schemas import PROBLEM_SCHEMAS
from app.http.exchange import Addresses
from app.http.refuses import declared

# The order in which a person reads an operation: what it is, what it takes, what it answers, who may.
_ORDER = (
    "tags",
    "summary",
    "description",
    "operationId",
    "deprecated",
    "parameters",
    "requestBody",
    "responses",
    "security",
)


def build(app: FastAPI) -> dict[str, Any]:
    """The document (OpenAPI 3.1) of all that the app serves."""
    document = get_openapi(
        title=introduction.TITLE,
        version=introduction.VERSION,
        openapi_version="3.1.0",
        summary=introduction.SUMMARY,
        description=introduction.DESCRIPTION,
        routes=app.routes,
        servers=introduction.SERVERS,
        contact=introduction.CONTACT,
        license_info=introduction.LICENCE,
    )
    components = document.setdefault("components", {})
    named = components.setdefault("schemas", {})
    for unwanted in ("HTTPValidationError", "ValidationError"):
        named.pop(unwanted, None)
    named.update(deepcopy(PROBLEM_SCHEMAS))
    bodies.add_choices(named)
    schemas.name_choices(document)
    operations = _operations(app, document)
    for operation in operations:
        responses.announce_unchanged(operation)
        parameters.complete(operation)
        bodies.complete(operation)
        responses.complete(operation)
        _say_who_may(operation.described, operation.access)
        if operation.is_deprecated:
            operation.described["deprecated"] = True
    schemas.name_enumerations(document)
    schemas.tidy(document)
    schemas.restore_examples(named)
    components["parameters"] = parameters.share(operations)
    components["examples"] = examples.add(operations, named)
    links.add(operations, named)
    components["responses"] = responses.shared()
    components["headers"] = deepcopy(headers.HEADERS)
    components["securitySchemes"] = deepcopy(introduction.SECURITY_SCHEMES)
    document["tags"] = _tags(operations)
    schemas.drop_unused(document)
    for operation in operations:
        document["paths"][operation.path][operation.method] = {
            name: operation.described[name] for name in _ORDER if name in operation.described
        }
    return document


def _operations(app: FastAPI, document: dict[str, Any]) -> list[Operation]:
    routes = {route.operation_id: route for route in Addresses.of(app).routes if route.operation_id}
    return [
        Operation(
            described["operationId"],
            method,
            path,
            operation_access(routes[described["operationId"]]),
            declared(routes[described["operationId"]].endpoint),
            described,
            document["components"]["schemas"],
        )
        for path, item in document["paths"].items()
        for method, described in item.items()
    ]


def _say_who_may(described: dict[str, Any], access: Access) -> None:
    permission = access.permission
    if permission is None:
        described["security"] = []
        return
    scopes = [scope.value for scope in Scope if permission in GRANTS[scope]]
    described["security"] = [{"session": []}, *({"client": [scope]} for scope in scopes)]
    if permission is not Permission.OWN_ACCOUNT:
        described["description"] = f"{described.get('description', '')}\n\nWho may: {holders(permission)}."


def _tags(operations: list[Operation]) -> list[dict[str, str]]:
    """The tags that operations have, in the order of the introduction. Raises `KeyError` for one that is not there."""
    used = {tag for operation in operations for tag in operation.described["tags"]}
    unknown = used - introduction.TAGS.keys()
    if unknown:
        raise KeyError(f"the introduction describes no tag {sorted(unknown)}")
    return [{"name": name, "description": text} for name, text in introduction.TAGS.items() if name in used]
