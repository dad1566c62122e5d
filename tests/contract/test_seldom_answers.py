"""Documented responses that no other test produces: races, and states that are hard to reach."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from app.domain.names import email_key
from app.models import Person
from tests.contract.asking import who_may
from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import operation
from tests.world import World

ANYTHING = {"If-Match": "*"}


async def ask(landscape: Landscape, name: str, who: str | None = None, **more: Any) -> httpx.Response:
    """Call the operation as a permitted principal; without `json`, send its example."""
    op = operation(name)
    headers = landscape.headers(who or who_may(op)) | more.pop("headers", {})
    if op.takes_if_match:
        headers = ANYTHING | headers
    if op.takes_json and not more:
        more = {"json": op.example}
    path = path_of(landscape, name, op.path)
    return await landscape.client.request(op.method, path, headers=headers, **more)


async def refusal(landscape: Landscape, name: str, who: str | None = None, **more: Any) -> tuple[int, str]:
    """Return the status and code of the refusal."""
    answer = await ask(landscape, name, who, **more)
    return answer.status_code, str(answer.json().get("code"))


async def sql(landscape: Landscape, statement: str, **values: Any) -> None:
    """Put the landscape directly into a state that would take too many steps to reach."""
    async with landscape.database.transaction() as session:
        await session.execute(text(statement), values)


async def test_no_check_can_be_recorded_after_due_diligence(landscape: Landscape) -> None:
    assert (await ask(landscape, "declineInitialApplication", "customer_experience")).is_success
    assert await refusal(landscape, "recordDueDiligenceCheck") == (409, "already_decided")


async def test_staff_cannot_become_a_centres_super_user(landscape: Landscape) -> None:
    super_user = landscape.world.initial_application()["initial_super_user"]
    super_user |= {"email": landscape.logins["finance"].email}
    landscape.ids["initial_application_id"] = (await landscape.world.checked(initial_super_user=super_user))["id"]
    assert await refusal(landscape, "createCentreAccount", json={}) == (409, "staff_cannot_act_for_a_centre")


@pytest.mark.parametrize("name", ["createCentreAccount", "inviteCentreUser", "createStaffMember"])
async def test_a_person_created_concurrently_exists_once(landscape: Landscape, name: str) -> None:
    """The address is free at the check and taken at the INSERT. The loser of the race is not told of the winner."""
    email = f"ann@{uuid7().hex}.example.com"
    body: dict[str, Any] = dict(operation(name).example) | {"email": email}
    if name == "createCentreAccount":
        person = landscape.world.initial_application()["initial_super_user"] | {"email": email}
        landscape.ids["initial_application_id"] = (await landscape.world.checked(initial_super_user=person))["id"]
        body = {}
    async with landscape.database.transaction() as session:
        now = landscape.world.clock()
        session.add(Person(first_name="Ann", last_name="Lee", email=email, email_key=email_key(email), created_at=now))
        await session.flush()
        op = asyncio.create_task(ask(landscape, name, json=body))
        await _waiting(landscape)
    assert (await op).status_code == 201
    async with landscape.database.transaction() as session:
        people = await session.scalars(select(Person).where(Person.email_key == email_key(email)))
        assert [person.last_name for person in people] == ["Lee"]


async def _waiting(landscape: Landscape) -> None:
    """Wait until a session waits for a lock in this database."""
    question = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = :event")
    async with asyncio.timeout(30):
        while True:
            async with landscape.database.transaction() as session:
                if await session.scalar(question, {"event": "transactionid"}):
                    return
            await asyncio.sleep(0.01)


async def test_a_change_cannot_take_a_role_held_by_another_contact(landscape: Landscape) -> None:
    body = dict(operation("createContact").example) | {"user_id": None, "roles": ["curriculum_development"]}
    made = await ask(landscape, "createContact", json=body)
    assert made.status_code == 201, made.text
    landscape.ids["contact_id"] = made.json()["id"]
    assert await refusal(landscape, "updateContact", json={"roles": ["finance"]}) == (409, "role_held")


async def _money_back(landscape: Landscape) -> None:
    key = {"Idempotency-Key": str(uuid7())}
    answer = await ask(landscape, "reversePayment", "finance", headers=key, json={"reason": "It bounced."})
    assert answer.status_code == 201, answer.text


async def test_a_reversed_payment_stops_the_process(landscape: Landscape) -> None:
    """Neither the centre lead's return, nor the resubmission to the centre lead (R19)."""
    await _money_back(landscape)
    assert await refusal(landscape, "reviewApplication", "centre_lead") == (409, "invoice_unpaid")
    await sql(
        landscape,
        "UPDATE applications SET status = 'returned', returned_by_centre_lead = true WHERE id = :id",
        id=landscape.ids["application_id"],
    )
    assert await refusal(landscape, "submitApplication", "super_user") == (409, "invoice_unpaid")


@pytest.mark.parametrize("name", ["uploadPolicy", "sendActionEvidence", "publishDocument", "uploadBankStatement"])
async def test_an_unreadable_form_is_400(landscape: Landscape, name: str) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    cut_off = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nHello\r\n'
    for content in (b"--x\r\nno header\r\n\r\n--x--", cut_off, cut_off + b"--x", b""):
        answer = await refusal(landscape, name, headers=headers, content=content)
        assert answer == (400, "malformed_request")


async def test_a_statement_takes_the_document_back(landscape: Landscape) -> None:
    await sql(
        landscape,
        "UPDATE applications SET status = 'returned', returned_by_centre_lead = false WHERE id = :id",
        id=landscape.ids["application_id"],
    )
    landscape.ids |= {"key": "examinations"}
    none = {"plans_invigilated_assessment": False, "offers_access_to_he": False}
    saved = await ask(landscape, "saveProvisionDetails", json=none)
    assert saved.status_code == 200, saved.text
    stated = await ask(landscape, "declareNotApplicable")
    assert (stated.status_code, stated.json()["current_version"]) == (200, None)


async def test_an_unpublished_agreement_cannot_be_accepted(world: World) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    body = {"agreement_id": str(uuid7()), "code_of_conduct_id": str(uuid7()), "accepted": True}
    answer = await world.client.put(
        f"/v1/applications/{draft['id']}/agreement", headers=centre.super_user.headers | ANYTHING, json=body
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "agreement_not_published")


async def test_an_item_of_an_earlier_return_cannot_be_answered(landscape: Landscape) -> None:
    item = {"section": "policies_and_procedures", "pointer": "/appeals", "code": "unclear", "asked": "Say by when."}
    body = {"outcome": "return", "explanation": "One more point.", "items": [item]}
    assert (await ask(landscape, "reviewApplication", "centre_lead", json=body)).status_code == 201
    assert await refusal(landscape, "answerReturnItem") == (409, "earlier_return")


async def _interview(landscape: Landscape, days: int) -> None:
    starts = landscape.world.clock() + timedelta(days=days)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    body = times | {"mode": "online", "place": "https://meet.example.com/harbour"}
    answer = await ask(landscape, "arrangeInterview", json=body)
    assert answer.status_code == 201, answer.text


async def test_a_closed_interview_can_be_neither_moved_nor_recorded(landscape: Landscape) -> None:
    cancelled = {"outcome": "cancelled", "summary": "Ill."}
    assert (await ask(landscape, "recordInterviewOutcome", json=cancelled)).is_success
    starts = landscape.world.clock() + timedelta(days=3)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    assert await refusal(landscape, "rescheduleInterview", json=times) == (409, "no_interview_arranged")
    await _interview(landscape, 2)
    assert await refusal(landscape, "recordInterviewOutcome", json=cancelled) == (409, "interview_closed")


async def test_no_recommendation_while_an_interview_is_arranged(landscape: Landscape) -> None:
    await sql(landscape, "UPDATE interviews SET status = 'held'")
    await _interview(landscape, 2)
    body = {"outcome": "accept", "reasons": "All is in place."}
    assert await refusal(landscape, "recommend", json=body) == (409, "interview_already_arranged")


@pytest.mark.parametrize("name", ["downloadActionEvidence", "getCertificate", "getWelcomePack", "getReceipt"])
async def test_a_range_and_a_range_past_the_end(landscape: Landscape, name: str) -> None:
    part = await ask(landscape, name, headers={"Range": "bytes=0-1"})
    assert (part.status_code, len(part.content)) == (206, 2)
    past = await refusal(landscape, name, headers={"Range": "bytes=99999999-"})
    assert past == (416, "range_not_satisfiable")


async def test_a_deactivated_staff_member_cannot_be_changed(landscape: Landscape) -> None:
    assert (await ask(landscape, "deactivateStaffMember")).status_code == 204
    assert await refusal(landscape, "updateStaffMember", json={"job_title": "x"}) == (409, "staff_member_deactivated")


async def test_a_form_with_an_unknown_query_parameter_is_422(landscape: Landscape) -> None:
    form = {"grant_type": "client_credentials"}
    answer = await landscape.client.post("/v1/oauth/token", data=form, params={"no_such": "1"})
    assert answer.status_code == 422, answer.text
