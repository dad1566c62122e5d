"""Uploaded files that should never have been there: a super user removes them before submission, staff afterwards."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.database import Work
from app.domain.actors import SYSTEM, StaffRole
from app.domain.workflow import Status
from app.main import attach
from app.models import Email, Event, FileRedaction, Person, PolicyVersion
from app.services.operations.housekeeping import forget
from app.settings.retention import Retention
from tests.clock import MovableClock
from tests.integrations.file_samples import pdf, rtf
from tests.races import race
from tests.routers.review_stage import Case, case_in_review
from tests.routers.test_actions import close, first, send
from tests.world import Login, TestCentre, World

PATH = "/v1/file-redactions"
WHY = {"reason": "personal_data", "explanation": "It lists learners with their dates of birth."}
SECRET = rtf() + b"\n"


@dataclass
class Uploads:
    """An application with two versions of a policy, of which the second should never have been there."""

    world: World
    centre: TestCentre
    application: dict[str, Any]
    key: str = "appeals"

    @property
    def policy_path(self) -> str:
        return f"/v1/applications/{self.application['id']}/policies/{self.key}"

    async def policy(self) -> dict[str, Any]:
        return await self.world.get(self.policy_path, self.centre.user)

    async def versions(self) -> list[dict[str, Any]]:
        page = await self.world.get(f"{self.policy_path}/versions", self.centre.user)
        found: list[dict[str, Any]] = page["items"]
        return found

    async def remove(
        self, login: Login, number: int = 2, match: str | None = None, **more: Any
    ) -> tuple[int, dict[str, Any]]:
        tag = match or (await self.policy())["etag"]
        headers = login.headers | {"If-Match": tag} | more.pop("headers", {})
        answer = await self.world.client.post(
            f"{self.policy_path}/versions/{number}/removal", json=more.pop("body", WHY), headers=headers
        )
        return answer.status_code, answer.json()

    async def stored(self) -> set[Path]:
        folder = self.world.settings.data_dir / "documents" / "policies"
        return {path for path in folder.rglob("*") if path.is_file()}


async def redact(world: World, by: Login, kind: str, id_: str, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = await world.client.post(PATH, json={"file_kind": kind, "file_id": id_} | WHY | more, headers=by.headers)
    return answer.status_code, answer.json()


async def settle(world: World, by: Login, id_: str, what: str = "confirmation") -> tuple[int, dict[str, Any]]:
    answer = await world.client.post(f"{PATH}/{id_}/{what}", headers=by.headers)
    return answer.status_code, answer.json()


async def events(world: World, *types: str) -> list[Event]:
    async with world.database.transaction() as session:
        rows = await session.scalars(select(Event).where(Event.type.in_(types)).order_by(Event.id))
        return list(rows.all())


async def letters(world: World, kind: str) -> list[Any]:
    async with world.database.transaction() as session:
        return list((await session.scalars(select(Email.kind).where(Email.kind == kind))).all())


@pytest.fixture
async def staff(world: World) -> Login:
    return await world.staff(StaffRole.CUSTOMER_EXPERIENCE)


@pytest.fixture
async def draft(world: World) -> Uploads:
    centre = await world.centre()
    found = Uploads(world, centre, await world.draft(centre))
    await world.upload(centre.user, found.application["id"], "appeals", rtf())
    await world.upload(centre.user, found.application["id"], "appeals", SECRET)
    return found


@pytest.fixture
async def accepted(world: World) -> Uploads:
    centre = await world.centre()
    return Uploads(world, centre, await world.application(centre, Status.ACCEPTED))


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


async def test_a_redaction_that_a_decision_rests_on_needs_two(world: World, accepted: Uploads, staff: Login) -> None:
    version, kept = (await accepted.versions())[0], await accepted.stored()
    status, asked = await redact(world, staff, "policy_version", version["id"])
    assert (status, asked["status"], asked["settled_at"]) == (201, "pending", None)
    assert asked["expires_at"] is not None
    again = await redact(world, staff, "policy_version", version["id"])
    assert (again[0], again[1]["code"]) == (409, "redaction_pending")
    own = await settle(world, staff, asked["id"])
    assert (own[0], own[1]["code"]) == (403, "own_redaction")
    assert (await settle(world, await world.staff(StaffRole.FINANCE), asked["id"]))[0] == 403
    assert (await settle(world, accepted.centre.super_user, asked["id"]))[0] == 404
    await world.run_jobs()
    assert await accepted.stored() == kept
    assert (await world.client.get(version["content_path"], headers=staff.headers)).status_code == 200
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    assert [mail.to for mail in world.mail(subject="Confirm a redaction")] != []
    status, done = await settle(world, manager, asked["id"])
    assert (status, done["status"], done["settled_by"]["id"]) == (200, "done", str(manager.id))
    await world.run_jobs()
    assert len(await accepted.stored()) == len(kept) - 1
    for what in ("confirmation", "refusal"):
        assert (await settle(world, manager, asked["id"], what))[1]["code"] == "redaction_settled"
    (told,) = await events(world, "file.redacted")
    assert (told.actor_id, told.centre_sees) == (manager.id, True)
    assert (await events(world, "file.redaction_requested"))[0].actor_id == staff.id


async def test_a_redaction_is_refused_withdrawn_and_expires(world: World, accepted: Uploads, staff: Login) -> None:
    """The file stays, and another redaction can be asked for."""
    id_ = (await accepted.versions())[0]["id"]
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    for by, status in ((manager, "refused"), (staff, "withdrawn")):
        asked = (await redact(world, staff, "policy_version", id_))[1]
        assert (await settle(world, by, asked["id"], "refusal"))[1]["status"] == status
    asked = (await redact(world, staff, "policy_version", id_))[1]
    world.clock.move(timedelta(days=7))
    staff, manager = [await again(world, login) for login in (staff, manager)]
    for what in ("confirmation", "refusal"):
        assert (await settle(world, manager, asked["id"], what))[1]["code"] == "redaction_expired"
    renewed = (await redact(world, staff, "policy_version", id_))[1]
    assert renewed["status"] == "pending"
    world.clock.move(timedelta(days=7))
    async with world.database.transaction() as session:
        await forget(Work(session, SYSTEM, world.clock(), world.settings))
    async with world.database.transaction() as session:
        states = (await session.scalars(select(FileRedaction.status).order_by(FileRedaction.id))).all()
        version = await session.get_one(PolicyVersion, id_)
    assert states == ["refused", "withdrawn", "expired", "expired"]
    assert version.redacted_at is None


async def again(world: World, login: Login) -> Login:
    """The same person, signed in now."""
    async with world.database.transaction() as session:
        person = await session.get_one(Person, login.id)
    return await world.log_in(person)


async def test_evidence_that_was_redacted_is_asked_for_again(world: World, staff: Login) -> None:
    case, action = await _with_action(world)
    sent = (await send(case, case.centre.user, action)).json()
    evidence = sent["evidence"][0]
    status, done = await redact(world, staff, "action_evidence", evidence["id"], reason="wrong_organisation")
    assert (status, done["status"], done["title"]) == (201, "done", "Evidence 1 for action 1")
    shown = await first(case)
    assert (shown["status"], shown["etag"] != sent["etag"]) == ("open", True)
    assert shown["evidence"][0]["redacted_at"] is not None
    answer = await world.client.get(evidence["content_path"], headers=case.lead.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "file_redacted")
    assert (await close(case, case.lead, shown)).json()["code"] == "no_evidence"


async def test_evidence_of_a_closed_action_needs_two(world: World, staff: Login) -> None:
    case, action = await _with_action(world)
    sent = (await send(case, case.centre.user, action)).json()
    assert (await close(case, case.lead, sent)).status_code == 200
    asked = (await redact(world, staff, "action_evidence", sent["evidence"][0]["id"]))[1]
    assert asked["status"] == "pending"
    assert (await settle(world, case.manager, asked["id"]))[1]["status"] == "done"
    assert (await first(case))["status"] == "closed"


async def _with_action(world: World) -> tuple[Case, dict[str, Any]]:
    case = await case_in_review(world)
    await case.accepted("Train the assessors.")
    return case, await first(case)


async def test_our_own_document(world: World, accepted: Uploads) -> None:
    """Not while it is current; with a second person once a centre has agreed to it."""
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    old = {item["kind"]: item for item in (await world.get("/v1/documents", administrator))["items"]}[
        "centre_agreement"
    ]
    refused = await redact(world, administrator, "document", old["id"])
    assert (refused[0], refused[1]["code"]) == (409, "document_in_force")
    await world.agreement()
    status, asked = await redact(world, administrator, "document", old["id"])
    assert (status, asked["status"], asked["application_id"]) == (201, "pending", None)
    await settle(world, await world.staff(StaffRole.ADMINISTRATOR, new=True), asked["id"])
    content = await world.client.get(f"/v1/documents/{old['id']}/content", headers=accepted.centre.user.headers)
    assert (content.status_code, content.json()["code"]) == (409, "file_redacted")
    assert (await world.get(f"/v1/documents/{old['id']}", administrator))["redacted_at"] is not None


async def test_two_staff_at_once(world: World, draft: Uploads, staff: Login) -> None:
    id_ = (await draft.versions())[0]["id"]
    other = await world.staff(StaffRole.ADMINISTRATOR)
    lock = f"SELECT FROM applications WHERE id = '{draft.application['id']}' FOR UPDATE"
    answers = await race(
        world.database, lock, *(redact(world, login, "policy_version", id_) for login in (staff, other))
    )
    assert sorted(status for status, _ in answers) == [201, 409]
    assert [body["code"] for status, body in answers if status == 409] == ["file_redacted"]


async def test_two_second_people_at_once(world: World, accepted: Uploads, staff: Login) -> None:
    asked = (await redact(world, staff, "policy_version", (await accepted.versions())[0]["id"]))[1]
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    other = await world.staff(StaffRole.ADMINISTRATOR)
    lock = f"SELECT FROM applications WHERE id = '{accepted.application['id']}' FOR UPDATE"
    answers = await race(
        world.database, lock, settle(world, manager, asked["id"]), settle(world, other, asked["id"], "refusal")
    )
    assert sorted(status for status, _ in answers) == [200, 409]


async def test_a_removal_while_the_centre_submits(world: World, staff: Login) -> None:
    """Whoever comes second is refused: the submission has all of its files, or there is none."""
    centre = await world.centre()
    it = Uploads(world, centre, await world.ready(centre))
    application = f"/v1/applications/{it.application['id']}"
    tag, policy = await world.etag(application, centre.super_user), await it.policy()

    async def submit() -> tuple[int, dict[str, Any]]:
        answer = await world.client.post(f"{application}/submissions", json={"declaration": True}, headers=tag)
        return answer.status_code, answer.json()

    lock = f"SELECT FROM applications WHERE id = '{it.application['id']}' FOR UPDATE"
    submitted, removed = await race(
        world.database, lock, submit(), it.remove(centre.super_user, number=1, match=policy["etag"])
    )
    missing = (await it.policy())["state"] == "missing"
    assert (submitted[0], removed[0], missing) in ((201, 409, False), (412, 200, True))


async def test_a_recommendation_that_comes_first_asks_for_a_second_person(world: World, staff: Login) -> None:
    """They wait for the same lock, and whoever comes second is judged by what the first has done."""
    centre = await world.centre()
    it = Uploads(world, centre, await world.application(centre, Status.AWAITING_DECISION))
    assert (await redact(world, staff, "policy_version", (await it.versions())[0]["id"]))[1]["status"] == "pending"


async def test_a_redacted_policy_is_missing_when_the_application_comes_back(world: World, staff: Login) -> None:
    centre = await world.centre()
    it = Uploads(world, centre, await world.application(centre, Status.RETURNED))
    assert (await redact(world, staff, "policy_version", (await it.versions())[0]["id"]))[0] == 201
    assert (await it.policy())["state"] == "missing"
    answer: httpx.Response = await world.client.post(
        f"/v1/applications/{it.application['id']}/submissions",
        json={"declaration": True},
        headers=await world.etag(f"/v1/applications/{it.application['id']}", centre.super_user),
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
