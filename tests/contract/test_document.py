"""The contract is complete: every operation documents its purpose, input, responses and problems."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.domain.refusals.catalogue import REFUSALS, TITLES
from app.http.access import Access, Deprecation, operation_access
from app.http.contract import build
from app.http.contract.skeleton import skeleton
from tests.contract.reading import PROBLEM, described, document, everything, resolved

_CAMEL = re.compile(r"[a-z]+([A-Z][a-z]+)*")


def test_it_is_a_valid_openapi_3_1_document() -> None:
    """By the OpenAPI Initiative's own schema, references included."""
    assert document()["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


def test_it_names_its_owner_and_servers() -> None:
    """The title, contact and servers that tools show first."""
    info = document()["info"]
    assert all(info[name] for name in ("title", "version", "summary", "description", "contact", "license"))
    (server,) = document()["servers"]
    assert server["url"] == "/"
    assert server["description"]


def test_every_operation_has_a_name_summary_description_and_tag() -> None:
    """An `operationId`, a short summary, full sentences, and one described tag."""
    tags = {tag["name"] for tag in document()["tags"]}
    assert all(tag["description"] for tag in document()["tags"])
    names = [operation.id for operation in described()]
    assert len(names) == len(set(names))
    for operation in described():
        item = operation.item
        assert _CAMEL.fullmatch(operation.id), operation.id
        assert 3 < len(item["summary"]) < 60, operation.id
        assert not item["summary"].endswith("."), operation.id
        assert all(part.endswith((".", ":")) for part in item["description"].split("\n\n")), operation.id
        assert len(item["tags"]) == 1, operation.id
        assert set(item["tags"]) <= tags, operation.id


def test_every_operation_declares_its_security() -> None:
    """With declared schemes and scopes; nothing is public by oversight."""
    schemes = document()["components"]["securitySchemes"]
    scopes = schemes["client"]["flows"]["clientCredentials"]["scopes"]
    for operation in described():
        for requirement in operation.item["security"]:
            (name,) = requirement
            assert name in schemes, operation.id
            assert set(requirement[name]) <= set(scopes), operation.id


def test_every_parameter_is_described_and_never_null() -> None:
    """Optional parameters are omitted, path parameters are required, and every name in a path is described."""
    for operation in described():
        in_path = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", operation.path)), operation.id
        named = [(parameter["in"], parameter["name"]) for parameter in operation.parameters]
        assert len(named) == len(set(named)), operation.id
        for parameter in operation.parameters:
            where = (operation.id, parameter["name"])
            assert parameter["description"], where
            assert "example" in parameter, where
            assert "description" not in parameter["schema"], where
            assert "null" not in str(parameter["schema"]), where
            assert parameter["in"] != "path" or parameter["required"], where


def test_every_response_is_described() -> None:
    """In words, with a schema exactly if it has content."""
    for operation in described():
        assert any(status.startswith("2") for status in operation.responses), operation.id
        for status, answer in operation.responses.items():
            where = (operation.id, status)
            assert answer["description"], where
            assert all(body.get("schema") for body in answer.get("content", {}).values()), where
            assert (status in ("204", "304")) == (not answer.get("content")), where
            assert status < "400" or set(answer["content"]) == {PROBLEM}, where


def test_every_header_is_described() -> None:
    """By reference to one component with a description, a schema and an example."""
    for operation in described():
        for status, answer in operation.responses.items():
            assert {"X-Request-Id", "Cache-Control"} <= answer["headers"].keys(), (operation.id, status)
            for name, header in answer["headers"].items():
                assert header == {"$ref": f"#/components/headers/{name}"}, (operation.id, status)
    for name, header in document()["components"]["headers"].items():
        assert header["description"], name
        assert header["schema"]["type"] in ("string", "integer"), name
        assert "example" in header, name


def test_headers_are_documented_exactly_where_they_are_sent() -> None:
    """Each convention determines the responses with its header."""
    for operation in described():
        taken = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "header"}
        for status, answer in operation.responses.items():
            where, sent = (operation.id, status), set(answer["headers"])
            assert ("RateLimit" in sent) == operation.path.startswith("/v1/"), where
            assert ("WWW-Authenticate" in sent) == (status == "401"), where
            assert ("Idempotent-Replayed" in sent) == (status < "300" and "Idempotency-Key" in taken), where
            assert ("Content-Range" in sent) == (status in ("206", "416")), where
            assert ("Retry-After" in sent) == (status in ("429", "503") or "request_in_progress" in _codes(answer)), (
                where
            )
            assert ("Location" in sent) == (status == "201"), where
            assert "ETag" in sent or status not in ("304", "412"), where
            assert {"Accept-Post", "Accept-Patch"} <= sent or status != "415", where


def test_every_request_header_has_its_refusals() -> None:
    """A precondition has 412 and 428, a key its three refusals, a body 408, 413 and 415."""
    for operation in described():
        taken = {parameter["name"] for parameter in operation.parameters}
        codes = {code for answer in operation.responses.values() for code in _codes(answer)}
        statuses = set(operation.responses)
        assert ("If-Match" in taken) == ({"412", "428"} <= statuses), operation.id
        assert ("If-None-Match" in taken) == ("304" in statuses), operation.id
        assert ("Range" in taken) == ({"206", "416"} <= statuses), operation.id
        assert ("requestBody" in operation.item) == ({"408", "413", "415"} <= statuses), operation.id
        key = {"bad_idempotency_key", "idempotency_key_reused", "request_in_progress"}
        assert ("Idempotency-Key" in taken) == (key <= codes), operation.id
        assert ("429" in statuses) == operation.path.startswith("/v1/"), operation.id
        assert ("401" in statuses) >= bool(operation.item["security"]), operation.id


def test_every_refusal_names_its_problems() -> None:
    """As examples by code with the right status, and in the response's description."""
    for operation in described():
        for status, answer in operation.responses.items():
            if status < "400":
                continue
            codes = _codes(answer)
            assert codes, (operation.id, status)
            for code in codes:
                assert REFUSALS[code].status == int(status), (operation.id, code)
                assert f"`{code}`: {REFUSALS[code].sentence}" in answer["description"], (operation.id, code)


def test_problem_examples_match_the_sent_problems() -> None:
    """The same type, title, status and code."""
    examples = document()["components"]["examples"]
    for code, kind in REFUSALS.items():
        if code in examples:
            value = examples[code]["value"]
            assert value["type"] == f"/problems/{code}"
            assert (value["title"], value["status"], value["code"]) == (kind.title, kind.status, code)
    assert {kind.status for kind in REFUSALS.values()} == TITLES.keys()


def test_every_problem_is_documented_by_some_operation() -> None:
    """Except those outside any operation: unknown address or method, and internal faults."""
    used = {code for operation in described() for answer in operation.responses.values() for code in _codes(answer)}
    left = {code for code, kind in REFUSALS.items() if not kind.last_line}
    assert left - used == {"method_not_allowed"}


def test_shared_responses_are_used_more_than_once() -> None:
    """By at least two operations; the response of one operation is defined inline."""
    shared = document()["components"]["responses"]
    assert len(shared) > 20
    for name in shared:
        reference = {"$ref": f"#/components/responses/{name}"}
        users = [found.id for found in described() if reference in found.item["responses"].values()]
        assert len(users) > 1, (name, users)


def test_nothing_is_anonymous() -> None:
    """Every enumeration and object is a named component, but for a webhook's payload: an event with one type's data."""
    own = re.compile(r"/components/schemas/[^/]+")
    free = re.compile(
        r"/components/schemas/((Feed|Webhook)Event/properties/data|(TimelineEvent|RecordedChange|InitialApplicationCorrection)/properties/(before|after)|SecurityEvent/properties/detail)"
    )
    payload = re.compile(r"/webhooks/[^/]+/post/requestBody/content/application~1json/schema")
    for pointer, node in everything(document()):
        if "/components/schemas/" not in pointer and "/schema" not in pointer:
            continue
        named = own.fullmatch(pointer) is not None
        assert named or not isinstance(node.get("enum"), list), pointer
        assert named or "oneOf" not in node or isinstance(node["oneOf"], dict), pointer
        assert named or node.get("type") != "object" or free.match(pointer) or payload.fullmatch(pointer), pointer


def test_schema_names_are_meaningful() -> None:
    """No names generated by the framework, and files in the form that every generator supports."""
    for name in document()["components"]["schemas"]:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", name), name
        assert not name.startswith("Body"), name
    for pointer, node in everything(document()):
        assert "contentMediaType" not in node, pointer


def test_every_tag_is_used() -> None:
    """A tag without an operation would be an empty section."""
    assert document()["tags"] == skeleton()["tags"]


def test_the_document_is_deterministic(routes_of_app: FastAPI) -> None:
    """Two apps build identical documents, so the file in the repository can be compared."""
    assert str(build(routes_of_app)) == str(document())


def test_a_deprecated_operation_documents_its_headers(routes_of_app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9745 and RFC 8594. Nothing else changes, and the header components exist only if used."""
    since, sunset = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)

    def access_of(route: Any) -> Access:
        access = operation_access(route)
        going = route.operation_id == "listSites"
        return replace(access, deprecation=Deprecation(since, sunset, "/docs")) if going else access

    assert "deprecated" not in document()["paths"]["/v1/centres/{centre_id}/sites"]["get"]
    monkeypatch.setattr("app.http.contract.document.operation_access", access_of)
    changed = build(routes_of_app)
    site = "/v1/centres/{centre_id}/sites"
    assert changed["paths"][site]["post"] == document()["paths"][site]["post"]
    assert changed["paths"][site]["get"]["deprecated"] is True
    for status, answer in changed["paths"][site]["get"]["responses"].items():
        assert {"Deprecation", "Sunset", "Link"} <= answer["headers"].keys(), status
    assert {"Deprecation", "Sunset"} <= changed["components"]["headers"].keys()


def _codes(answer: dict[str, Any]) -> list[str]:
    examples = answer.get("content", {}).get(PROBLEM, {}).get("examples", {})
    assert all(resolved(example)["value"]["code"] == code for code, example in examples.items())
    return list(examples)
