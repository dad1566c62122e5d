"""The conventions of the contract, swept over every operation that each applies to."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import Operation, operation, operations, tagged_by
from tests.contract.who_may import PRINCIPALS, expected

HOSTILE = {
    "broken": b'{"a": ',
    "nan": b'{"a": NaN}',
    "twice": b'{"a": 1, "a": 2}',
    "utf16": '{"a": "b"}'.encode("utf-16"),
    "deep": b"[" * 10_000 + b"]" * 10_000,
    "huge": b'{"a": ' + b"9" * 5_000 + b"}",
    "surrogate": b'{"a": "\\ud800"}',
    "surrogate_name": b'{"\\ud800": 1}',
    "nul": b'{"a": "\\u0000"}',
    "list": b"[]",
    "null": b"null",
    "empty": b"",
}
SECURITY_HEADERS = ("x-content-type-options", "referrer-policy", "x-frame-options", "cross-origin-resource-policy")
NEVER = "01990000-0000-7000-8000-000000000000"


def who_may(asked: Operation) -> str:
    """The last principal of the table that may, who is the one with the fewest other rights."""
    return next(name for name in reversed(PRINCIPALS) if expected(asked.id)[name] == "+")


async def ask(landscape: Landscape, asked: Operation, path: str | None = None, **more: Any) -> httpx.Response:
    """The operation asked for by whoever may, on the landscape."""
    who = more.pop("who", who_may(asked))
    headers = landscape.headers(who) | more.pop("headers", {})
    if asked.access.key_required:
        headers = {"Idempotency-Key": "a-key"} | headers
    ids = {"number": "2"} if asked.id == "compareSubmissions" else {}
    address = path or path_of(landscape, asked.id, asked.path, **ids)
    answer = await landscape.client.request(asked.method, address, headers=headers, **more)
    assert answer.status_code < 500, (asked.id, answer.text)
    assert answer.status_code in asked.statuses, (asked.id, answer.status_code, answer.text[:300])
    assert answer.headers["x-request-id"], asked.id
    assert all(name in answer.headers for name in SECURITY_HEADERS), asked.id
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", asked.id
        problem = answer.json()
        assert problem["status"] == answer.status_code, asked.id
        assert problem["request_id"] == answer.headers["x-request-id"], asked.id
    return answer


def writes() -> list[Operation]:
    """Every operation with a JSON body."""
    return [found for found in operations() if found.takes_json]


async def test_without_a_token_every_operation_but_the_public_ones_is_401(landscape: Landscape) -> None:
    """With the challenge that RFC 6750 asks for; a token that is none is called invalid."""
    for asked in operations():
        if asked.access.permission is None:
            continue
        answer = await ask(landscape, asked, who="anonymous")
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), asked.id
        answer = await ask(landscape, asked, who="anonymous", headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code == 401, asked.id
        assert 'error="invalid_token"' in answer.headers["www-authenticate"], asked.id


async def test_an_unknown_query_parameter_is_named(landscape: Landscape) -> None:
    """Nothing is dropped without a word; what is known may not stand twice."""
    for asked in operations():
        body: dict[str, Any] = {"json": asked.example} if asked.takes_json else {}
        answer = await ask(landscape, asked, params={"no_such": "1"}, **body)
        if asked.id == "issueClientToken" or asked.media_types == {"multipart/form-data"}:
            # The media type of a form is judged before its query, for its bytes are not taken in otherwise.
            assert answer.status_code == 415, asked.id
            continue
        assert answer.status_code == 422, (asked.id, answer.text)
        assert answer.json()["errors"][0] | {"detail": ""} == {
            "in": "query",
            "pointer": "/no_such",
            "code": "unknown_parameter",
            "detail": "",
        }, asked.id


async def test_a_body_of_another_kind_is_415(landscape: Landscape) -> None:
    """Each answer names what is taken; a charset that is not UTF-8 is another kind too."""
    for asked in operations():
        if not asked.media_types:
            continue
        for media_type in ("text/plain", "application/json; charset=utf-16", ""):
            headers = {"Content-Type": media_type} if media_type else {}
            answer = await ask(landscape, asked, content=b"{}", headers=headers)
            assert answer.status_code == 415, (asked.id, media_type, answer.text)
            assert answer.headers["accept-patch" if asked.method == "PATCH" else "accept-post"], asked.id


async def test_hostile_bodies_are_refused_and_never_a_fault(landscape: Landscape) -> None:
    """What is no JSON is 400; what is JSON and not the body is 422; nothing is stored, nothing is echoed."""
    for asked in writes():
        for name, body in HOSTILE.items():
            answer = await ask(landscape, asked, content=body, headers={"Content-Type": "application/json"})
            allowed = (400,) if name in ("broken", "nan", "twice", "utf16", "huge", "empty") else (400, 422)
            if name == "deep":
                allowed = (400, 422)
            assert answer.status_code in allowed, (asked.id, name, answer.text)


async def test_the_examples_validate_and_an_unknown_field_is_named(landscape: Landscape) -> None:
    """The one fault of an example with one field too many is that field: so the example itself is valid."""
    for asked in writes():
        assert asked.example is not None, f"{asked.id} has no example"
        headers = {"If-Match": '"1"'} if asked.takes_if_match else {}
        answer = await ask(landscape, asked, json={**asked.example, "no/such~one": 1}, headers=headers)
        assert answer.status_code == 422, (asked.id, answer.text)
        faults = [(fault["in"], fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
        assert faults == [("body", "/no~1such~0one", "unknown_field")], (asked.id, answer.text)


async def test_no_if_match_is_428_and_an_old_one_412_with_the_current_one(landscape: Landscape) -> None:
    """On every operation that takes it, with a body that is valid."""
    for asked in operations():
        if not asked.takes_if_match:
            continue
        body = await _valid(landscape, asked)
        answer = await ask(landscape, asked, **body)
        assert answer.status_code == 428, (asked.id, answer.text)
        current = await landscape.client.get(
            path_of(landscape, asked.id, tagged_by(asked)), headers=landscape.headers(who_may(asked))
        )
        # An item of a list is not read by itself: it carries its tag.
        tag = current.headers["etag"] if "items" not in current.json() else current.json()["items"][0]["etag"]
        version = tag.strip('"').partition(".")[0]
        for stale in (f'"{int(version) + 1000}"', f'W/"{version}"', '"something-else"'):
            answer = await ask(landscape, asked, **body, headers={"If-Match": stale})
            assert answer.status_code == 412, (asked.id, stale, answer.text)
            assert answer.headers["etag"].strip('"').partition(".")[0] == version, asked.id
        answer = await ask(landscape, asked, **body, headers={"If-Match": "seven"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_if_match"), (asked.id, answer.text)


async def _valid(landscape: Landscape, asked: Operation) -> dict[str, Any]:
    """A body that is valid by every rule: the example, but for what depends on the landscape."""
    ids, body = landscape.ids, asked.example
    if asked.media_types == {"multipart/form-data"}:
        note = {"note": "The register."} if asked.id == "sendActionEvidence" else {}
        return {"files": {"file": ("a.rtf", b"{\\rtf1 A register.}", "application/rtf")}, "data": note}
    if body is None:
        return {}
    if asked.id == "assignCentreLead":
        body = body | {"centre_lead_id": str(landscape.logins["other_centre_lead"].id)}
    if asked.id == "updateContact":
        body = {"job_title": "Head of Centre"}
    if asked.id == "acceptAgreement":
        shown = await landscape.world.get(
            f"/v1/applications/{ids['application_id']}/agreement", landscape.logins["user"]
        )
        body = body | {f"{name}_id": shown[name]["id"] for name in ("agreement", "code_of_conduct")}
    return {"json": body}


@pytest.mark.parametrize("never", [NEVER, "not-an-id", "7", NEVER.upper() + "0", "{" + NEVER + "}"])
async def test_an_id_that_was_never_given_out_is_not_there(landscape: Landscape, never: str) -> None:
    """Every id of every path, one at a time."""
    for asked in operations():
        for name in re.findall(r"{(\w+)}", asked.path):
            answer = await ask(landscape, asked, path_of(landscape, asked.id, asked.path, **{name: never}))
            if name in ("group", "key", "number", "code", "session") and answer.status_code == 415:
                continue
            assert answer.status_code == 404, (asked.id, name, never, answer.text)


async def test_another_method_is_405_with_every_method_that_is_taken(landscape: Landscape) -> None:
    """`Allow` names what the address takes, by all of its routes."""
    for path in {asked.path for asked in operations()}:
        address = path_of(landscape, "", path)
        # An address can be of several forms: `refresh` is what `{session}` could be, too.
        methods = {
            asked.method for asked in operations() if re.fullmatch(re.sub(r"{\w+}", "[^/]+", asked.path), address)
        }
        for method in {"GET", "PUT", "POST", "PATCH", "DELETE", "TRACE"} - methods:
            answer = await landscape.client.request(method, address, headers=landscape.headers("super_user"))
            assert answer.status_code == 405, (method, path, answer.text)
            assert answer.json()["code"] == "method_not_allowed", path
            assert {name.strip() for name in answer.headers["allow"].split(",")} == methods, path


async def test_a_body_that_is_too_large_is_413(landscape: Landscape) -> None:
    """Whatever its kind, and before it is read as JSON."""
    limit = landscape.world.settings.body_limit_bytes
    large = b'{"a": "' + b"a" * limit + b'"}'
    for asked in writes():
        answer = await ask(landscape, asked, content=large, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), asked.id


async def test_a_malformed_key_is_400_and_money_needs_one(landscape: Landscape) -> None:
    """On each POST that takes an `Idempotency-Key`; the others do not look at it."""
    for asked in operations():
        if not asked.takes_key:
            continue
        body = await _valid(landscape, asked)
        for key in ("", "two words", "x" * 256, "ü"):
            answer = await ask(landscape, asked, **body, headers={"Idempotency-Key": key.encode("latin-1")})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key"), (asked.id, answer.text)
    money = [asked for asked in operations() if asked.access.key_required]
    assert {asked.id for asked in money} == {"recordPayment", "reversePayment", "creditInvoice"}
    for asked in money:
        headers = landscape.headers(who_may(asked))
        path = path_of(landscape, asked.id, asked.path)
        answer = await landscape.client.post(path, headers=headers, json=asked.example)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required"), asked.id


async def test_every_read_is_answered_and_304_to_who_has_it(landscape: Landscape) -> None:
    """Every GET with an ETag honours `If-None-Match`, and says how it may be kept."""
    without = set()
    for asked in operations():
        if asked.method != "GET":
            continue
        first = await ask(landscape, asked)
        assert first.status_code == 200, (asked.id, first.text)
        assert first.headers["cache-control"], asked.id
        if "etag" not in first.headers:
            without.add(asked.id)
            continue
        tag = first.headers["etag"]
        again = await ask(landscape, asked, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), asked.id
        assert (await ask(landscape, asked, headers={"If-None-Match": '"other"'})).status_code == 200, asked.id
    assert without <= {"getMetrics"}


async def test_a_request_id_comes_back_and_a_malformed_one_is_replaced(landscape: Landscape) -> None:
    """In the header and in the problem; what could forge a log line does not come back."""
    for asked in operations():
        answer = await ask(landscape, asked, who="anonymous", headers={"X-Request-Id": "mine-1.2_3"})
        assert answer.headers["x-request-id"] == "mine-1.2_3", asked.id
    me = operation("getMe")
    for malformed in ("", "a b", "x" * 129, "a\tb", 'a"b', "é"):
        answer = await ask(landscape, me, headers={"X-Request-Id": malformed.encode("latin-1")})
        assert answer.headers["x-request-id"] != malformed
        assert len(answer.headers["x-request-id"]) == 36


async def test_an_error_never_repeats_what_was_sent(landscape: Landscape) -> None:
    """Passwords and other secrets stay out of answers, wherever they were put."""
    secret = "Sesame-open-0451"
    for asked in writes():
        answer = await ask(
            landscape,
            asked,
            content=json.dumps({"password": {secret: secret}, "email": [secret]}),
            headers={"Content-Type": "application/json"},
        )
        assert secret not in answer.text.replace(f"/password/{secret}", ""), (asked.id, answer.text)
