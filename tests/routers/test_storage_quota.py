"""Room for the documents of an application and of a centre."""

import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.main import attach
from app.settings import Settings
from tests.clock import MovableClock
from tests.integrations.file_samples import rtf
from tests.routers.review_stage import case_in_review
from tests.world import Login, World

CONTENT = rtf() + b" " * 2_000


def _limit(app: FastAPI, world: World, settings: Settings, clock: MovableClock, **limits: int) -> None:
    attach(app, settings.model_copy(update=limits), world.database, clock)


async def _upload(
    client: httpx.AsyncClient, world: World, application_id: str, key: str, user: Login
) -> httpx.Response:
    path = f"/v1/applications/{application_id}/policies/{key}"
    headers = await world.etag(path, user)
    return await client.put(path, files={"file": ("a.rtf", CONTENT, "application/rtf")}, headers=headers)


def _kept(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "documents" / "policies").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("setting", "whose"),
    [("application_storage_bytes", "This application's documents"), ("centre_storage_bytes", "all your applications")],
)
async def test_a_file_that_does_not_fit_in_is_refused_and_leaves_no_trace(
    app: FastAPI,
    client: httpx.AsyncClient,
    world: World,
    settings: Settings,
    clock: MovableClock,
    setting: str,
    whose: str,
) -> None:
    """Earlier versions count, and other centres' documents do not."""
    limit = 3 * len(CONTENT) // 2
    centre, other = await world.centre(), await world.centre()
    draft, theirs = await world.draft(centre), await world.draft(other)
    _limit(app, world, settings, clock, **{setting: limit})
    stored = 0
    while stored + len(CONTENT) <= limit:
        assert (await _upload(client, world, draft["id"], "appeals", centre.user)).status_code == 200
        stored += len(CONTENT)
    kept = _kept(settings)
    answer = await _upload(client, world, draft["id"], "complaints", centre.user)
    assert (answer.status_code, answer.json()["code"]) == (409, "storage_quota_reached")
    assert whose in answer.json()["detail"]
    assert _kept(settings) == kept
    assert (await _upload(client, world, theirs["id"], "appeals", other.user)).status_code == 200


async def test_two_uploads_at_once_cannot_pass_the_limit(
    app: FastAPI, client: httpx.AsyncClient, world: World, settings: Settings, clock: MovableClock
) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    fit = 1
    _limit(app, world, settings, clock, application_storage_bytes=fit * len(CONTENT))
    for _ in range(fit - 1):
        assert (await _upload(client, world, draft["id"], "appeals", centre.user)).status_code == 200
    keys = ("complaints", "malpractice", "equality_diversity")
    answers = await asyncio.gather(*(_upload(client, world, draft["id"], key, centre.user) for key in keys))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_evidence_needs_room_too(app: FastAPI, world: World, settings: Settings, clock: MovableClock) -> None:
    case = await case_in_review(world)
    await case.accepted("Train the assessors.")
    action = (await case.get(case.centre.user, "actions")).json()["items"][0]
    _limit(app, world, settings, clock, application_storage_bytes=1024)
    answer = await world.client.post(
        f"{case.path}/actions/{action['id']}/evidence",
        files={"file": ("a.rtf", CONTENT, "application/rtf")},
        data={"note": "Section 4."},
        headers=case.centre.user.headers | {"If-Match": action["etag"]},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "storage_quota_reached")
