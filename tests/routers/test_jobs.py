"""The worker's jobs over HTTP: seen, retried and discarded by administrators."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from app.domain.actors import StaffRole
from app.domain.jobs import job_id
from app.integrations.mailer import SmtpMailer, SmtpSecurity
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.outcomes import Patience
from app.services.operations.housekeeping import forget, mend
from tests.jobs.relay import Relay, running
from tests.races import race
from tests.world import Login, World

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data is deprecated"
)
AT_ONCE = Patience(attempts=2, first_pause=timedelta(0), longest_pause=timedelta(0))
WHY = {"reason": "The centre has closed."}


@pytest.fixture
async def admin(world: World) -> Login:
    return await world.staff(StaffRole.ADMINISTRATOR)


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    with running(Relay()) as found:
        yield found


@pytest.fixture
def means(world: World, relay: Relay) -> Means:
    mailer = SmtpMailer("127.0.0.1", relay.port, security=SmtpSecurity.PLAIN, timeout_seconds=5)
    return replace(Means.of(world.database, world.settings, world.store, world.clock), mailer=mailer)


async def held(world: World, means: Means, relay: Relay, number: int = 1) -> list[dict[str, Any]]:
    """Jobs whose letters the relay refused for good, oldest first."""
    for _ in range(number):
        await world.received()
    relay.answers = ["554 5.7.1 No"] * number
    await run_queued_jobs(means, patience=AT_ONCE)
    admin = await world.staff(StaffRole.ADMINISTRATOR)
    items: list[dict[str, Any]] = (await world.get("/v1/jobs?status=held&order=oldest_first", admin))["items"]
    return items


async def status_of(world: World, job: dict[str, Any], admin: Login) -> int:
    return (await world.client.get(f"/v1/jobs/{job['id']}", headers=admin.headers)).status_code


async def test_only_administrators_see_jobs(world: World, means: Means, relay: Relay, admin: Login) -> None:
    (job,) = await held(world, means, relay)
    one, finance = f"/v1/jobs/{job['id']}", await world.staff(StaffRole.FINANCE)
    centre = await world.centre()
    for path in ("/v1/jobs", one):
        assert (await world.client.get(path)).status_code == 401
        assert (await world.client.get(path, headers=finance.headers)).status_code == 403
    assert (await world.client.get(one, headers=centre.super_user.headers)).status_code == 404
    for params in ({"status": "lost"}, {"kind": "a\nb"}, {"order": "x"}, {"cursor": "x"}, {"limit": "101"}):
        assert (await world.client.get("/v1/jobs", params=params, headers=admin.headers)).status_code == 422


@pytest.mark.parametrize("step", ["retry", "discard"])
async def test_a_step_on_a_job_that_is_not_there_is_404(
    world: World, means: Means, relay: Relay, admin: Login, step: str
) -> None:
    (job,) = await held(world, means, relay)
    other_time = UUID(int=UUID(job["id"]).int + (1 << 80))
    for id_ in (uuid7(), uuid4(), other_time, job_id(2**61, world.clock())):
        path = f"/v1/jobs/{id_}/{step}"
        assert (await world.client.post(path, json=WHY, headers=admin.headers)).status_code == 404


async def test_a_reason_is_needed_to_discard(world: World, means: Means, relay: Relay, admin: Login) -> None:
    (job,) = await held(world, means, relay)
    path = f"/v1/jobs/{job['id']}/discard"
    for body in ({}, {"reason": ""}, {"reason": "x" * 501}, {"reason": "x", "status": "sent"}):
        assert (await world.client.post(path, json=body, headers=admin.headers)).status_code == 422


async def test_a_held_job_tells_why_and_what_it_sends(world: World, means: Means, relay: Relay, admin: Login) -> None:
    (job,) = await held(world, means, relay)
    assert (job["kind"], job["status"], job["next_attempt_at"]) == ("send_email", "held", None)
    assert job["letter"]["kind"] == "initial_application_received"
    assert (job["letter"]["status"], job["about"]) == ("held", job["letter"]["id"])
    assert job["last_failure"]["reason"] == "the relay answered 554: 5.7.1 No"
    assert job["request_id"]
    shown = await world.get(f"/v1/jobs/{job['id']}", admin)
    history = shown.pop("history")
    assert shown == job
    assert [event["status"] for event in history] == ["queued", "running", "held"]
    assert history[-1]["reason"] == job["last_failure"]["reason"]


async def test_a_relay_that_says_what_no_database_takes(world: World, means: Means, relay: Relay, admin: Login) -> None:
    await world.received()
    relay.answers = ["554 5.7.1 N\x00o"]
    await run_queued_jobs(means, patience=AT_ONCE)
    (job,) = (await world.get("/v1/jobs?status=held", admin))["items"]
    assert job["last_failure"]["reason"] == "the relay answered 554: 5.7.1 No"


async def test_jobs_are_listed_by_state_and_kind_page_by_page(
    world: World, means: Means, relay: Relay, admin: Login
) -> None:
    await held(world, means, relay, 3)
    for _ in range(2):
        await world.received()
    await _running(world, "publish_events")
    shown = {}
    for status in ("queued", "running", "held", "discarded"):
        shown[status] = (await world.get(f"/v1/jobs?status={status}", admin))["items"]
    # One publication waits beside the two letters.
    assert [len(items) for items in shown.values()] == [3, 1, 3, 0]
    everything: list[str] = []
    cursor = ""
    while True:
        page = await world.get(f"/v1/jobs?limit=2&order=oldest_first{cursor}", admin)
        everything += [job["id"] for job in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert everything == sorted(job["id"] for items in shown.values() for job in items)
    newest = [job["id"] for job in (await world.get("/v1/jobs", admin))["items"]]
    assert newest == everything[::-1]
    held_letters = (await world.get("/v1/jobs?status=held&kind=send_email", admin))["items"]
    assert held_letters == shown["held"]
    assert (await world.get("/v1/jobs?status=held&kind=publish_events", admin))["items"] == []


async def test_a_retried_job_is_sent(world: World, means: Means, relay: Relay, admin: Login) -> None:
    (job,) = await held(world, means, relay)
    retried = await world.post(f"/v1/jobs/{job['id']}/retry", None, admin)
    assert (retried["status"], retried["attempts"]) == ("queued", 0)
    assert retried["letter"]["status"] == "queued"
    # Again, as after a lost answer, with a new key.
    again = await world.post(f"/v1/jobs/{job['id']}/retry", None, admin)
    assert again["status"] == "queued"
    assert await run_queued_jobs(means) == 1
    assert await status_of(world, job, admin) == 404
    letter = await world.get(f"/v1/letters/{job['letter']['id']}", admin)
    assert [entry["outcome"] for entry in letter["deliveries"]] == ["queued", "held", "retried", "sent"]
    assert letter["deliveries"][2]["by"] == admin.name
    assert len(relay.accepted) == 1


async def test_a_job_that_waits_for_its_next_attempt_is_tried_at_once(
    world: World, means: Means, relay: Relay, admin: Login
) -> None:
    await world.received()
    relay.answers = ["451 4.3.0 Later"]
    patience = Patience(attempts=9, first_pause=timedelta(hours=3), longest_pause=timedelta(hours=3))
    await run_queued_jobs(means, patience=patience)
    (job,) = [job for job in (await world.get("/v1/jobs", admin))["items"] if job["kind"] == "send_email"]
    assert (job["status"], job["attempts"]) == ("queued", 1)
    assert job["last_failure"]["reason"] == "the relay answered 451: 4.3.0 Later"
    assert await run_queued_jobs(means) == 0
    await world.post(f"/v1/jobs/{job['id']}/retry", None, admin)
    await run_queued_jobs(means)
    assert len(relay.accepted) == 1


async def test_a_discarded_letter_is_kept_with_who_and_why(
    world: World, means: Means, relay: Relay, admin: Login
) -> None:
    (job,) = await held(world, means, relay)
    discarded = await world.post(f"/v1/jobs/{job['id']}/discard", WHY, admin)
    assert (discarded["status"], discarded["letter"]["status"]) == ("discarded", "discarded")
    for step, body in (("retry", None), ("discard", WHY)):
        answer = await world.client.post(f"/v1/jobs/{job['id']}/{step}", json=body, headers=admin.headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "job_discarded")
    assert await run_queued_jobs(means) == 0
    letter = await world.get(f"/v1/letters/{job['letter']['id']}", admin)
    last = letter["deliveries"][-1]
    assert (last["outcome"], last["words"], last["by"]) == ("discarded", WHY["reason"], admin.name)
    assert [job["id"] for job in (await world.get("/v1/jobs?status=discarded", admin))["items"]] == [job["id"]]
    events = await _query(world, "SELECT type, audit->'after'->>'reason' FROM events WHERE aggregate_type = 'job'")
    assert events == [("job.discarded", WHY["reason"])]
    await _query(world, "UPDATE pgqueuer SET updated = now() - interval '400 days' WHERE status = 'canceled'")
    async with means.work() as work:
        await mend(work)
        await forget(work)
    assert await status_of(world, job, admin) == 404
    assert (await world.get(f"/v1/letters/{job['letter']['id']}", admin))["status"] == "discarded"


async def test_nobody_decides_about_a_job_that_a_worker_has(
    world: World, means: Means, relay: Relay, admin: Login
) -> None:
    (job,) = await held(world, means, relay)
    await _query(world, "UPDATE pgqueuer SET status = 'picked'")
    for step, body in (("retry", None), ("discard", WHY)):
        answer = await world.client.post(f"/v1/jobs/{job['id']}/{step}", json=body, headers=admin.headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "job_under_way")
    # Put back after its worker died, but the relay may still be taking the letter.
    await _query(world, "UPDATE pgqueuer SET status = 'queued'")
    await _query(world, "UPDATE emails SET status = 'queued', sending_since = now()")
    answer = await world.client.post(f"/v1/jobs/{job['id']}/discard", json=WHY, headers=admin.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "job_under_way")


async def test_held_jobs_are_retried_by_kind_of_letter(world: World, means: Means, relay: Relay, admin: Login) -> None:
    await held(world, means, relay, 2)
    retry = "/v1/jobs/retry"
    assert (await world.client.post(retry, json={"kind": 3}, headers=admin.headers)).status_code == 422
    for body in ({"kind": "publish_events"}, {"letter_kind": "invoice_issued"}):
        assert await world.post(retry, body, admin) == {"retried": 0, "more": False}
    assert await world.post(retry, {"letter_kind": "initial_application_received"}, admin) == {
        "retried": 2,
        "more": False,
    }
    assert await world.post(retry, {}, admin) == {"retried": 0, "more": False}
    assert await run_queued_jobs(means) == 2
    assert len(relay.accepted) == 2


async def test_more_than_a_thousand_held_jobs_are_all_retried(world: World, admin: Login) -> None:
    await _query(
        world,
        "INSERT INTO pgqueuer (entrypoint, priority, status, payload) "
        "SELECT 'publish_events', 0, 'failed', '' FROM generate_series(1, 1003)",
    )
    first = await world.post("/v1/jobs/retry", {}, admin)
    second = await world.post("/v1/jobs/retry", {}, admin)
    assert (first, second) == ({"retried": 1000, "more": True}, {"retried": 3, "more": False})


async def test_a_held_letter_whose_job_is_gone_is_seen_again(
    world: World, means: Means, relay: Relay, admin: Login
) -> None:
    (job,) = await held(world, means, relay)
    await _query(world, "DELETE FROM pgqueuer")
    async with means.work() as work:
        await mend(work)
        await mend(work)
    (found,) = (await world.get("/v1/jobs?status=held", admin))["items"]
    assert found["letter"]["id"] == job["letter"]["id"]


async def test_two_retries_and_a_discard_race(world: World, means: Means, relay: Relay, admin: Login) -> None:
    """Whoever comes first decides; a discarded letter is never sent, and a retried one once."""
    for job in await held(world, means, relay, 6):
        steps = [("retry", None), ("discard", WHY), ("retry", None), ("discard", WHY)]
        path, lock = f"/v1/jobs/{job['id']}", "SELECT FROM pgqueuer ORDER BY id FOR UPDATE"
        contenders = (world.client.post(f"{path}/{step}", json=body, headers=admin.headers) for step, body in steps)
        answers = await race(world.database, lock, *contenders)
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert sum(answers[at].status_code == 200 for at in (1, 3)) == 1
    assert await run_queued_jobs(means) == 0
    assert relay.accepted == []
    assert await _query(world, "SELECT DISTINCT status FROM emails") == [("discarded",)]


async def test_retries_race_with_the_worker(world: World, means: Means, relay: Relay, admin: Login) -> None:
    """Retrying while the worker takes, runs and ends the job neither doubles nor loses a letter."""
    jobs = await held(world, means, relay, 6)
    relay.pause = 0.05

    async def retry(job: dict[str, Any]) -> set[int]:
        path = f"/v1/jobs/{job['id']}/retry"
        answers = [await world.client.post(path, headers=admin.headers) for _ in range(6)]
        return {answer.status_code for answer in answers}

    async def work() -> None:
        for _ in range(8):
            await run_queued_jobs(means)

    working = asyncio.create_task(work())
    statuses = await asyncio.gather(*(retry(job) for job in jobs))
    await working
    assert {status for each in statuses for status in each} <= {200, 404, 409}
    await run_queued_jobs(means)
    assert set(relay.copies.values()) == {1}
    assert len(relay.accepted) == 6
    assert await _query(world, "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'send_email'") == [(0,)]


async def _running(world: World, kind: str) -> None:
    await _query(
        world,
        "INSERT INTO pgqueuer (entrypoint, priority, status, payload, queue_manager_id) "
        f"VALUES ('{kind}', 0, 'picked', '', gen_random_uuid())",
    )


async def _query(world: World, statement: str) -> list[Any]:
    async with world.database.transaction() as session:
        found = await session.execute(text(statement))
        return list(found.all()) if statement.startswith("SELECT") else []
