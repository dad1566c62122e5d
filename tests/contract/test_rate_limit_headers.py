"""Every response under `/v1` carries the rate limit headers, and each caller has a separate general limit."""

import re
from datetime import timedelta
from typing import Any

import httpx

from app.http.limits import EVERY_CALLER
from app.services.rate_limits import Limit
from tests.clock import MovableClock
from tests.contract.asking import ask, product
from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import operation

POLICY = re.compile(r'"([a-z_]+)";q=([1-9]\d*);w=([1-9]\d*)')
STATE = re.compile(r'"([a-z_]+)";r=(\d+);t=(\d+)')
SCALE = 10_000


def standing(answer: httpx.Response) -> dict[str, tuple[int, int, int, int]]:
    """Return quota, window, remaining requests and seconds of each policy. Raises for a malformed header."""
    policies = [POLICY.fullmatch(item.strip()) for item in answer.headers["ratelimit-policy"].split(",")]
    states = [STATE.fullmatch(item.strip()) for item in answer.headers["ratelimit"].split(",")]
    found = {}
    for policy, state in zip(policies, states, strict=True):
        assert policy is not None
        assert state is not None
        assert policy[1] == state[1]
        quota, window, left, seconds = int(policy[2]), int(policy[3]), int(state[2]), int(state[3])
        assert 0 <= left <= quota
        assert 0 <= seconds <= window
        found[policy[1]] = (quota, window, left, seconds)
    return found


async def test_every_response_of_every_operation_names_its_limits(landscape: Landscape) -> None:
    """On 401, 404, 403, 422, 304 and success. Outside `/v1` there are no limits."""
    seen: dict[int, int] = {}
    for op in product():
        kind = {"Content-Type": "application/json"} if op.takes_json else {}
        answers = [
            await ask(landscape, op, who="anonymous"),
            await ask(landscape, op, content=b"[]" if op.takes_json else b"", headers=kind),
        ]
        if op.method == "GET" and "etag" in answers[-1].headers:
            answers.append(await ask(landscape, op, headers={"If-None-Match": answers[-1].headers["etag"]}))
        for answer in answers:
            seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
            if not op.path.startswith("/v1/"):
                assert "ratelimit" not in answer.headers, op.id
                continue
            limits = {limit.name: limit for limit in (EVERY_CALLER, *op.access.limits)}
            found = standing(answer)
            assert found.keys() == limits.keys(), (op.id, answer.status_code)
            for name, limit in limits.items():
                assert found[name][:2] == (limit.requests * SCALE, limit.seconds), op.id
    assert {200, 304, 401, 415, 422} <= seen.keys()
    assert sum(seen.values()) > 250


async def test_each_caller_has_a_separate_general_limit(landscape: Landscape) -> None:
    """Anonymous callers on the same network, and colleagues, do not use up a person's limit."""
    me = operation("getMe")
    await forget(landscape)
    for number in range(1, 4):
        answer = await ask(landscape, me, who="user")
        assert standing(answer)["caller"][2] == EVERY_CALLER.requests * SCALE - number
    for who in ("super_user", "anonymous", "finance"):
        answer = await ask(landscape, me, who=who)
        assert standing(answer)["caller"][2] == EVERY_CALLER.requests * SCALE - 1, who
    # An invalid token counts towards its network's limit.
    answer = await ask(landscape, me, who="anonymous", headers={"Authorization": "Bearer nonsense"})
    assert standing(answer)["caller"][2] == EVERY_CALLER.requests * SCALE - 2
    # So does a public operation, whatever credentials are sent.
    answer = await ask(landscape, operation("getProcess"), who="user")
    assert standing(answer)["caller"][2] == EVERY_CALLER.requests * SCALE - 3


async def forget(landscape: Landscape) -> None:
    """Forget all counted requests."""
    await landscape.database.fetch_alone("DELETE FROM rate_limits")


async def use_up(landscape: Landscape, key: str, limit: Limit, *, but: int) -> None:
    """Count all requests of the limit except the last few, as if just made."""
    now, interval = landscape.world.clock(), limit.interval(SCALE)
    due_at = now + interval * (limit.requests * SCALE - but)
    statement = (
        "INSERT INTO rate_limits VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at RETURNING key"
    )
    assert await landscape.database.fetch_alone(statement, f"{limit.name}:{key}", due_at)


async def test_over_the_limit_is_429_and_waiting_for_retry_after_is_enough(landscape: Landscape) -> None:
    """For the general limit and each specific one. `Retry-After` is never shorter than the time in `RateLimit`."""
    tried, clock = 0, landscape.world.clock
    assert isinstance(clock, MovableClock)
    for op in product():
        if not op.path.startswith("/v1/"):
            continue
        for limit in (EVERY_CALLER, *op.access.limits):
            await forget(landscape)
            await use_up(landscape, "127.0.0.1", limit, but=1)
            last = await ask(landscape, op, who="anonymous")
            assert last.status_code != 429, op.id
            assert standing(last)[limit.name][2] == 0, op.id
            refused = await ask(landscape, op, who="anonymous")
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests"), op.id
            assert refused.headers["cache-control"] == "no-store"
            wait = int(refused.headers["retry-after"])
            assert standing(refused)[limit.name][2] == 0, op.id
            assert wait >= standing(refused)[limit.name][3] >= 1, op.id
            clock.move(timedelta(seconds=wait))
            assert (await ask(landscape, op, who="anonymous")).status_code != 429, op.id
            tried += 1
    assert tried > 100


async def test_an_operations_own_limit_is_listed_with_the_general_one(landscape: Landscape) -> None:
    """Failed log-ins are counted by email address and network. The response lists all three policies."""
    body: dict[str, Any] = {"email": "nobody@example.com", "password": "not this one either"}
    await use_up(landscape, f"{body['email']}@127.0.0.1", Limit("failed_log_in", 10, 900), but=0)
    answer = await landscape.client.post(path_of(landscape, "", "/v1/sessions"), json=body)
    assert answer.status_code == 429
    found = standing(answer)
    assert found.keys() == {"caller", "log_in", "failed_log_in"}
    assert found["failed_log_in"][2] == 0
    assert int(answer.headers["retry-after"]) == found["failed_log_in"][3]
