"""Requests of the sweeps: each operation called by a permitted principal with a valid body, and each response checked
against the general conventions."""

from typing import Any

import httpx

from tests.contract.bank_rows import FILE, FORM
from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import Operation, operations, tagged_by
from tests.contract.who_may import PRINCIPALS, expected
from tests.integrations.file_samples import rtf

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-site",
    "cross-origin-opener-policy": "same-origin",
}


def require_protection(headers: httpx.Headers) -> None:
    """Every answer has each of the protecting headers once, and a policy that lets nobody frame it."""
    for name, value in SECURITY_HEADERS.items():
        assert headers.get_list(name) == [value], name
    assert len(headers.get_list("content-security-policy")) == 1
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(headers["content-security-policy"].split("; "))
    assert len(headers.get_list("cache-control")) == 1
    assert "set-cookie" not in headers


NEVER = "01990000-0000-7000-8000-000000000000"


def product() -> list[Operation]:
    """Every operation except the sandbox's, which have separate tests."""
    return [found for found in operations() if not found.path.startswith("/v1/sandbox")]


def writes() -> list[Operation]:
    """Every operation with a JSON body."""
    return [found for found in product() if found.takes_json]


def who_may(op: Operation) -> str:
    """The permitted principal with the fewest other rights, which is the last in the table."""
    return next(name for name in reversed(PRINCIPALS) if expected(op.id)[name] == "+")


def who_has(op: Operation, mark: str) -> str | None:
    """The first principal with this mark in the table: `3` for 403, `4` for 404. None when there is none."""
    return next((name for name in PRINCIPALS if name != "first_password" and expected(op.id)[name] == mark), None)


def address_of(landscape: Landscape, op: Operation, **changes: str) -> str:
    """The operation's address on the landscape."""
    ids = {"number": "2"} | changes if op.id == "compareSubmissions" else changes
    return path_of(landscape, op.id, op.path, **ids)


async def ask(landscape: Landscape, op: Operation, path: str | None = None, **more: Any) -> httpx.Response:
    """Call the operation as a permitted principal, or as `who`."""
    who = more.pop("who", None) or who_may(op)
    headers = landscape.headers(who) | more.pop("headers", {})
    if op.access.key_required:
        headers = {"Idempotency-Key": "a-key"} | headers
    address = path or address_of(landscape, op)
    answer = await landscape.client.request(op.method, address, headers=headers, **more)
    assert answer.status_code < 500, (op.id, answer.text)
    assert answer.status_code in op.statuses, (op.id, answer.status_code, answer.text[:300])
    assert answer.headers["x-request-id"], op.id
    require_protection(answer.headers)
    if op.access.permission is not None:
        assert answer.headers["cache-control"] == "no-store", op.id
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", op.id
        problem = answer.json()
        assert problem["status"] == answer.status_code, op.id
        assert problem["request_id"] == answer.headers["x-request-id"], op.id
    return answer


async def valid_body(landscape: Landscape, op: Operation) -> dict[str, Any]:
    """A valid body: the example, with the ids of the landscape."""
    ids, body = landscape.ids, op.example
    if op.media_types == {"multipart/form-data"}:
        fields = {
            "sendActionEvidence": {"note": "The register."},
            "publishDocument": {"kind": "being_a_centre_guide", "title": "Being a centre"},
        }
        if op.id == "uploadBankStatement":
            return {"files": {"file": FILE}, "data": FORM}
        return {"files": {"file": ("a.rtf", rtf(), "application/rtf")}, "data": fields.get(op.id, {})}
    if body is None:
        return {}
    if op.id == "assignCentreLead":
        body = body | {"centre_lead_id": str(landscape.logins["other_centre_lead"].id)}
    if op.id == "replaceSuperUser":
        body = body | {"lost_user_id": str(landscape.logins["super_user"].user_id)}
    if op.id == "redactFile":
        body = body | {"file_id": ids["file_id"]}
    if op.id == "updateContact":
        body = {"job_title": "Head of Centre"}
    if op.id == "acceptAgreement":
        shown = await landscape.world.get(
            f"/v1/applications/{ids['application_id']}/agreement", landscape.logins["user"]
        )
        body = body | {f"{name}_id": shown[name]["id"] for name in ("agreement", "code_of_conduct")}
    return {"json": body}


async def current_tag(landscape: Landscape, op: Operation) -> str:
    """The current ETag for the operation's `If-Match`, as a permitted principal reads it."""
    current = await landscape.client.get(
        path_of(landscape, op.id, tagged_by(op)), headers=landscape.headers(who_may(op))
    )
    # A list item has no read operation; it carries its ETag.
    shown = current.json()
    return str(shown["items"][0]["etag"] if "items" in shown else current.headers["etag"])
