"""Parameters: add those that no signature declares, and share equal ones."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from app.http.contract.operations import Operation
from app.schemas.ids import IDS_IN_PATHS

_TAG = '(W/)?"[!#-~]*"'
_TAGS = rf"^(\*|{_TAG}( *, *{_TAG})*)$"


# No header is longer: the server takes no more of all of them together.
_LONGEST_HEADER = 64 * 1024


def _header(name: str, description: str, example: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string", "maxLength": _LONGEST_HEADER, **schema},
        "example": example,
    }


_IF_MATCH = _header(
    "If-Match",
    "The `ETag` that you last read of the resource. Without it the answer is 428, with a stale one 412; `*` matches "
    "any version.",
    '"7"',
    required=True,
    maxLength=1000,
    pattern=_TAGS,
)
_IF_NONE_MATCH = _header(
    "If-None-Match",
    "The `ETag` of the answer that you hold. The answer is 304 if it has not changed.",
    '"7.0f2c1a9be04d5e6f77"',
)
_KEY_EXAMPLE = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
_KEY = "Your own key for this request, such as a UUID. Sending it again with the same content replays the first "
_IDEMPOTENCY_KEY = _header(
    "Idempotency-Key", _KEY + "answer. Kept for 7 days.", _KEY_EXAMPLE, maxLength=255, pattern=r"^[!#-\[\]-~]+$"
)
_REQUIRED_KEY = _IDEMPOTENCY_KEY | {
    "required": True,
    "description": _KEY + "answer, so that money moves once. Kept for 7 days.",
}
_RANGE = _header(
    "Range",
    "The range of the file to return (RFC 9110 section 14.1.2). A range that is not understood is ignored.",
    "bytes=0-1023",
)
_IF_RANGE = _header(
    "If-Range",
    "The `ETag` of the file that the range belongs to. If the file has changed, all of it is returned.",
    '"9f86d081"',
)
_REQUEST_ID = _header(
    "X-Request-Id",
    "Your own id for the request: 1 to 128 letters, digits, dots, underscores and hyphens. If it is missing or "
    "malformed, one is generated.",
    "signup-form-42",
)
_TRACE = _header(
    "traceparent",
    "Your trace (W3C Trace Context), for the server's log. A malformed one is ignored.",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)
# Components whose name says more than the parameter's own.
_NAMES = {id(_REQUIRED_KEY): "RequiredIdempotencyKey"}


def complete(operation: Operation) -> None:
    """Add the parameters that the signature does not declare, and tidy the others."""
    told = operation.parameters
    for parameter in told:
        _tidy(parameter)
    described = operation.described
    kept = [parameter for parameter in told if parameter["name"] != "If-Match"]
    in_path = {parameter["name"]: parameter for parameter in kept if parameter["in"] == "path"}
    ordered = [in_path.get(name) or _path_id(name) for name in operation.path_names]
    ordered += [parameter for parameter in kept if parameter["in"] != "path"]
    described["parameters"] = ordered + _headers(operation)


def _headers(operation: Operation) -> list[dict[str, Any]]:
    found = [_IF_MATCH] if operation.takes_if_match else []
    if "304" in operation.described["responses"]:
        found.append(_IF_NONE_MATCH)
    if operation.is_download:
        found += [_RANGE, _IF_RANGE]
    if operation.takes_key:
        found.append(_REQUIRED_KEY if operation.access.key_required else _IDEMPOTENCY_KEY)
    return [*found, _REQUEST_ID, _TRACE]


def _path_id(name: str) -> dict[str, Any]:
    """An id in the path, by its type: the route loads the object itself, so no signature names the id."""
    schema = TypeAdapter(IDS_IN_PATHS[name]).json_schema()
    described = schema.pop("description")
    (example,) = schema.pop("examples")
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": described,
        "schema": schema,
        "example": example,
    }


def _tidy(parameter: dict[str, Any]) -> None:
    """Drop null, because an optional parameter is left out, and keep description and example beside the schema."""
    schema = parameter["schema"]
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if options and len(options) < len(schema["anyOf"]):
        del schema["anyOf"]
        schema = options[0] | schema if len(options) == 1 else schema | {"anyOf": options}
    schema.pop("title", None)
    schema.pop("description", None)
    if schema.pop("deprecated", False):
        parameter["deprecated"] = True
    examples = [example for example in schema.pop("examples", ()) if example is not None]
    if examples:
        parameter["example"] = examples[0]
    if schema.get("type") == "array":
        # What is the default anyway, for readers who do not know it by heart: `status=a&status=b`.
        parameter |= {"style": "form", "explode": True}
    parameter["schema"] = schema


def share(operations: Iterable[Operation]) -> dict[str, Any]:
    """Move parameters that several operations share into components, and return these."""
    operations = list(operations)
    every = [parameter for operation in operations for parameter in operation.parameters]
    words = Counter(json.dumps(parameter, sort_keys=True) for parameter in every)
    named: dict[str, str] = {}
    components: dict[str, Any] = {}
    for parameter in every:
        said = json.dumps(parameter, sort_keys=True)
        name = _NAMES.get(id(parameter)) or "".join(
            part[:1].upper() + part[1:] for part in parameter["name"].replace("_", "-").split("-")
        )
        if words[said] > 1 and said not in named and name not in components:
            named[said] = name
            components[name] = parameter
    for operation in operations:
        operation.described["parameters"] = [
            {"$ref": f"#/components/parameters/{named[said]}"}
            if (said := json.dumps(one, sort_keys=True)) in named
            else one
            for one in operation.parameters
        ]
    return dict(sorted(components.items()))
