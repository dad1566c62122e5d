"""Section Application, saved group by group (R11, R12)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from app.domain.sections import DetailsGroup
from app.domain.workflow import Status
from app.models import Application, ApplicationDetails, Event
from tests.domain.complete_details import complete_details
from tests.world import World


def _path(id_: str, group: str = "history") -> str:
    return f"/v1/applications/{id_}/details/{group}"


async def test_other_centres_get_404_and_staff_403(world: World, client: httpx.AsyncClient) -> None:
    """Another centre's application is 404; staff can read but not change it."""
    centre, other = await world.centre(), await world.centre()
    draft = await world.draft(centre)
    assert (await client.get(_path(draft["id"]))).status_code == 401
    for method in ("GET", "PATCH"):
        answer = await client.request(method, _path(draft["id"]), headers=other.super_user.headers, json={})
        assert answer.status_code == 404
    from app.domain.actors import StaffRole

    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    headers = await world.etag(_path(draft["id"]), staff)
    refused = await client.patch(_path(draft["id"]), json={"legal_name": "X Ltd"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(
    ("group", "patch", "pointer"),
    [
        ("history", {"company_number": "12A4"}, "/company_number"),
        ("history", {"established_on": "2030-01-01"}, "/established_on"),
        ("history", {"history": "word " * 501}, "/history"),
        ("history", {"legal_name": 5}, "/legal_name"),
        ("history", {"unheard_of": 1}, "/unheard_of"),
        ("learner-numbers", {"current_learners": True}, "/current_learners"),
        ("provision", {"intended_qualifications": [{"level": "9"}]}, "/intended_qualifications/0/level"),
    ],
)
async def test_an_invalid_value_is_refused(
    world: World, client: httpx.AsyncClient, group: str, patch: Any, pointer: str
) -> None:
    """A draft may be incomplete but each value must be valid. A refused save stores nothing."""
    centre = await world.centre()
    draft = await world.draft(centre)
    headers = await world.etag(_path(draft["id"], group), centre.user)
    answer = await client.patch(_path(draft["id"], group), json=patch, headers=headers)
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert (await client.get(_path(draft["id"], group), headers=centre.user.headers)).headers["etag"] == headers[
        "If-Match"
    ]


async def test_a_body_that_is_not_an_object_is_refused(world: World, client: httpx.AsyncClient) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    headers = await world.etag(_path(draft["id"]), centre.user)
    for body in ([], "x", 5, [None]):
        answer = await client.patch(_path(draft["id"]), json=body, headers=headers)
        assert answer.status_code in (400, 422), (body, answer.text)
    assert (await client.patch(_path(draft["id"], "shoes"), json={}, headers=headers)).status_code == 404


@pytest.mark.requirement("R11")
async def test_of_concurrent_saves_to_a_group_one_wins(world: World, client: httpx.AsyncClient) -> None:
    """Of 16 concurrent saves to one group, one succeeds and the others get 412. Nothing is overwritten."""
    centre = await world.centre()
    draft = await world.draft(centre)
    headers = await world.etag(_path(draft["id"]), centre.user)
    missing = {name: value for name, value in headers.items() if name != "If-Match"}
    assert (await client.patch(_path(draft["id"]), json={"legal_name": "A"}, headers=missing)).status_code == 428
    answers = await asyncio.gather(
        *(client.patch(_path(draft["id"]), json={"legal_name": f"Name {n}"}, headers=headers) for n in range(16))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 15]
    won = next(answer for answer in answers if answer.status_code == 200)
    lost = next(answer for answer in answers if answer.status_code == 412)
    assert (await world.get(_path(draft["id"]), centre.user))["legal_name"] == won.json()["legal_name"]
    assert lost.headers["etag"] == won.json()["etag"] == lost.json()["current_etag"]


@pytest.mark.requirement("R11")
async def test_saves_to_different_groups_do_not_conflict(world: World, client: httpx.AsyncClient) -> None:
    """Several people save all seven groups concurrently with the ETags read before."""
    centre = await world.centre()
    draft = await world.draft(centre)
    read = {group: await world.etag(_path(draft["id"], group), centre.user) for group in DetailsGroup}
    answers = await asyncio.gather(
        *(
            client.patch(_path(draft["id"], group), json=complete_details().get(group, {}), headers=headers)
            for group, headers in read.items()
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    shown = await world.get(f"/v1/applications/{draft['id']}/details", centre.user)
    assert [group["group"] for group in shown["groups"]] == [group.value for group in DetailsGroup]


@pytest.mark.requirement("R11")
async def test_merge_patch(world: World, client: httpx.AsyncClient) -> None:
    """RFC 7396: omitted properties stay, null clears. Both media types are accepted."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path = _path(draft["id"])
    await world.post(path, {"legal_name": "A Ltd", "trading_name": "A"}, centre.user, match=path, method="PATCH")
    headers = await world.etag(path, centre.user) | {"Content-Type": "application/merge-patch+json"}
    answer = await client.patch(path, content=b'{"trading_name": null}', headers=headers)
    assert (answer.json()["legal_name"], answer.json()["trading_name"]) == ("A Ltd", None)
    plain = await client.patch(path, content=b"x", headers=headers | {"Content-Type": "text/plain"})
    assert plain.status_code == 415
    assert "application/merge-patch+json" in plain.headers["accept-patch"]


async def test_a_save_stores_what_the_session_would_store(world: World, client: httpx.AsyncClient) -> None:
    """Versions, who and when, the words that the application is found by, and the audit."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path, group = _path(draft["id"]), (UUID(draft["id"]), DetailsGroup.HISTORY)
    for body in ({"trading_name": "Old", "history": "Ours"}, {"trading_name": "Gŵyr’s", "history": None}):
        world.clock.move(timedelta(minutes=1))
        async with world.database.transaction() as session:
            application = await session.get_one(Application, UUID(draft["id"]))
            before = await session.get_one(ApplicationDetails, group)
        answer = await client.patch(path, json=body, headers=await world.etag(path, centre.user))
        assert answer.status_code == 200
        async with world.database.transaction() as session:
            row = await session.get_one(ApplicationDetails, group)
            touched = await session.get_one(Application, UUID(draft["id"]))
        assert (row.version, row.saved_by_name, row.saved_at) == (before.version + 1, centre.user.name, world.clock())
        assert row.data == {name: value for name, value in body.items() if value is not None}
        assert (touched.version, touched.changed_at) == (application.version + 1, world.clock())
        assert (touched.trading_name, touched.words) == (body["trading_name"], touched.words_now())
        assert (touched.status, touched.status_since) == (application.status, application.status_since)
    async with world.database.transaction() as session:
        last = (await session.scalars(select(Event).order_by(Event.id.desc()).limit(1))).one()
    assert last.audit == {
        "before": {"trading_name": "Old", "history": "Ours"},
        "after": {"group": "history", "trading_name": "Gŵyr’s", "history": None},
    }


@pytest.mark.requirement("R11", "R16")
async def test_a_save_by_somebody_else_makes_a_submission_stale(world: World, client: httpx.AsyncClient) -> None:
    """It changes the application's ETag; a no-op save does not (decision 12)."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path, saved = f"/v1/applications/{draft['id']}", {"legal_name": "Harbour Skills Ltd"}
    read = await world.etag(path, centre.super_user)
    await world.post(_path(draft["id"]), saved, centre.user, match=_path(draft["id"]), method="PATCH")
    stale = await client.post(f"{path}/submissions", json={"declaration": True}, headers=read)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    read = await world.etag(path, centre.super_user)
    await world.post(_path(draft["id"]), saved, centre.user, match=_path(draft["id"]), method="PATCH")
    assert await world.etag(path, centre.super_user) == read


@pytest.mark.requirement("R16")
async def test_a_submitted_application_is_locked(world: World, client: httpx.AsyncClient) -> None:
    """The refusal lists the steps that are open."""
    centre = await world.centre()
    application = await world.application(centre, Status.SUBMITTED)
    headers = await world.etag(_path(application["id"]), centre.super_user)
    answer = await client.patch(_path(application["id"]), json={"legal_name": "New"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "application_locked")
    assert [step["name"] for step in answer.json()["allowed_steps"]] == ["withdraw"]


async def test_each_group_has_its_own_operation_and_body(world: World, client: httpx.AsyncClient) -> None:
    """A property of another group is refused. The typed operations are not deprecated."""
    centre = await world.centre()
    draft = await world.draft(centre)
    for group in DetailsGroup:
        path = _path(draft["id"], group.value)
        headers = await world.etag(path, centre.user)
        foreign = "legal_name" if group is not DetailsGroup.HISTORY else "uses_satellites"
        refused = await client.patch(path, json={foreign: None}, headers=headers)
        assert [fault["code"] for fault in refused.json()["errors"]] == ["unknown_field"], group
        saved = await client.patch(path, json={}, headers=headers)
        assert (saved.status_code, saved.json()["group"]) == (200, group.value)
        assert "deprecation" not in saved.headers


async def test_the_templated_operation_announces_its_sunset(world: World, client: httpx.AsyncClient) -> None:
    """It now serves only unknown groups; the typed operations serve the seven real ones."""
    centre = await world.centre()
    draft = await world.draft(centre)
    answer = await client.patch(
        _path(draft["id"], "no-such-group"), json={}, headers=centre.user.headers | {"If-Match": "*"}
    )
    assert answer.status_code in (404, 422)
    assert answer.headers["deprecation"].startswith("@")
    assert answer.headers["sunset"] == "Fri, 31 Dec 2027 00:00:00 GMT"
