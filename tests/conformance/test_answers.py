"""The validator's positive controls: one deliberate violation for each check."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.conformance.answers import Answer, Contract
from tests.conformance.plugin import current, never_seen

ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
HEADERS = {"content-type": "application/json", "x-request-id": "r1", "etag": '"1"'}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "A document for a test", "version": "1"},
    "paths": {
        "/v1/things/{thing_id}": {
            "get": {
                "operationId": "getThing",
                "responses": {
                    "200": {
                        "description": "The thing.",
                        "headers": {
                            "X-Request-Id": {"required": True, "schema": {"type": "string"}},
                            "ETag": {"required": True, "schema": {"type": "string", "pattern": '^"[^"]+"$'}},
                            "Retry-After": {"schema": {"type": "integer", "minimum": 1}},
                        },
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "304": {"description": "The same.", "headers": {"ETag": {"schema": {"type": "string"}}}},
                    "404": {"$ref": "#/components/responses/NotFound"},
                },
            },
            "delete": {"operationId": "deleteThing", "responses": {"204": {"description": "Gone."}}},
        },
        "/v1/things/first": {
            "get": {"operationId": "getFirstThing", "responses": {"204": {"description": "There is none."}}}
        },
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id", "at"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "at": {"type": ["string", "null"], "format": "date-time"},
                },
                "additionalProperties": False,
            },
            "Problem": {"type": "object", "required": ["type", "status", "code"]},
        },
        "responses": {
            "NotFound": {
                "description": "Not there.",
                "headers": {"X-Request-Id": {"schema": {"type": "string"}}},
                "content": {
                    "application/problem+json": {
                        "schema": {"$ref": "#/components/schemas/Problem"},
                        "examples": {"not_found": {"value": {"code": "not_found"}}},
                    }
                },
            }
        },
    },
}
THING = {"id": ID, "at": "2026-06-01T09:00:00Z"}
PROBLEM = {"type": "/problems/not_found", "status": 404, "code": "not_found", "request_id": "r1"}


def answer(body: Any = THING, status: int = 200, method: str = "GET", path: str = f"/v1/things/{ID}") -> Answer:
    """A valid response, with the given changes."""
    return Answer(method, path, status, HEADERS, json.dumps(body).encode())


def problem(status: int = 404, **changes: Any) -> Answer:
    """A valid problem, with the given changes."""
    headers = {"content-type": "application/problem+json", "x-request-id": "r1"}
    return Answer("GET", f"/v1/things/{ID}", status, headers, json.dumps(PROBLEM | changes).encode())


def changed(found: Answer, **headers: str | None) -> Answer:
    """The same response with other headers; None removes one."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in {**found.headers, **names}.items() if value is not None}
    return Answer(found.method, found.path, found.status, kept, found.body)


WRONG = {
    "an undocumented status": (answer(status=202), "the status is not documented"),
    "a wrong type": (answer(THING | {"id": 7}), "id: "),
    "a wrong format": (answer(THING | {"at": "yesterday"}), "at: "),
    "a property too many": (answer(THING | {"more": 1}), "more"),
    "a property too few": (answer({"id": ID}), "at"),
    "a missing header": (changed(answer(), etag=None), "the header ETag is missing"),
    "a malformed header": (changed(answer(), etag="1"), "the header ETag is '1'"),
    "a header that is no number": (changed(answer(), retry_after="soon"), "the header Retry-After"),
    "a header too low": (changed(answer(), retry_after="0"), "the header Retry-After"),
    "an undocumented header": (changed(answer(), x_more="1"), "the header x-more is not documented"),
    "another media type": (changed(answer(), content_type="text/html"), "the media type text/html"),
    "no JSON": (Answer("GET", f"/v1/things/{ID}", 200, HEADERS, b"{"), "the body is not JSON"),
    "a body where there is none": (Answer("GET", "/v1/things/first", 204, {}, b"{}"), "none is documented"),
    "an undocumented code": (problem(code="no_such", type="/problems/no_such"), "the code no_such"),
    "a type of another code": (problem(type="/problems/other"), "the type is /problems/other"),
    "a request id of another request": (problem(request_id="r2"), "the request id differs"),
    "a method that the path does not take": (answer(method="PATCH"), "the method is not in the document"),
    "a body of HEAD": (answer(method="HEAD"), "HEAD has a body"),
    "an undocumented header of HEAD": (
        changed(Answer("HEAD", f"/v1/things/{ID}", 200, HEADERS, b""), x_more="1"),
        "x-more",
    ),
    "no true Allow": (changed(problem(405), allow="GET"), "Allow is ['GET']"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_undocumented_response_is_a_fault(what: str) -> None:
    """Each fault names the operation or address, the status, and the violation."""
    found, expected = WRONG[what]
    (fault,) = Contract(DOCUMENT).faults(found)
    assert expected in fault
    assert f"→ {found.status}: " in fault


def test_a_problems_status_matches_the_response() -> None:
    body = PROBLEM | {"status": 400}
    headers = {"content-type": "application/problem+json", "x-request-id": "r1"}
    faults = Contract(DOCUMENT).faults(Answer("GET", f"/v1/things/{ID}", 404, headers, json.dumps(body).encode()))
    assert faults == ["getThing → 404: the problem's status is 400"]


@pytest.mark.parametrize(
    "right",
    [
        answer(),
        answer(THING | {"at": None}),
        changed(answer(), retry_after="3"),
        problem(),
        Answer("GET", f"/v1/things/{ID}", 304, {"etag": '"1"'}, b""),
        Answer("GET", "/v1/things/first", 204, {}, b""),
        changed(problem(405), allow="DELETE, GET, HEAD"),
        Answer("HEAD", f"/v1/things/{ID}", 200, HEADERS, b""),
        answer(path="/elsewhere", status=418),
    ],
)
def test_a_documented_response_is_accepted(right: Answer) -> None:
    assert Contract(DOCUMENT).faults(right) == []


def test_an_answer_is_also_the_deprecated_operations_at_its_address() -> None:
    """`getThing` is at the address of `getFirstThing` too; it counts there only once it is deprecated."""
    document = deepcopy(DOCUMENT)
    first = Answer("GET", "/v1/things/first", 204, {}, b"")
    assert Contract(document).operations_of(first) == ["getFirstThing"]
    document["paths"]["/v1/things/{thing_id}"]["get"]["deprecated"] = True
    assert Contract(document).operations_of(first) == ["getFirstThing", "getThing"]
    (fault,) = Contract(document).faults(first)
    assert fault.startswith("getThing → 204: the status is not documented")


def test_responses_never_seen_are_named() -> None:
    """An operation × status, and an operation × status × code."""
    document = deepcopy(DOCUMENT)
    examples = document["components"]["responses"]["NotFound"]["content"]["application/problem+json"]["examples"]
    examples["thing_gone"] = {"value": {"code": "thing_gone"}}
    seen = [("getThing", 200, ""), ("getThing", 404, "not_found"), ("getFirstThing", 204, "")]
    assert never_seen(Contract(document), seen) == ["getThing → 304", "getThing → 404 thing_gone", "deleteThing → 204"]


def test_every_documented_response_can_be_validated() -> None:
    """Each documented status is found, and each problem has at least one code."""
    judged = current()
    for operation, (path, method) in judged.operations.items():
        for status in judged.document["paths"][path][method]["responses"]:
            found = judged.response(operation, int(status))
            assert found is not None, (operation, status)
            assert int(status) < 400 or judged.codes(operation, int(status)), (operation, status)
    assert len(judged.operations) > 100
