"""The contract's links are valid: a tool can follow them from the public form to the decision."""

import re
from collections import deque

import pytest

from app.domain.policies import PolicyKey
from app.domain.sections import DetailsGroup
from app.http.contract.links import LINKS
from app.schemas.details import DETAILS_SCHEMAS
from tests.contract.reading import Described, described, faults, resolved

_BODY = re.compile(r"\$response\.body#/(.+)")
_PATH = re.compile(r"\$request\.path\.(.+)")
# Nothing follows except a link in an email.
_ENDS = {"requestPasswordReset"}


def _operation(id_: str) -> Described:
    return next(found for found in described() if found.id == id_)


def _links() -> list[tuple[Described, dict[str, object], dict[str, object]]]:
    return [
        (operation, answer, link)
        for operation in described()
        for answer in operation.responses.values()
        for link in answer.get("links", {}).values()
    ]


def test_the_table_matches_the_document() -> None:
    """The table has no duplicate links."""
    assert len(_links()) == len(LINKS)


def test_every_creation_has_a_link() -> None:
    """At least to its read operation, if it has one."""
    ends = {operation.id for operation in described() if "201" in operation.responses} - _ENDS
    linked = {operation.id for operation, _, _ in _links()}
    assert ends - linked == set()


def test_every_link_gives_valid_parameters() -> None:
    """All path parameters, and none that the operation does not accept."""
    for operation, _, link in _links():
        target = _operation(str(link["operationId"]))
        taken = {f"{parameter['in']}.{parameter['name']}" for parameter in target.parameters}
        given = set(link.get("parameters", {}))  # type: ignore[call-overload]
        where = (operation.id, target.id)
        assert given <= taken, where
        assert {name for name in taken if name.startswith("path.")} <= given, where
        assert "requestBody" not in link or "requestBody" in target.item, where


def test_every_link_expression_can_be_resolved() -> None:
    """From the body, a header, or a path parameter; a literal is valid for its parameter."""
    for operation, answer, link in _links():
        in_path = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"}
        target = _operation(str(link["operationId"]))
        for name, value in link.get("parameters", {}).items():  # type: ignore[attr-defined]
            where = (operation.id, target.id, name)
            if body := _BODY.fullmatch(value):
                assert _has(answer, body[1]), where
            elif path := _PATH.fullmatch(value):
                assert path[1] in in_path, where
            elif value == "$response.header.ETag":
                assert "ETag" in answer["headers"], where  # type: ignore[operator]
            else:
                (parameter,) = (one for one in target.parameters if f"{one['in']}.{one['name']}" == name)
                assert faults(parameter["schema"], value) == [], where


def _has(answer: dict[str, object], pointer: str) -> bool:
    """True when the answer's schema has the member; `items/3` is a member of a list."""
    schemas = [answer["content"]["application/json"]["schema"]]  # type: ignore[index]
    for part in pointer.split("/"):
        found = []
        while schemas:
            schema = resolved(schemas.pop())
            schemas += [*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())]
            if part.isdigit() and "items" in schema:
                found.append(schema["items"])
            elif part in schema.get("properties", {}):
                found.append(schema["properties"][part])
        schemas = found
    return bool(schemas)


def test_a_literal_request_body_of_a_link_is_valid() -> None:
    """For example a group of details, or a file."""
    for operation, _, link in _links():
        body = link.get("requestBody")
        if body is None or "$response" in str(body):
            continue
        content = _operation(str(link["operationId"])).item["requestBody"]["content"]
        for described_ in content.values():
            assert faults(described_["schema"], body) == [], (operation.id, link["operationId"])


def test_the_whole_form_is_linked() -> None:
    """Each group, each of the eleven policies, the agreement, and the submission (R11)."""
    names = {link.name for link in LINKS}
    saves = {f"save{DETAILS_SCHEMAS[group].__name__.removesuffix('Draft')}Details" for group in DetailsGroup}
    assert saves <= {link.then for link in LINKS}
    assert {f"upload_{key.value}" for key in PolicyKey} <= names


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("createInitialApplication", "submitApplication"),
        ("startApplication", "acceptAgreement"),
        ("startApplication", "createContact"),
        ("startApplication", "decide"),
        ("createSandboxApplication", "reversePayment"),
        ("createSession", "endSession"),
        ("publishDocument", "downloadDocument"),
    ],
)
def test_links_connect_the_steps(begin: str, end: str) -> None:
    """Following links only."""
    seen, ahead = {begin}, deque([begin])
    while ahead:
        here = ahead.popleft()
        for link in LINKS:
            if link.after == here and link.then not in seen:
                seen.add(link.then)
                ahead.append(link.then)
    assert end in seen
