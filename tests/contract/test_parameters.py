"""Query and path parameters, and request headers: no value is dropped, guessed or coerced."""

from typing import Any

import pytest

from tests.contract.asking import address_of, ask, product, valid_body
from tests.contract.landscape import Landscape
from tests.contract.operations import Operation, operation

# Misspellings of each type that the framework or some client would accept.
MISSPELT = {
    "integer": (
        "",
        " ",
        "01",
        "+5",
        " 5",
        "5 ",
        "5.0",
        "5e0",
        "0x5",
        "\u0665",
        "1_0",
        "five",
        "-0",
        "9" * 30,
        "9" * 5000,
    ),
    "boolean": ("", "1", "0", "yes", "on", "t", "True", "TRUE", " true", "null"),
    "date": ("", "2026-6-1", "20260601", "2026-06-01T00:00:00Z", "1780272000", "2026-02-30", "0000-00-00", "today"),
    "date-time": ("", "2026-06-01", "2026-06-01T00:00:00", "1780272000", "2026-06-01T25:00:00Z", "now"),
    "uuid": (
        "",
        "7",
        "01990000000070008000000000000000",
        "{01990000-0000-7000-8000-000000000000}",
        "urn:uuid:01990000-0000-7000-8000-000000000000",
    ),
    "enum": ("", "no_such", "NULL", "received,declined", " received"),
    "cursor": ("", "x", "=", "WyJ4Il0", "W10", "bnVsbA", "e30", "é", "A" * 1501),
    "pattern": ("", " ", "Main", "-main", "m\u00e4in", "a b", "a\x00b", "a" * 41),
    "single-line": ("", " ", "a\x00b", "a" * 101),
}


def query_of(op: Operation) -> list[dict[str, Any]]:
    return [parameter for parameter in op.described.get("parameters", ()) if parameter["in"] == "query"]


def kind_of(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    if parameter["name"] == "cursor":
        return "cursor"
    if "$ref" in schema or "enum" in schema or schema.get("type") == "array":
        return "enum"
    if schema["type"] == "string":
        return str(schema.get("format", "pattern"))
    return str(schema["type"])


async def test_an_undocumented_spelling_of_a_value_is_refused_by_name(landscape: Landscape) -> None:
    """Every query parameter of every operation; the first of each type with all misspellings."""
    tried: dict[str, int] = {}
    for op in product():
        for parameter in query_of(op):
            name, kind = parameter["name"], kind_of(parameter)
            for value in MISSPELT[kind][: 3 if kind in tried else None]:
                answer = await ask(landscape, op, params={name: value})
                assert answer.status_code == 422, (op.id, name, value, answer.text)
                assert {(fault["in"], fault["pointer"].split("/")[1]) for fault in answer.json()["errors"]} == {
                    ("query", name)
                }, (op.id, value, answer.text)
            tried[kind] = tried.get(kind, 0) + 1
    assert tried.keys() == MISSPELT.keys()
    assert sum(tried.values()) > 40


async def test_unknown_and_repeated_parameters_are_refused(landscape: Landscape) -> None:
    """On every operation. Only array parameters may be repeated, and all faults are reported together."""
    for op in product():
        body = await valid_body(landscape, op)
        given = [("no_such", "1"), ("no~such/two", "1")]
        single = [one["name"] for one in query_of(op) if one["schema"].get("type") != "array"]
        given += [(name, "true") for name in single for _ in range(2)]
        answer = await ask(landscape, op, params=given, **body)
        if op.id == "issueClientToken":
            # The media type of a form is checked before its query, so that its bytes are not read.
            assert answer.status_code == 415, op.id
            continue
        assert answer.status_code == 422, (op.id, answer.text)
        found = [(fault["in"], fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
        named = [("query", "/no_such", "unknown_parameter"), ("query", "/no~0such~1two", "unknown_parameter")]
        assert found[: 2 + len(single)] == [
            *named,
            *(("query", f"/{name}", "repeated_parameter") for name in single),
        ], op.id


async def test_limits_are_enforced_on_every_list(landscape: Landscape) -> None:
    """1 to 100, default 25."""
    lists = 0
    for op in product():
        if not any(parameter["name"] == "limit" for parameter in query_of(op)):
            continue
        for limit, status in (("0", 422), ("-1", 422), ("101", 422), ("1", 200), ("100", 200)):
            answer = await ask(landscape, op, params={"limit": limit})
            assert answer.status_code == status, (op.id, limit, answer.text)
            if status == 200:
                assert len(answer.json()["items"]) <= int(limit)
            else:
                assert answer.json()["errors"][0]["pointer"] == "/limit"
        lists += 1
    assert lists >= 12


NUMBERS = ("01", "+1", "1.0", " 1", "%201", "-1", "0", "\u0662", "1e0", "9" * 30, "9" * 5000, "0x1")


async def test_a_number_in_a_path_has_one_spelling(landscape: Landscape) -> None:
    """Any other spelling is 404, because a resource has one address."""
    tried = 0
    for op in product():
        if "{number}" not in op.path or op.id == "verifyCertificate":
            continue
        for number in NUMBERS if tried == 0 else NUMBERS[:3]:
            answer = await ask(landscape, op, address_of(landscape, op, number=number))
            assert answer.status_code == 404, (op.id, number, answer.text)
        # Asked without a body, a step stops there.
        right = {"GET": 200, "POST": 415, "DELETE": 204}[op.method]
        assert (await ask(landscape, op)).status_code == right, op.id
        tried += 1
    assert tried == 6


async def test_repeated_headers_are_combined_into_one_list(landscape: Landscape) -> None:
    """RFC 9110 section 5.3: no line is ignored."""
    login = list(landscape.headers("finance").items())

    async def send(*headers: tuple[str, str]) -> int:
        answer = await landscape.client.patch("/v1/me", headers=[*login, *headers], json={})
        return answer.status_code

    own = (await landscape.client.get("/v1/me", headers=login)).headers["etag"]
    assert await send(("If-Match", '"1000"'), ("If-Match", own)) == 200
    assert await send(("If-Match", own), ("If-Match", "nonsense")) == 400
    assert await send(("If-Match", own), ("Authorization", "Bearer another")) == 401
    twice = [("Content-Type", "application/json"), ("Content-Type", "text/plain")]
    assert await send(("If-Match", own), *twice) == 415
    seen = await landscape.client.get("/v1/me", headers=[*login, ("If-None-Match", '"x"'), ("If-None-Match", own)])
    assert seen.status_code == 304
    keys = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    answer = await landscape.client.post(
        "/v1/initial-applications", headers=keys, json=operation("createInitialApplication").example
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("text/html, */*;q=0.1", 200),
        ("application/*", 200),
        ("", 200),
        (",,,", 200),
        ("image/png", 406),
        ("application/json;q=0", 406),
        ("application/json;q=x", 406),
        ("/;;;q=", 406),
        ("a" * 8000, 406),
    ],
)
async def test_a_malformed_accept_is_never_a_fault(landscape: Landscape, accept: str, status: int) -> None:
    """On operations with several representations; others ignore it (RFC 9110 section 12.4.1)."""
    negotiated = 0
    for op in product():
        if op.method == "GET" and 406 in op.statuses:
            offers = op.described["responses"]["200"]["content"]
            asked = accept if "application/json" in offers else accept.replace("application/json", next(iter(offers)))
            answer = await ask(landscape, op, headers={"Accept": asked})
            # It had one representation in earlier releases, and ignored the header.
            ignores = op.id == "listInvoices" and "application/json" not in accept
            assert answer.status_code == (200 if ignores else status), (op.id, answer.text[:200])
            negotiated += 1
    assert negotiated >= 2
