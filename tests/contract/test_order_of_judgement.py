"""A request with two faults is refused in the contract's order, on every operation that can have both:
401, 404, 403, 400 · 413 · 415, 422, 428, 412, 409."""

from typing import Any

from sqlalchemy import text

from tests.contract.asking import NEVER, address_of, ask, product, valid_body, who_has
from tests.contract.landscape import Landscape
from tests.contract.operations import Operation

BROKEN: dict[str, Any] = {"content": b"{", "headers": {"Content-Type": "application/json"}}
WRITES = [found for found in product() if found.method != "GET" and found.access.permission is not None]


def faulty(op: Operation) -> dict[str, Any]:
    """An invalid body if the operation takes one, and an unknown query parameter."""
    if op.takes_json:
        return {"params": {"no_such": "1"}} | BROKEN
    if op.media_types:
        return {"params": {"no_such": "1"}, "content": b"--", "headers": {"Content-Type": "text/plain"}}
    return {"params": {"no_such": "1"}}


async def test_the_caller_is_checked_before_the_request(landscape: Landscape) -> None:
    """401, 404 and 403 come first, so that a refusal reveals nothing."""
    seen = {401: 0, 403: 0, 404: 0}
    for op in WRITES:
        answer = await ask(landscape, op, who="anonymous", **faulty(op))
        assert answer.status_code == 401, op.id
        seen[401] += 1
        for mark, status in (("3", 403), ("4", 404)):
            who = who_has(op, mark)
            # `endSession` takes a word as well as an id, and finds the session itself.
            if who is not None and op.id != "endSession":
                answer = await ask(landscape, op, who=who, **faulty(op))
                assert answer.status_code == status, (op.id, who, answer.text)
                seen[status] += 1
    assert min(seen.values()) >= 25, seen


async def test_an_unknown_id_is_refused_before_permission_and_body(landscape: Landscape) -> None:
    """404 with and without the permission, if the permission does not depend on the id."""
    tried = 0
    for op in WRITES:
        names = [name for name in landscape.ids if f"{{{name}}}" in op.path and name.endswith("_id")]
        if not names or op.access.load is None:
            continue
        path = address_of(landscape, op, **{names[0]: NEVER})
        for who in (None, who_has(op, "3")):
            answer = await ask(landscape, op, path, who=who, **faulty(op))
            assert answer.status_code == 404, (op.id, who, answer.text)
            tried += 1
    assert tried > 50


async def test_the_form_of_a_body_is_judged_before_its_content_and_that_before_the_version(
    landscape: Landscape,
) -> None:
    """415 and 400 before 422, 422 before 428 and 412, and 428 and 412 before 409."""
    tried = 0
    for op in WRITES:
        if not op.takes_json:
            continue
        unknown: dict[str, Any] = {"json": {"no_such": 1}}
        versions = [{}, {"If-Match": '"1000000"'}] if op.takes_if_match else [{}]
        answer = await ask(landscape, op, content=b"{", headers={"Content-Type": "text/plain"})
        assert answer.status_code == 415, op.id
        for given in versions:
            answer = await ask(landscape, op, content=b"{", headers={"Content-Type": "application/json"} | given)
            assert answer.status_code == 400, (op.id, given)
            answer = await ask(landscape, op, **unknown, headers=given)
            assert answer.status_code == 422, (op.id, given, answer.text)
            answer = await ask(landscape, op, **unknown, params={"no_such": "1"}, headers=given)
            assert {fault["in"] for fault in answer.json()["errors"]} == {"query"}, op.id
        tried += 1
    assert tried > 30


async def test_the_version_is_judged_before_the_state(landscape: Landscape) -> None:
    """In a state that allows no step, 428 and 412 come first; only a caller with the current tag gets 409."""
    async with landscape.database.transaction() as session:
        await session.execute(text("UPDATE applications SET status = 'withdrawn', closed_at = status_since"))
    judged: dict[int, int] = {}
    for op in WRITES:
        if not op.takes_if_match:
            continue
        body = await valid_body(landscape, op)
        for given, status in (({}, 428), ({"If-Match": '"1000000"'}, 412)):
            answer = await ask(landscape, op, **body, headers=given)
            assert answer.status_code == status, (op.id, answer.text)
        answer = await ask(landscape, op, **body, headers={"If-Match": "*"})
        assert answer.status_code not in (412, 428), op.id
        judged[answer.status_code] = judged.get(answer.status_code, 0) + 1
    assert judged[409] >= 12, judged
