"""The answers of an operation by status, with headers and examples. Shared refusals become components."""

import re

from app.domain.json_values import JsonObject
from app.domain.refusals.catalogue import REFUSALS, TITLES
from app.http.contract import headers
from app.http.contract.operations import JSON, PROBLEM, Operation
from app.http.contract.refusals import refusals
from app.http.contract.sharing import reference

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_CONTENT = "Done. The answer has no body."
_NOT_MODIFIED = "Not modified: the `ETag` in `If-None-Match` is current."
_TEXTS = {"text/plain": "The metrics in Prometheus text format."}

# What several operations answer alike becomes a component. One refusal is called as its class, several as here.
_BODY = "body_missing malformed_json"
_PRECONDITION = "bad_header bad_if_match"
_NAMES = {
    frozenset(codes.split()): name
    for name, codes in {
        "BadPrecondition": _PRECONDITION,
        "BadBody": _BODY,
        "BadBodyOrKey": f"{_BODY} bad_idempotency_key",
        "BadBodyOrRequiredKey": f"{_BODY} bad_idempotency_key idempotency_key_required",
        "BadBodyOrPrecondition": f"{_BODY} {_PRECONDITION}",
        "BadBodyPreconditionOrKey": f"{_BODY} {_PRECONDITION} bad_idempotency_key",
        "Unauthenticated": "token_not_valid unauthenticated",
        "FirstPassword": "password_change_required",
        "SecondFactorOrFirstPassword": "password_change_required second_factor_required",
        "Forbidden": "password_change_required role_not_allowed second_factor_required",
        "ForbiddenWithoutStepUp": "password_change_required role_not_allowed second_factor_required step_up_required",
        "ForbiddenButToTheCentreLead": "not_your_application password_change_required role_not_allowed "
        "second_factor_required",
        "InvalidInputOrKeyReused": "idempotency_key_reused invalid_input",
        "Unavailable": "overloaded unavailable",
    }.items()
}


def complete(operation: Operation) -> None:
    """Describe every answer of the operation."""
    responses = operation.described["responses"]
    responses.pop("422", None)
    _describe_successes(operation)
    for status, codes in refusals(operation).items():
        responses[str(status)] = _refusal(operation, status, codes)
    operation.described["responses"] = dict(sorted(responses.items()))


def component_name(response: JsonObject) -> str | None:
    """The name of a shared refusal; None for any other answer, and for a refusal without the usual headers."""
    codes = list(response.get("content", {}).get(PROBLEM, {}).get("examples", ()))
    if not codes or "RateLimit" not in response["headers"] or "Deprecation" in response["headers"]:
        return None
    return _NAMES.get(frozenset(codes), REFUSALS[codes[0]].__name__ if len(codes) == 1 else None)


def announce_unchanged(operation: Operation) -> None:
    """304, for every operation that is read and has a tag; before the parameters are completed."""
    answer = operation.responses.get("200", {})
    if operation.method == "get" and (operation.is_download or JSON in answer.get("content", {})):
        operation.responses.setdefault("304", {"description": _NOT_MODIFIED})


def _describe_successes(operation: Operation) -> None:
    for status, answer in operation.responses.items():
        if answer.get("description") == "Successful Response":
            answer["description"] = _returned(operation, answer)
        answer["headers"] = _refer("headers", headers.of_success(operation, status, answer))


def _returned(operation: Operation, answer: JsonObject) -> str:
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


def _refusal(operation: Operation, status: int, codes: list[str]) -> JsonObject:
    """The answer of one status with its problems, in words and as examples."""
    lines = "\n".join(f"- `{code}`: {REFUSALS[code].sentence}" for code in codes)
    return {
        "description": f"{TITLES[status]}.\n\n{lines}",
        "headers": _refer("headers", headers.of_problem(operation, status, codes)),
        "content": {
            PROBLEM: {
                "schema": reference("schemas", "Problem"),
                "examples": _refer("examples", codes),
            }
        },
    }


def _refer(kind: str, names: list[str]) -> JsonObject:
    return {name: reference(kind, name) for name in names}
