"""Uploaded files that should never have been there: a super user removes them before submission, staff afterwards."""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.main import attach
from app.services.story import staff as staffs_part
from app.settings.retention import Retention
from tests.clock import MovableClock
from tests.integrations.file_samples import pdf, rtf
from tests.routers.redaction_stage import (
    PATH,
    SECRET,
    WHY,
    Uploads,
    accepted_uploads,
    draft_with_secret,
    events,
    letters,
    redact,
)
from tests.world import Login, World


@pytest.fixture
async def staff(world: World) -> Login:
    return await world.staff(StaffRole.CUSTOMER_EXPERIENCE)


@pytest.fixture
async def draft(world: World) -> Uploads:
    return await draft_with_secret(world)


@pytest.fixture
async def accepted(world: World) -> Uploads:
    return await accepted_uploads(world)


async def test_who_may_remove_and_redact(world: World, draft: Uploads, staff: Login) -> None:
    version = (await draft.versions())[0]
    address = f"{draft.policy_path}/versions/2/removal"
    assert (await world.client.post(address, json=WHY)).status_code == 401
    stranger = (await world.centre()).super_user
    assert (await draft.remove(stranger))[0] == 404
    for login in (draft.centre.user, staff):
        assert (await draft.remove(login))[0] == 403
    assert (await draft.remove(draft.centre.super_user, number=9))[0] == 404
    assert (await world.client.post(PATH, json=WHY)).status_code == 401
    for login in (draft.centre.super_user, await world.staff(StaffRole.FINANCE)):
        assert (await redact(world, login, "policy_version", version["id"]))[0] == 403
        assert (await world.client.get(PATH, headers=login.headers)).status_code == 403
        assert (await world.client.get(f"{PATH}/{uuid4()}", headers=login.headers)).status_code == 404
    for kind, id_ in (("policy_version", str(uuid4())), ("document", version["id"]), ("action_evidence", str(uuid4()))):
        status, problem = await redact(world, staff, kind, id_)
        assert (status, problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == (
            422,
            "/file_id",
            "unknown_file",
        )
    assert (await draft.remove(draft.centre.super_user, body={"reason": "boring", "explanation": ""}))[0] == 422
    assert len(await draft.stored()) == 2


async def test_a_removal_that_collides_with_an_upload_is_refused(world: World, draft: Uploads) -> None:
    before = (await draft.policy())["etag"]
    await world.upload(draft.centre.user, draft.application["id"], "appeals", pdf())
    status, problem = await draft.remove(draft.centre.super_user, match=before)
    assert (status, problem["code"]) == (412, "stale_version")
    answer = await world.client.post(
        f"{draft.policy_path}/versions/2/removal", json=WHY, headers=draft.centre.super_user.headers
    )
    assert answer.status_code == 428
    assert len(await draft.stored()) == 3


async def test_a_super_user_removes_what_was_never_submitted(world: World, draft: Uploads, staff: Login) -> None:
    """The content is gone, the record and the hash stay, and an earlier version does not come back by itself."""
    content = (await draft.versions())[0]["content_path"]
    assert (await world.client.get(content, headers=staff.headers)).content == SECRET
    status, policy = await draft.remove(draft.centre.super_user)
    assert status == 200
    assert (policy["state"], policy["current_version"]) == ("missing", None)
    (gone, kept) = await draft.versions()
    assert gone["redacted_at"] is not None
    assert gone["sha256"] == hashlib.sha256(SECRET).hexdigest()
    assert kept["redacted_at"] is None
    for login in (draft.centre.user, staff):
        answer = await world.client.get(content, headers=login.headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "file_redacted")
    await world.run_jobs()
    assert len(await draft.stored()) == 1
    assert (await world.client.get(kept["content_path"], headers=staff.headers)).content == rtf()
    gaps = await world.get(f"/v1/applications/{draft.application['id']}/readiness", draft.centre.user)
    assert "/appeals" in [gap["pointer"] for gap in gaps["missing"] if gap["section"] == "policies_and_procedures"]
    (row,) = (await world.get(PATH, staff))["items"]
    assert (row["status"], row["by_centre"], row["reason"]) == ("done", True, "personal_data")
    assert row["requested_by"]["id"] == str(draft.centre.super_user.id)
    assert row["gone_at"] is not None
    (told,) = await events(world, "file.removed")
    assert told.centre_sees
    assert told.audit is not None
    assert told.audit["after"]["explanation"] == WHY["explanation"]
    assert await letters(world, "file_redacted") == []
    assert (await draft.remove(draft.centre.super_user))[1]["code"] == "file_redacted"
    uploaded = await world.upload(draft.centre.user, draft.application["id"], "appeals", pdf())
    assert (uploaded["state"], uploaded["current_version"]["number"]) == ("uploaded", 3)


async def test_a_removed_file_takes_no_room(app: FastAPI, world: World, draft: Uploads, clock: MovableClock) -> None:
    limits = {"application_storage_bytes": len(rtf()) + len(SECRET)}
    attach(app, world.settings.model_copy(update=limits), world.database, clock)
    refused = await world.client.put(
        draft.policy_path,
        files={"file": ("a.rtf", rtf(), "application/rtf")},
        headers=await world.etag(draft.policy_path, draft.centre.user),
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "storage_quota_reached")
    assert (await draft.remove(draft.centre.super_user))[0] == 200
    await world.upload(draft.centre.user, draft.application["id"], "appeals", rtf())


async def test_what_was_submitted_only_staff_redact(world: World, staff: Login) -> None:
    centre = await world.centre()
    it = Uploads(world, centre, await world.application(centre, Status.SUBMITTED))
    status, problem = await it.remove(centre.super_user, number=1)
    assert (status, problem["code"]) == (409, "application_locked")
    returned = await world.centre()
    it = Uploads(world, returned, await world.application(returned, Status.RETURNED))
    status, problem = await it.remove(returned.super_user, number=1)
    assert (status, problem["code"]) == (409, "file_submitted")
    await world.upload(returned.user, it.application["id"], "appeals", SECRET)
    assert (await it.remove(returned.super_user, number=2))[0] == 200


async def test_staff_redact_what_nobody_has_decided_on(world: World, staff: Login) -> None:
    """At once and alone; everybody's tag is stale, the centre is told, and other copies are named."""
    centre = await world.centre()
    it = Uploads(world, centre, await world.application(centre, Status.SUBMITTED))
    application = f"/v1/applications/{it.application['id']}"
    version = (await it.versions())[0]
    tags = [(await world.get(path, staff))["etag"] for path in (application, it.policy_path)]
    status, done = await redact(world, staff, "policy_version", version["id"])
    assert (status, done["status"], done["by_centre"], done["expires_at"]) == (201, "done", False, None)
    assert done["sha256"] == version["sha256"]
    assert done["gone_at"] is None
    assert [(await world.get(path, staff))["etag"] for path in (application, it.policy_path)] != tags
    stale = await world.client.post(
        f"{application}/reviews", json={"outcome": "pass"}, headers=staff.headers | {"If-Match": tags[0]}
    )
    assert stale.status_code == 412
    same = {copy["file_id"] for copy in done["copies"]}
    others = await world.get(f"{application}/policies", staff)
    assert same == {
        item["current_version"]["id"]
        for item in others["items"]
        if item["current_version"] and item["current_version"]["sha256"] == version["sha256"]
    }
    answer = await world.client.get(version["content_path"], headers=staff.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "file_redacted")
    kept = await it.stored()
    await world.run_jobs()
    assert len(await it.stored()) == len(kept) - 1
    shown = await world.get(f"{PATH}/{done['id']}", staff)
    assert (shown["gone_at"] is not None, shown["backups_until"]) == (True, None)
    (mail,) = world.mail(subject="We removed a document")
    assert "personal data" in mail.text
    assert version["file_name"] not in mail.text
    timeline = await world.get(f"{application}/timeline?order=newest_first", centre.user)
    assert "a) Appeals procedure for candidates, version 1: redacted" in [item["summary"] for item in timeline["items"]]
    # The record of what was submitted is as it was.
    submission = await world.get(f"{application}/submissions/1", staff)
    assert version["sha256"] in [policy["sha256"] for policy in submission["content"]["policies"]]
    assert (await redact(world, staff, "policy_version", version["id"]))[1]["code"] == "file_redacted"


async def test_only_the_version_that_counts_has_to_be_uploaded_again(
    world: World, draft: Uploads, staff: Login
) -> None:
    newest, earlier = await draft.versions()
    for version, asked in ((earlier, False), (newest, True)):
        await redact(world, staff, "policy_version", version["id"])
        await world.run_jobs()
        mail = world.mail(subject="We removed a document")[-1]
        assert ("Upload another version" in mail.text, "You do not need to do anything now" in mail.text) == (
            asked,
            not asked,
        )


async def test_how_far_backups_reach_is_stated(
    app: FastAPI, world: World, draft: Uploads, staff: Login, clock: MovableClock
) -> None:
    retention = {"retention": Retention(backups_days=30)}
    attach(app, world.settings.model_copy(update=retention), world.database, clock)
    _, done = await redact(world, staff, "policy_version", (await draft.versions())[0]["id"])
    assert done["backups_until"] is None
    await world.run_jobs()
    shown = await world.get(f"{PATH}/{done['id']}", staff)
    assert shown["backups_until"] == (world.clock().date() + timedelta(days=30)).isoformat()


async def test_the_centre_lead_hears_of_what_they_review(world: World, staff: Login) -> None:
    """Not of what nobody reviews: before there is a centre lead, and once the application is the centre's again."""
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    back = (staffs_part.return_by_centre_lead,)
    for status, acts, told in ((Status.SUBMITTED, (), 0), (Status.IN_REVIEW, back, 0), (Status.IN_REVIEW, (), 1)):
        centre = await world.centre()
        it = Uploads(world, centre, await world.application(centre, status))
        await world.play(centre, it.application["id"], *acts)
        assert (await redact(world, staff, "policy_version", (await it.versions())[0]["id"]))[1]["status"] == "done"
        assert len(await letters(world, "file_redacted_under_review")) == told, status
    await world.run_jobs()
    (mail,) = world.mail(subject="A document that you review was removed")
    assert [address for address in mail.to if lead.email in address] != []
    assert f"{staff.name} has removed the content" in mail.text
    assert "return it" in mail.text
