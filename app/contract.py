"""The contract, made from the running app: `openapi/openapi.yaml` (OpenAPI 3.1), and the same document where the app
serves it.

FastAPI describes what it knows. What the routes add is mended in here: who may, which problems, which headers, the
precondition, the idempotency key, the media types, and names instead of anonymous or generated schemas.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from anyio import to_thread
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.contract_parts import DESCRIPTION, PROBLEM_SCHEMAS, PROBLEMS, SECURITY_SCHEMES, TAGS, problem_response
from app.dependencies import Access, operation_access
from app.domain.actors import Scope
from app.domain.permissions import GRANTS, Permission, holders
from app.schemas.details import DETAILS_SCHEMAS

PATH = Path(__file__).parents[1] / "openapi" / "openapi.yaml"
VERSION = "1.0.0"
_REF = "#/components/schemas/"
_SPECIAL = {"getInvoice": {406, 507}, "getInterview": {406}, "downloadPolicy": {416}, "downloadDocument": {416}} | {
    "downloadActionEvidence": {416},
    "issueClientToken": {401},
    "getMetrics": {401, 404},
}


def install(app: FastAPI) -> None:
    """Have the app serve this document, made once when it is first asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def build(app: FastAPI) -> dict[str, Any]:
    """The whole document."""
    document = get_openapi(
        title="Centre recognition API",
        version=VERSION,
        openapi_version="3.1.0",
        summary="From the public web form to the certificate: how an organisation becomes a recognised centre.",
        description=DESCRIPTION,
        routes=app.routes,
        tags=TAGS,
        servers=[{"url": "/", "description": "The server that this document comes from."}],
        contact={"name": "Customer experience team", "email": "enquiries@aimgroup.org.uk"},
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(deepcopy(PROBLEM_SCHEMAS))
    document["components"]["securitySchemes"] = deepcopy(SECURITY_SCHEMES)
    document["components"]["responses"] = {name: problem_response(status) for status, name in PROBLEMS.items()}
    _add_drafts(schemas)
    routes = {route.operation_id: route for route in app.state.route_contexts if getattr(route, "operation_id", None)}
    readers = {path: item["get"]["operationId"] for path, item in document["paths"].items() if "get" in item}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _mend(operation, method, path, operation_access(routes[operation["operationId"]]), readers)
    _name_form_bodies(document)
    for unwanted in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unwanted, None)
    _mend_schemas(document)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _add_drafts(schemas: dict[str, Any]) -> None:
    _, found = models_json_schema(
        [(draft, "validation") for draft in DETAILS_SCHEMAS.values()], ref_template=_REF + "{model}"
    )
    schemas.update(found["$defs"])


_SUCCESS = {
    "200": "Done; the answer shows it as it is now.",
    "201": "Created.",
    "202": "Accepted; it is being done.",
    "204": "Done; there is nothing to show.",
}


def _mend(operation: dict[str, Any], method: str, path: str, access: Access, readers: dict[str, str]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for status, response in responses.items():
        if response.get("description") == "Successful Response":
            response["description"] = "What was asked for." if method == "get" else _SUCCESS[status]
    parameters = operation.setdefault("parameters", [])
    _mend_parameters(parameters, access, method)
    has_body = "requestBody" in operation
    for status in _statuses(operation, method, path, access):
        responses[str(status)] = {"$ref": f"#/components/responses/{PROBLEMS[status]}"}
    if method == "get" and operation["operationId"] != "getMetrics":
        responses["304"] = {"description": "Not changed since the `ETag` that was sent in `If-None-Match`."}
    operation["responses"] = dict(sorted(responses.items()))
    _add_headers(operation, method, access, readers)
    if has_body:
        _mend_body(operation, method)
    if access.permission is None:
        operation["security"] = []
    else:
        operation["security"] = _security(access.permission)
        if access.permission is not Permission.OWN_ACCOUNT:
            operation["description"] = f"{operation.get('description', '')}\n\nWho may: {holders(access.permission)}."
    if not parameters:
        del operation["parameters"]


def _mend_parameters(parameters: list[dict[str, Any]], access: Access, method: str) -> None:
    for parameter in parameters:
        schema = parameter["schema"]
        options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
        if options and len(options) < len(schema["anyOf"]):
            schema.pop("anyOf")
            parameter["schema"] = options[0] | schema if len(options) == 1 else schema | {"anyOf": options}
        parameter["schema"].pop("title", None)
        if parameter["name"] == "If-Match":
            parameter["required"] = True
            parameter["example"] = '"7"'
    if method == "get":
        parameters.append(
            {
                "name": "If-None-Match",
                "in": "header",
                "required": False,
                "description": "The `ETag` of the answer that you have; 304 when it is still the same.",
                "schema": {"type": "string", "maxLength": 1000},
                "example": '"7.0f2c1a9be04d5e6f77"',
            }
        )
    if method == "post" and access.replays:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": access.key_required,
                "description": "A key of your own for this request: sending it again replays the first answer. "
                "Kept for 7 days.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
                "example": "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21",
            }
        )


def _statuses(operation: dict[str, Any], method: str, path: str, access: Access) -> set[int]:
    names = {parameter["name"] for parameter in operation["parameters"]}
    # 422 everywhere: an unknown query parameter is refused by name.
    found = {422, 500, 503}
    if access.permission is not None:
        found |= {401, 403}
    if "{" in path:
        found.add(404)
    if "requestBody" in operation:
        found |= {400, 408, 413, 415, 422}
    if "If-Match" in names:
        found |= {400, 412, 428}
    if "Idempotency-Key" in names:
        found |= {400, 409, 422}
    if method != "get" and access.permission not in (None, Permission.OWN_ACCOUNT):
        found.add(409)
    if access.limits:
        found.add(429)
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        found.add(507)
    return found | _SPECIAL.get(operation["operationId"], set())


def _add_headers(operation: dict[str, Any], method: str, access: Access, readers: dict[str, str]) -> None:
    text = {"schema": {"type": "string"}}
    for status, response in operation["responses"].items():
        if "$ref" in response:
            continue
        headers = response.setdefault("headers", {})
        headers["X-Request-Id"] = {"description": "Quote it when you report something.", **text}
        if "application/json" in response.get("content", {}) and (method == "get" or "If-Match" in str(operation)):
            headers["ETag"] = {"description": "Changes whenever this answer would. Send it back in If-Match.", **text}
        if method == "post" and access.replays:
            headers["Idempotent-Replayed"] = {
                "description": "`true` when this is the answer to an earlier request.",
                **text,
            }
        if access.location is not None and status == "201":
            headers["Location"] = {"description": "Where what was created is read.", **text}
            _add_link(response, access.location, readers)
    if method == "get" and any(parameter["name"] == "cursor" for parameter in operation["parameters"]):
        operation["responses"]["200"]["headers"]["Link"] = {"description": "The next page (RFC 8288).", **text}


def _add_link(response: dict[str, Any], location: str, readers: dict[str, str]) -> None:
    """An OpenAPI link from what was created to where it is read, so that a tool can walk the process by itself."""
    for pattern, reader in readers.items():
        fixed, _, last = pattern.rpartition("/")
        if last.startswith("{") and f"{fixed}/{{id}}" == location:
            given = {last.strip("{}"): "$response.body#/id"}
            names = [part.strip("{}") for part in fixed.split("/") if part.startswith("{")]
            given |= {name: f"$request.path.{name}" for name in names}
            response["links"] = {reader: {"operationId": reader, "parameters": given}}


def _mend_body(operation: dict[str, Any], method: str) -> None:
    content = operation["requestBody"]["content"]
    if operation["operationId"] == "saveApplicationDetailsGroup":
        content["application/json"]["schema"] = {
            "title": "ApplicationDetailsGroupPatch",
            "description": "The schema of the group that the path names.",
            "anyOf": [{"$ref": f"{_REF}{draft.__name__}"} for draft in DETAILS_SCHEMAS.values()],
        }
    if method == "patch" and "application/json" in content:
        content["application/merge-patch+json"] = deepcopy(content["application/json"])
    operation["requestBody"]["required"] = True


def _security(permission: Permission) -> list[dict[str, list[str]]]:
    scopes = [scope.value for scope in Scope if permission in GRANTS[scope]]
    return [{"session": []}, *({"client": [scope]} for scope in scopes)]


def _name_form_bodies(document: dict[str, Any]) -> None:
    """`Body_uploadPolicy…` becomes `UploadPolicyForm`, so that generated clients get a name worth having."""
    schemas = document["components"]["schemas"]
    for item in document["paths"].values():
        for operation in item.values():
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                name = content["schema"].get("$ref", "").removeprefix(_REF)
                if name.startswith("Body_"):
                    better = operation["operationId"][0].upper() + operation["operationId"][1:] + "Form"
                    schemas[better] = schemas.pop(name) | {"title": better, "additionalProperties": False}
                    content["schema"] = {"$ref": f"{_REF}{better}"}
                    name = better
                if "form" in media_type:
                    _drop_null(schemas[name]["properties"])


def _drop_null(properties: dict[str, Any]) -> None:
    """A form has no null: what is optional in it is left out."""
    for name, described in properties.items():
        options = [option for option in described.get("anyOf", ()) if option != {"type": "null"}]
        if len(options) == 1:
            properties[name] = options[0] | {key: value for key, value in described.items() if key != "anyOf"}


def _mend_schemas(node: Any) -> None:
    """What JSON Schema generation leaves behind: titles that only repeat a name, and the 3.1 spelling of a file."""
    if isinstance(node, dict):
        if node.get("contentMediaType") == "application/octet-stream":
            del node["contentMediaType"]
            node["format"] = "binary"
        properties = node.get("properties")
        if isinstance(properties, dict):
            for described in properties.values():
                if isinstance(described, dict):
                    described.pop("title", None)
        for value in node.values():
            _mend_schemas(value)
    elif isinstance(node, list):
        for value in node:
            _mend_schemas(value)


async def as_json(app: FastAPI) -> bytes:
    """The document as JSON, made once, and in a thread: it takes a second that no other request should wait."""
    if not hasattr(app.state, "contract_json"):
        app.state.contract_json = await to_thread.run_sync(lambda: json.dumps(app.openapi()).encode())
    made: bytes = app.state.contract_json
    return made


class _Dumper(yaml.SafeDumper):
    """YAML without anchors, so that a person can read each place by itself."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump(document: dict[str, Any]) -> str:
    """The document as YAML."""
    header = "# Made by `make contract` from the running app; a check fails when the two differ. Review it like code.\n"
    return header + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def write(app: FastAPI) -> None:
    """Write `openapi/openapi.yaml`."""
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(dump(build(app)), encoding="utf-8")


def is_current(app: FastAPI) -> bool:
    """True when the file says what the app does."""
    return PATH.is_file() and PATH.read_text(encoding="utf-8") == dump(build(app))
