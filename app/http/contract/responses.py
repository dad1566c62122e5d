"""The answers of an operation by status, with headers and examples. Shared refusals become components."""

import re
from typing import Any

from app.domain.refusals.catalogue import REFUSALS, TITLES
from app.http.contract import headers
from app.http.contract.operations import JSON, Operation
from app.http.contract.refusals import refusals

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_CONTENT = "Done. The answer has no body."
_NOT_MODIFIED = "Not modified: the `ETag` in `If-None-Match` is current."
_TEXTS = {"text/plain": "The metrics in Prometheus text format."}

# Refusals that several operations share; those of one operation, or of two, stand at the operation.
SHARED: dict[str, tuple[int, tuple[str, ...]]] = {
    "BadIdempotencyKey": (400, ("bad_idempotency_key",)),
    "BadPrecondition": (400, ("bad_if_match", "bad_header")),
    "BadBody": (400, ("malformed_json", "body_missing")),
    "BadBodyOrKey": (400, ("malformed_json", "body_missing", "bad_idempotency_key")),
    "BadBodyOrRequiredKey": (
        400,
        ("malformed_json", "body_missing", "bad_idempotency_key", "idempotency_key_required"),
    ),
    "BadBodyOrPrecondition": (400, ("malformed_json", "body_missing", "bad_if_match", "bad_header")),
    "BadBodyPreconditionOrKey": (
        400,
        ("malformed_json", "body_missing", "bad_if_match", "bad_idempotency_key", "bad_header"),
    ),
    "Unauthenticated": (401, ("unauthenticated", "token_not_valid")),
    "FirstPassword": (403, ("password_change_required",)),
    "Forbidden": (403, ("password_change_required", "role_not_allowed")),
    "ForbiddenButToTheCentreLead": (403, ("password_change_required", "role_not_allowed", "not_your_application")),
    "RoleNotAllowed": (403, ("role_not_allowed",)),
    "NotFound": (404, ("not_found",)),
    "NotAcceptable": (406, ("not_acceptable",)),
    "RequestTimeout": (408, ("request_timeout",)),
    "IntegrationClientDeactivated": (409, ("integration_client_deactivated",)),
    "RequestInProgress": (409, ("request_in_progress",)),
    "StaleVersion": (412, ("stale_version",)),
    "TooLarge": (413, ("too_large",)),
    "UnsupportedMediaType": (415, ("unsupported_media_type",)),
    "RangeNotSatisfiable": (416, ("range_not_satisfiable",)),
    "InvalidInput": (422, ("invalid_input",)),
    "InvalidInputOrKeyReused": (422, ("invalid_input", "idempotency_key_reused")),
    "PreconditionRequired": (428, ("precondition_required",)),
    "TooManyRequests": (429, ("too_many_requests",)),
    "HeadersTooLarge": (431, ("headers_too_large",)),
    "InternalError": (500, ("internal_error",)),
    "Unavailable": (503, ("unavailable", "overloaded")),
    "StorageFull": (507, ("storage_full",)),
}
_NAMES = {(status, frozenset(codes)): name for name, (status, codes) in SHARED.items()}


def complete(operation: Operation) -> None:
    """Describe every answer of the operation."""
    responses = operation.described["responses"]
    responses.pop("422", None)
    _describe_successes(operation)
    deprecated = operation.is_deprecated
    for status, codes in refusals(operation).items():
        name = _NAMES.get((status, frozenset(codes)))
        # What is shared has the headers of the many: not counted, or deprecated, is another answer.
        responses[str(status)] = (
            {"$ref": f"#/components/responses/{name}"}
            if name and operation.is_public_api and not deprecated
            else _refusal(status, tuple(codes), counted=operation.is_public_api, deprecated=deprecated)
        )
    operation.described["responses"] = dict(sorted(responses.items()))


def announce_unchanged(operation: Operation) -> None:
    """304, for every operation that is read and has a tag; before the parameters are completed."""
    answer = operation.described["responses"].get("200", {})
    if operation.method == "get" and (operation.is_download or "application/json" in answer.get("content", {})):
        operation.described["responses"].setdefault("304", {"description": _NOT_MODIFIED})


def _describe_successes(operation: Operation) -> None:
    for status, answer in operation.described["responses"].items():
        if answer.get("description") == "Successful Response":
            answer["description"] = _returned(operation, answer)
        answer["headers"] = headers.refer(headers.of_success(operation, status, answer))


def _returned(operation: Operation, answer: dict[str, Any]) -> str:
    """Name what the answer holds: "The application." for one object, else the first sentence about its schema."""
    content = answer.get("content", {})
    if not content:
        return _NO_CONTENT
    if JSON not in content:
        return _TEXTS[next(iter(content))]
    schema = operation.described_by(content[JSON]["schema"])
    sentence = f"{schema['description'].partition('. ')[0].rstrip('.')}."
    if sentence.startswith(("A ", "An ", "One ", "Something ")):
        return f"The {_WORD.sub(' ', schema['title']).lower()}."
    return sentence


def _refusal(status: int, codes: tuple[str, ...], *, counted: bool, deprecated: bool) -> dict[str, Any]:
    """The answer of one status with its problems, in words and as examples."""
    return {
        "description": _words(status, codes),
        "headers": headers.refer(headers.of_problem(status, codes, counted=counted, deprecated=deprecated)),
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }


def _words(status: int, codes: tuple[str, ...]) -> str:
    lines = "\n".join(f"- `{code}`: {REFUSALS[code].sentence}" for code in codes)
    return f"{TITLES[status]}.\n\n{lines}"


def shared() -> dict[str, Any]:
    """The refusals that operations refer to, by name."""
    return {name: _refusal(status, codes, counted=True, deprecated=False) for name, (status, codes) in SHARED.items()}
