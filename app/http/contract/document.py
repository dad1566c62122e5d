"""The whole document, put together: what FastAPI tells of the routes, completed with what the routes declare."""

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.domain.actors import NEEDED, Scope
from app.domain.json_values import JsonObject
from app.domain.permissions import GRANTS, Permission, holders
from app.http.access import Access, operation_access
from app.http.addresses import Addresses
from app.http.contract import bodies, examples, links, parameters, problem_schemas, responses, schemas, webhooks
from app.http.contract.operations import Operation
from app.http.contract.sharing import drop_unused, share
from app.http.contract.skeleton import skeleton
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


def build(app: FastAPI) -> JsonObject:
    """The document (OpenAPI 3.1) of all that the app serves."""
    fixed = skeleton()
    found = get_openapi(title="", version="", routes=app.routes)
    named = found["components"]["schemas"] | fixed["components"]["schemas"]
    components: JsonObject = {"schemas": named}
    document = {
        "openapi": "3.1.0",
        "info": fixed["info"],
        "servers": fixed["servers"],
        "paths": found["paths"],
        "components": components,
    }
    problem_schemas.add(named)
    bodies.add_choices(named)
    schemas.complete(document)
    operations = _operations(app, document)
    for operation in operations:
        responses.announce_unchanged(operation)
        parameters.complete(operation)
        bodies.complete(operation)
        responses.complete(operation)
        _say_who_may(operation.described, operation.access)
        if operation.is_deprecated:
            operation.described["deprecated"] = True
    schemas.restore_examples(named)
    components["parameters"] = fixed["components"]["parameters"] | share(
        "parameters", (one for operation in operations for one in operation.parameters), parameters.component_name
    )
    components["examples"] = examples.add(operations, named)
    links.add(operations, named)
    components["responses"] = share(
        "responses", (one for operation in operations for one in operation.responses.values()), responses.component_name
    )
    components["headers"] = fixed["components"]["headers"]
    components["securitySchemes"] = fixed["components"]["securitySchemes"]
    document["webhooks"] = webhooks.described(named)
    document["tags"] = _tags(operations, fixed["tags"])
    drop_unused(document)
    for operation in operations:
        document["paths"][operation.path][operation.method] = {
            name: operation.described[name] for name in _ORDER if name in operation.described
        }
    return document


def _operations(app: FastAPI, document: JsonObject) -> list[Operation]:
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


def _say_who_may(described: JsonObject, access: Access) -> None:
    permission = access.permission
    if permission is None:
        described["security"] = []
        return
    scopes = [[scope, *NEEDED.get(scope, ())] for scope in Scope if permission in GRANTS[scope]]
    described["security"] = [{"session": []}, *({"client": [each.value for each in needed]} for needed in scopes)]
    if permission is not Permission.OWN_ACCOUNT:
        described["description"] = f"{described.get('description', '')}\n\nWho may: {holders(permission)}."


def _tags(operations: list[Operation], known: list[JsonObject]) -> list[JsonObject]:
    """The tags that operations have, in the order of the skeleton. Raises `KeyError` for one that is not there."""
    used = {tag for operation in operations for tag in operation.described["tags"]}
    unknown = used - {tag["name"] for tag in known}
    if unknown:
        raise KeyError(f"the skeleton describes no tag {sorted(unknown)}")
    return [tag for tag in known if tag["name"] in used]
