"""A redaction that a decision rests on needs two people; evidence, our own documents, and several people at once."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.database import Work
from app.domain.actors import SYSTEM, StaffRole
from app.domain.workflow import Status
from app.models import FileRedaction, Person, PolicyVersion, StaffMember
from app.services.operations.housekeeping import forget
from tests.routers.redaction_stage import Uploads, accepted_uploads, draft_with_secret, events, redact, settle
from tests.routers.review_stage import Case, case_in_review
from tests.routers.test_actions import close, first, send
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


async def test_customer_experience_hears_of_it_where_nobody_else_is_left(world: World, accepted: Uploads) -> None:
    manager = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER)
    async with world.database.transaction() as session:
        others = StaffMember.person_id != manager.id
        await session.execute(update(StaffMember).where(others).values(deactivated_at=world.clock()))
    version = (await accepted.versions())[0]
    assert (await redact(world, manager, "policy_version", version["id"]))[1]["status"] == "pending"
    await world.run_jobs()
    (mail,) = world.mail(subject="Confirm a redaction")
    assert world.settings.organisation.help.applications_email in mail.to[0]


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
    await world.run_jobs()
    (to_lead,) = world.mail(subject="A document that you review was removed")
    assert "has to send other evidence" in to_lead.text
    (to_centre,) = world.mail(subject="We removed a document")
    assert "send other evidence" in to_centre.text


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
