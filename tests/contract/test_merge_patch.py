"""Every PATCH is a JSON Merge Patch (RFC 7396): omitted properties stay, `null` clears or is refused, and an empty
patch is a no-op."""

import json
from typing import Any

import httpx

from app.domain.workflow import Status
from tests.contract.asking import address_of, ask, product, valid_body, who_may
from tests.contract.landscape import Landscape
from tests.contract.operations import Operation, methods_at
from tests.contract.test_replays import in_status

PATCHES = [found for found in product() if found.method == "PATCH"]
BOTH = ("application/json", "application/merge-patch+json")
# An answer to a point cannot be left out of itself, so its one member is required.
WHOLE = {"answerReturnItem"}


async def shown(landscape: Landscape, op: Operation) -> dict[str, Any]:
    """Read the resource and its `etag` as a principal who may patch it, in a state that permits it."""
    await in_status(landscape, Status.IN_REVIEW if op.id == "rescheduleInterview" else Status.RETURNED)
    path = address_of(landscape, op)
    headers = landscape.headers(who_may(op))
    if "GET" in methods_at(op.path):
        found: dict[str, Any] = (await landscape.client.get(path, headers=headers)).json()
        return found
    collection, _, id_ = path.rpartition("/")
    items = (await landscape.client.get(collection, headers=headers)).json()["items"]
    return next(dict(item) for item in items if item["id"] == id_)


async def patch(
    landscape: Landscape, op: Operation, before: dict[str, Any], body: Any, kind: str = BOTH[0]
) -> httpx.Response:
    """Send a patch with the tag of an earlier read."""
    headers = {"If-Match": before["etag"], "Content-Type": kind}
    return await ask(landscape, op, content=json.dumps(body), headers=headers)


def properties(landscape: Landscape, op: Operation) -> dict[str, Any]:
    """The properties that the body may have; for a group of details, those of the landscape's group."""
    schemas = landscape.app.openapi()["components"]["schemas"]
    schema = op.described["requestBody"]["content"]["application/json"]["schema"]
    named = schemas[schema["$ref"].rsplit("/", 1)[-1]]
    choices = [schemas[one["$ref"].rsplit("/", 1)[-1]] for one in named.get("anyOf", ())] or [named]
    return dict(next(choice for choice in choices if set(op.example) <= set(choice["properties"]))["properties"])


def may_be_null(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type", ())
    return "null" in ([kinds] if isinstance(kinds, str) else kinds) or {"type": "null"} in schema.get("anyOf", ())


def test_every_patch_takes_both_media_types() -> None:
    assert len(PATCHES) >= 10
    assert all(found.media_types == set(BOTH) for found in PATCHES)


async def test_an_empty_patch_changes_nothing(landscape: Landscape) -> None:
    """Not even the version, so that other callers' ETags stay valid; with either media type."""
    for op in PATCHES:
        before = await shown(landscape, op)
        for kind in BOTH:
            answer = await patch(landscape, op, before, {}, kind)
            assert answer.status_code == (422 if op.id in WHOLE else 200), (op.id, answer.text)
            assert op.id in WHOLE or answer.json() == before, op.id
            assert await shown(landscape, op) == before, op.id


async def test_omitted_properties_stay_and_null_clears_or_is_refused(landscape: Landscape) -> None:
    """Each member alone, with a value and with `null`: no other member changes; what may be empty by the document is
    cleared, and a refusal names the member and changes nothing."""
    for op in PATCHES:
        await _each_member_alone(landscape, op)


async def _each_member_alone(landscape: Landscape, op: Operation) -> None:
    known = properties(landscape, op)
    example = (await valid_body(landscape, op))["json"]
    for name, schema in known.items():
        for value in [*([example[name]] if name in example else []), None]:
            before = await shown(landscape, op)
            answer = await patch(landscape, op, before, {name: value}, BOTH[value is None])
            after = await shown(landscape, op)
            if answer.status_code == 200:
                assert value is not None or may_be_null(schema), (op.id, name)
                assert value is not None or after[name] in (None, [], {}), (name, after[name])
                others = (set(known) & set(before)) - {name}
                assert {other: after[other] for other in others} == {other: before[other] for other in others}, (
                    op.id,
                    name,
                )
                continue
            assert after == before, (op.id, name, value)
            if value is None:
                assert answer.status_code == 422, (op.id, name, answer.text)
                assert {fault["pointer"].split("/")[1] for fault in answer.json()["errors"]} == {name}, name
            else:
                # By itself the example's value does not fit what is there.
                assert answer.status_code in (409, 422), (name, answer.text)


async def test_unknown_and_read_only_properties_are_refused(landscape: Landscape) -> None:
    """`id` and `etag` are read-only, and a patch must be an object."""
    for op in PATCHES:
        before = await shown(landscape, op)
        for name in ("no_such", "id", "etag"):
            answer = await patch(landscape, op, before, {**op.example, name: None}, BOTH[1])
            assert answer.status_code == 422, (op.id, name, answer.text)
            faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
            assert faults == [(f"/{name}", "unknown_field")], (op.id, name)
        for body in ([], "x", 7, None, [{"op": "replace", "path": "/name", "value": "x"}]):
            answer = await patch(landscape, op, before, body, BOTH[1])
            assert answer.status_code == 422, (op.id, body, answer.text)
        assert await shown(landscape, op) == before, op.id
