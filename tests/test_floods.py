"""One caller's flood of costly work on a real server with two connections: others do not notice."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.database import Database
from app.domain.policies import PolicyKey
from app.http.listening import address_of, listen
from app.http.server import run_server
from app.integrations.inspection.processes.pool import POOL
from app.main import attach
from app.models import PolicyVersion
from app.places import INSPECTIONS, PASSWORDS
from app.security import passwords
from app.settings import Settings
from tests.clock import MovableClock
from tests.integrations.file_samples import rtf
from tests.integrations.inspectors import ENDLESS, until, workers_of
from tests.world import PASSWORD, Login, TestCentre, World

_MINUTE = 60.0


@pytest.fixture
async def flooded(
    app: FastAPI, world: World, settings: Settings, clock: MovableClock, database_url: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the server. A request may take long, because the tests hold the slow work up."""
    patient = settings.model_copy(update={"request_deadline_seconds": _MINUTE})
    narrow = Database(database_url, pool_size=2)
    attach(app, patient, narrow, clock)
    listener, started = listen("127.0.0.1", 0), asyncio.Event()
    server = asyncio.create_task(run_server(app, patient, listener=listener, on_started=started.set))
    await started.wait()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address_of(listener), timeout=_MINUTE, limits=limits) as client:
        yield client
    server.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await server
    await narrow.close()


async def _first(number: int, of: set[asyncio.Task[httpx.Response]]) -> list[httpx.Response]:
    """Wait for that many answers; the others must still be on their way."""
    done: set[asyncio.Task[httpx.Response]] = set()
    while len(done) < number:
        some, _ = await asyncio.wait(of - done, return_when=asyncio.FIRST_COMPLETED, timeout=_MINUTE)
        assert some, f"only {len(done)} answers"
        done |= some
    return [task.result() for task in done]


def _send(*requests: Coroutine[Any, Any, httpx.Response]) -> set[asyncio.Task[httpx.Response]]:
    return {asyncio.create_task(request) for request in requests}


def _require_busy(answers: list[httpx.Response]) -> None:
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
        assert answer.headers["retry-after"] == "1"


async def test_a_flood_of_log_ins_leaves_everybody_else_alone(
    flooded: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What finds no room in the line is refused at once; the rest is answered when its turn comes."""
    may_go_on, verify = threading.Event(), passwords._verify

    def held_up(stored: str, password: str) -> bool:
        assert may_go_on.wait(_MINUTE)
        return verify(stored, password)

    monkeypatch.setattr(passwords, "_verify", held_up)
    centre = await world.centre()
    body = {"email": centre.super_user.email, "password": PASSWORD}
    flood = _send(*(flooded.post("/v1/sessions", json=body) for _ in range(95)))
    try:
        accepted = PASSWORDS.at_once + PASSWORDS.share
        _require_busy(await _first(95 - accepted, flood))
        for path in ("/v1/me", f"/v1/centres/{centre.id}", "/readyz", "/v1/process") * 3:
            assert (await flooded.get(path, headers=centre.user.headers)).status_code == 200
        assert sum(task.done() for task in flood) == 95 - accepted
    finally:
        may_go_on.set()
    answers = await asyncio.gather(*flood)
    assert Counter(answer.status_code for answer in answers) == {201: accepted, 503: 95 - accepted}


async def test_a_burst_of_guesses_does_not_get_past_the_limit(
    flooded: httpx.AsyncClient, world: World, app: FastAPI, settings: Settings, clock: MovableClock
) -> None:
    """Ten may fail, however many stand in line when the tenth does; then the right password is refused too."""
    strict = settings.model_copy(update={"rate_limit_scale": 1})
    attach(app, strict, world.database, clock)
    centre = await world.centre()
    body = {"email": centre.super_user.email, "password": "not this one"}
    answers = await asyncio.gather(*(flooded.post("/v1/sessions", json=body) for _ in range(30)))
    counted = Counter(answer.status_code for answer in answers)
    assert counted[401] == 10
    assert counted.keys() == {401, 429}
    right = await flooded.post("/v1/sessions", json=body | {"password": PASSWORD})
    assert (right.status_code, int(right.headers["retry-after"]) > 0) == (429, True)


async def test_a_flood_of_uploads_leaves_other_centres_alone(
    flooded: httpx.AsyncClient, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two uploads of one version race, and the loser's file is removed."""
    may_go_on, inspect = asyncio.Event(), POOL.inspect

    async def held_up(descriptor: int, *, filename: str | None, limit_bytes: int) -> Any:
        if filename == "slow.rtf":
            await may_go_on.wait()
        return await inspect(descriptor, filename=filename, limit_bytes=limit_bytes)

    monkeypatch.setattr(POOL, "inspect", held_up)
    centre, other = await world.centre(), await world.centre()
    draft, theirs = await world.draft(centre), await world.draft(other)
    accepted = INSPECTIONS.of_one + INSPECTIONS.share
    keys = [*PolicyKey, PolicyKey.APPEALS, PolicyKey.COMPLAINTS]
    assert len(keys) == accepted, "two of the versions are sent twice"
    surplus = [PolicyKey.APPEALS] * 3
    flood = _send(*[_upload(flooded, world, centre, draft["id"], key, "slow.rtf") for key in keys + surplus])
    try:
        _require_busy(await _first(len(surplus), flood))
        answer = await _upload(flooded, world, other, theirs["id"], PolicyKey.APPEALS, "quick.rtf")
        assert answer.status_code == 200, answer.text
        path = f"/v1/applications/{draft['id']}"
        assert (await flooded.get(path, headers=centre.user.headers)).status_code == 200
        assert sum(task.done() for task in flood) == len(surplus)
    finally:
        may_go_on.set()
    counted = Counter(answer.status_code for answer in await asyncio.gather(*flood))
    assert counted[200] + counted[412] == accepted
    assert counted[412] >= 1
    async with world.database.transaction() as session:
        rows = await session.scalar(select(func.count(PolicyVersion.id)))
    assert rows == counted[200] + 1 == len(_kept(settings))


async def _upload(
    client: httpx.AsyncClient, world: World, centre: TestCentre, application_id: str, key: PolicyKey, name: str
) -> httpx.Response:
    path = f"/v1/applications/{application_id}/policies/{key.value}"
    headers = await _etag(client, path, centre.user)
    return await client.put(path, files={"file": (name, rtf(), "application/rtf")}, headers=headers)


async def _etag(client: httpx.AsyncClient, path: str, login: Login) -> dict[str, str]:
    shown = await client.get(path, headers=login.headers)
    return login.headers | {"If-Match": shown.headers["etag"]}


def _kept(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "documents" / "policies").rglob("*") if path.is_file()]


async def test_a_client_that_goes_away_ends_its_inspection_and_frees_the_place(
    flooded: httpx.AsyncClient, world: World
) -> None:
    """The process that inspects the file is killed at once, not when its time is over."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path = f"/v1/applications/{draft['id']}/policies/{PolicyKey.APPEALS.value}"
    headers = await _etag(flooded, path, centre.user)
    upload = asyncio.create_task(flooded.put(path, files={"file": ("slow.doc", ENDLESS)}, headers=headers))
    await until(lambda: POOL._zygote is not None and any(each.cpu_times().user > 0.2 for each in workers_of(POOL)))
    assert INSPECTIONS.running == 1
    busy = workers_of(POOL)
    for each in busy:
        # So that it comes to no verdict by itself, while `until` waits.
        each.suspend()
    upload.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await upload
    await until(lambda: INSPECTIONS.running == 0)
    await until(lambda: not any(each.is_running() and each.cpu_times().user > 0.2 for each in workers_of(POOL)))
    assert busy
    answer = await _upload(flooded, world, centre, draft["id"], PolicyKey.APPEALS, "quick.rtf")
    assert answer.status_code == 200, answer.text
