"""An application in any state, in one call, made by the same services as real data."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from uuid_utils.compat import uuid7

from app.domain.sandbox import SandboxState, status_in
from app.domain.statuses import Status
from app.http.exchange import deployment_of
from app.main import attach
from app.services.story.ways import WAYS
from app.settings import Fee
from tests.routers.sandbox.conftest import Sandbox


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/state", "required"),
        ({"state": "paid"}, "/state", "not_a_choice"),
        ({"state": "draft", "centre_id": "seven"}, "/centre_id", "invalid_id"),
        ({"state": "draft", "centre_id": str(uuid7())}, "/centre_id", "unknown_centre"),
    ],
)
async def test_an_invalid_request_is_refused(sandbox: Sandbox, body: dict[str, Any], pointer: str, code: str) -> None:
    answer = await sandbox.client.post("/v1/sandbox/applications", json=body)
    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, pointer, code)


async def test_a_centre_that_cannot_apply_is_refused(sandbox: Sandbox) -> None:
    """It has an open application, or is recognised already."""
    for state, code in (("submitted", "application_open"), ("accepted", "already_recognised")):
        made = await sandbox.application(state)
        answer = await _ask(sandbox, state="draft", centre_id=made["centre_id"])
        assert (answer.status_code, answer.json()["code"]) == (409, code)


async def _ask(sandbox: Sandbox, **body: Any) -> httpx.Response:
    return await sandbox.client.post("/v1/sandbox/applications", json=body)


async def test_a_state_ruled_out_by_the_settings_is_refused(sandbox: Sandbox, app: FastAPI) -> None:
    """Without a fee no application awaits payment; later states can be reached."""
    free = deployment_of(app).settings.model_copy(update={"fee": Fee(amount_pence=0)})
    attach(app, free, sandbox.world.database, sandbox.world.clock)
    answer = await _ask(sandbox, state="awaiting_payment")
    assert (answer.status_code, answer.json()["code"]) == (409, "state_not_reachable")
    assert (await sandbox.application("awaiting_decision"))["status"] == "awaiting_decision"


def test_every_status_is_a_state() -> None:
    """Every state has a recipe. Closing takes weeks: warn, move the sandbox's clock, and close."""
    reached = set(Status) - {Status.CLOSED}
    assert {status.value for status in reached} <= {state.value for state in SandboxState}
    assert {status_in(SandboxState(status.value)) for status in reached} == reached
    assert set(WAYS) == set(SandboxState)


@pytest.mark.parametrize("state", SandboxState)
async def test_every_state_can_be_reached(sandbox: Sandbox, state: SandboxState) -> None:
    """One call. The events lie in the past, in the order of the process (R11 to R22)."""
    answer = await _ask(sandbox, state=state.value)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["location"] == f"/v1/applications/{made['id']}"
    assert (made["state"], made["status"]) == (state.value, status_in(state).value)
    seen = await sandbox.read(answer.headers["location"], made["super_user"])
    assert (seen["status"], seen["reference"], seen["invoice_id"]) == (
        made["status"],
        made["reference"],
        made["invoice_id"],
    )
    events = (await sandbox.read(f"{answer.headers['location']}/timeline", made["user"]))["items"]
    times = [datetime.fromisoformat(event["occurred_at"]) for event in events]
    assert times in (sorted(times), sorted(times, reverse=True))
    assert max(times) <= sandbox.world.clock()


async def test_everybody_in_the_answer_can_sign_in_with_the_stated_role(sandbox: Sandbox) -> None:
    """R10: two centre users and five staff."""
    made = await sandbox.application("draft")
    for role, log_in in made["staff"].items():
        assert (await sandbox.read("/v1/me", log_in))["staff_roles"] == [role]
    for role in ("super_user", "user"):
        (place,) = (await sandbox.read("/v1/me", made[role]))["centres"]
        assert (place["centre_id"], place["role"]) == (made["centre_id"], role)


async def test_each_state_lists_the_gaps_that_the_process_defines(sandbox: Sandbox) -> None:
    """Only a ready application lacks nothing (R16). A return has open items, a resubmission two copies (R17)."""
    for state, ready in (("draft", False), ("ready_to_submit", True)):
        made = await sandbox.application(state)
        found = await sandbox.read(f"/v1/applications/{made['id']}/readiness", made["user"])
        assert found["ready"] is ready
    made = await sandbox.application("returned_by_centre_lead")
    items = (await sandbox.read(f"/v1/applications/{made['id']}/return-items", made["user"]))["items"]
    assert [item["answer"] for item in items] == [None, None]
    made = await sandbox.application("resubmitted")
    assert len((await sandbox.read(f"/v1/applications/{made['id']}/submissions", made["user"]))["items"]) == 2


async def test_the_process_continues_from_a_generated_state(sandbox: Sandbox) -> None:
    """Finance records the payment; the assigned centre lead arranges the interview (R18, R19)."""
    made = await sandbox.application("awaiting_payment")
    finance = await sandbox.sign_in(made["staff"]["finance"])
    invoice = (await sandbox.client.get(f"/v1/invoices/{made['invoice_id']}", headers=finance)).json()
    body = {
        "amount": invoice["due"],
        "method": "bank_transfer",
        "received_on": sandbox.world.clock().date().isoformat(),
    }
    paid = await sandbox.client.post(
        f"/v1/invoices/{made['invoice_id']}/payments", headers=finance | {"Idempotency-Key": "pay"}, json=body
    )
    assert paid.status_code == 201, paid.text
    lead = await sandbox.read(f"/v1/applications/{made['id']}", made["staff"]["centre_lead"])
    assert lead["status"] == "in_review"
    assert "arrange_interview" in {step["name"] for step in lead["allowed_steps"]}


async def test_the_etag_of_the_answer_takes_the_next_step(sandbox: Sandbox) -> None:
    answer = await _ask(sandbox, state="submitted")
    headers = await sandbox.sign_in(answer.json()["staff"]["customer_experience"])
    path = f"{answer.headers['location']}/reviews"
    passed = await sandbox.client.post(
        path, headers=headers | {"If-Match": answer.headers["etag"]}, json={"outcome": "pass"}
    )
    assert passed.status_code == 201, passed.text


async def test_an_accepted_application_has_a_certificate(sandbox: Sandbox) -> None:
    """R21: the public can verify it."""
    made = await sandbox.application("accepted_with_actions")
    verified = await sandbox.client.get(f"/v1/certificates/{made['certificate_number']}")
    assert verified.status_code == 200, verified.text
    assert len((await sandbox.read(f"/v1/applications/{made['id']}/actions", made["user"]))["items"]) == 2


async def test_an_existing_centre_can_be_used(sandbox: Sandbox) -> None:
    """A sandbox centre, a centre made by hand, and one that withdrew. The answer holds working passwords."""
    by_call = (await sandbox.post("centres", first_password=True))["centre_id"]
    by_hand = await sandbox.world.centre()
    withdrawn = (await sandbox.application("withdrawn"))["centre_id"]
    for centre_id in (by_call, str(by_hand.id), withdrawn):
        made = await sandbox.application("interview_held", centre_id=centre_id)
        assert made["centre_id"] == centre_id
        assert (await sandbox.read(f"/v1/applications/{made['id']}", made["user"]))["status"] == "in_review"


async def test_concurrent_calls_make_distinct_applications(sandbox: Sandbox) -> None:
    made = await asyncio.gather(*(sandbox.application("draft") for _ in range(5)))
    for name in ("id", "reference", "centre_id"):
        assert len({one[name] for one in made}) == 5, name
    assert len({one["super_user"]["email"] for one in made}) == 5
    assert len({str(one["staff"]) for one in made}) == 1


async def test_existing_data_is_unchanged(sandbox: Sandbox) -> None:
    """Whether made through the API, by an earlier call, or by hand."""
    before = await sandbox.world.centre()
    draft = await sandbox.world.draft(before)
    first = await sandbox.application("awaiting_payment")
    seen = await sandbox.read(f"/v1/applications/{first['id']}", first["user"])
    await sandbox.application("accepted")
    assert await sandbox.read(f"/v1/applications/{first['id']}", first["user"]) == seen
    assert (await sandbox.world.get(f"/v1/applications/{draft['id']}", before.user))["status"] == "draft"


@pytest.mark.parametrize(
    ("path", "body"), [("applications", {"state": "draft"}), ("centres", {}), ("clock", {"by_seconds": 60})]
)
async def test_a_repeat_with_the_same_key_has_one_effect(sandbox: Sandbox, path: str, body: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = [await sandbox.client.post(f"/v1/sandbox/{path}", json=body, headers=key) for _ in range(2)]
    assert first.is_success
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
