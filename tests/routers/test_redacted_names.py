"""A file's name can say too much itself: it goes with the content, where that is asked for."""

import json
from typing import Any

import pytest
from sqlalchemy import select, text

from app.database_errors import RefusedByDatabase
from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Event
from tests.integrations.file_samples import rtf
from tests.routers.redaction_stage import PATH, WHY, Uploads, events, redact, settle
from tests.routers.review_stage import case_in_review
from tests.routers.test_actions import first, send
from tests.world import Login, World

NAME = "Learner Jo Bloggs born 2009.rtf"


@pytest.fixture
async def staff(world: World) -> Login:
    return await world.staff(StaffRole.CUSTOMER_EXPERIENCE)


async def _uploaded(world: World, status: Status) -> Uploads:
    """An application with a file of this name."""
    centre = await world.centre()
    if status is Status.DRAFT:
        it = Uploads(world, centre, await world.draft(centre))
        await _upload(it)
    else:
        it = Uploads(world, centre, await world.ready(centre))
        await _upload(it)
        await world.step(centre.super_user, it.application["id"], "submissions", {"declaration": True})
    return it


async def _upload(it: Uploads) -> None:
    file = {"file": (NAME, rtf(), "application/rtf")}
    await it.world.post(it.policy_path, None, it.centre.user, match=it.policy_path, method="PUT", files=file)


async def _told(world: World) -> str:
    """All that the record holds."""
    async with world.database.transaction() as session:
        rows = (await session.scalars(select(Event))).all()
    return json.dumps([[row.summary, row.public, row.audit] for row in rows])


async def test_the_name_stays_unless_it_is_to_go(world: World, staff: Login) -> None:
    it = await _uploaded(world, Status.SUBMITTED)
    version = (await it.versions())[0]
    status, done = await redact(world, staff, "policy_version", version["id"])
    assert (status, done["redact_file_name"]) == (201, False)
    assert (await it.versions())[0]["file_name"] == NAME
    assert NAME in await _told(world)


async def test_staff_redact_the_name(world: World, staff: Login) -> None:
    """Submissions show it no more, while their hash stays; the upload stays on record without its details."""
    it = await _uploaded(world, Status.SUBMITTED)
    version, path = (await it.versions())[0], f"/v1/applications/{it.application['id']}/submissions/1"
    before = await world.get(path, staff)
    status, done = await redact(world, staff, "policy_version", version["id"], redact_file_name=True)
    assert (status, done["redact_file_name"]) == (201, True)
    assert (await it.versions())[0] | {"redacted_at": None} == version | {"file_name": "redacted.rtf"}
    for login in (staff, it.centre.user):
        shown = await world.get(path, login)
        assert shown["sha256"] == before["sha256"]
        assert _named(shown) == _named(before) | {it.key: "redacted.rtf"}
    assert NAME not in await _told(world)
    (told,) = [event for event in await events(world, "application.policy_uploaded") if event.audit is None]
    summary = "a) Appeals procedure for candidates: version 2 uploaded"
    assert (told.actor_name, told.summary) == (it.centre.user.name, summary)


async def test_another_file_of_the_same_name_keeps_its_record(world: World, staff: Login) -> None:
    it = await _uploaded(world, Status.DRAFT)
    version = (await it.versions())[0]
    other = Uploads(world, it.centre, it.application, key="complaints")
    file = {"file": (NAME, rtf() + b"\n", "application/rtf")}
    await world.post(other.policy_path, None, it.centre.user, match=other.policy_path, method="PUT", files=file)
    await redact(world, staff, "policy_version", version["id"], redact_file_name=True)
    audits = [event.audit for event in await events(world, "application.policy_uploaded")]
    assert [audit is None for audit in audits] == [True, False]


def _named(submission: dict[str, Any]) -> dict[str, Any]:
    return {policy["key"]: policy["file_name"] for policy in submission["content"]["policies"]}


async def test_a_super_user_removes_the_name(world: World, staff: Login) -> None:
    it = await _uploaded(world, Status.DRAFT)
    status, _ = await it.remove(it.centre.super_user, number=1, body=WHY | {"redact_file_name": True})
    assert status == 200
    assert (await it.versions())[0]["file_name"] == "redacted.rtf"
    assert NAME not in await _told(world)
    assert (await world.get(PATH, staff))["items"][0]["redact_file_name"] is True


async def test_the_name_waits_for_the_second_person(world: World, staff: Login) -> None:
    centre = await world.centre()
    it = Uploads(world, centre, await world.application(centre, Status.ACCEPTED))
    version = (await it.versions())[0]
    asked = (await redact(world, staff, "policy_version", version["id"], redact_file_name=True))[1]
    assert (asked["status"], asked["redact_file_name"]) == ("pending", True)
    assert (await it.versions())[0]["file_name"] == version["file_name"]
    await settle(world, await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER), asked["id"])
    assert (await it.versions())[0]["file_name"].startswith("redacted.")


async def test_the_name_of_evidence(world: World, staff: Login) -> None:
    case = await case_in_review(world)
    await case.accepted("Train the assessors.")
    sent = (await send(case, case.centre.user, await first(case))).json()
    evidence = sent["evidence"][0]
    assert evidence["file_name"] in await _told(world)
    await redact(world, staff, "action_evidence", evidence["id"], redact_file_name=True)
    assert (await first(case))["evidence"][0]["file_name"].startswith("redacted.")
    assert evidence["file_name"] not in await _told(world)


async def test_a_name_changes_only_while_its_content_goes(world: World, staff: Login) -> None:
    """Not before, and not afterwards (R24)."""
    it = await _uploaded(world, Status.SUBMITTED)
    id_ = (await it.versions())[0]["id"]
    change = text(f"UPDATE policy_versions SET file_name = 'another.rtf' WHERE id = '{id_}'")
    for _ in range(2):
        with pytest.raises(RefusedByDatabase, match="append-only"):
            async with world.database.transaction() as session:
                await session.execute(change)
        await redact(world, staff, "policy_version", id_)
