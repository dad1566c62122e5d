"""Unpaged lists are limited in length: an addition past the limit is refused.

Each test lowers the limit to the current length and checks the refusal, then raises it by one and checks success.
"""

from typing import Any

import httpx
import pytest

from app.domain import limits
from app.domain.actors import StaffRole
from app.services.story import centre as centres_part
from tests.integrations.file_samples import pdf
from tests.routers.finance_stage import bill
from tests.routers.review_stage import Case, case_in_review
from tests.routers.test_actions import first, send
from tests.world import World


def refused(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json().get("code")) == (409, "too_many_records")


@pytest.fixture
async def case(world: World) -> Case:
    return await case_in_review(world)


async def test_checks_of_an_initial_application(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R03: a check can be recorded repeatedly, up to the limit."""
    checked = await world.checked()
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"/v1/initial-applications/{checked['id']}"
    body = {"check": "address", "outcome": "clear", "note": "Looked at again."}
    monkeypatch.setattr(limits, "DUE_DILIGENCE_CHECKS", len(checked["checks"]))
    headers = await world.etag(address, staff)
    assert refused(await world.client.post(f"{address}/checks", json=body, headers=headers))
    monkeypatch.setattr(limits, "DUE_DILIGENCE_CHECKS", len(checked["checks"]) + 1)
    await world.post(f"{address}/checks", body, staff, match=address)


async def test_versions_of_a_policy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R13: earlier versions stay, so their number is limited."""
    centre = await world.centre()
    draft = await world.draft(centre)
    await world.upload(centre.user, draft["id"], "appeals")
    address = f"/v1/applications/{draft['id']}/policies/appeals"
    monkeypatch.setattr(limits, "POLICY_VERSIONS", 1)
    headers = await world.etag(address, centre.user)
    files = {"file": ("Appeals.pdf", pdf(), "application/pdf")}
    assert refused(await world.client.put(address, files=files, headers=headers))
    assert (await world.client.get(address, headers=headers)).json()["current_version"]["number"] == 1
    monkeypatch.setattr(limits, "POLICY_VERSIONS", 2)
    assert (await world.client.put(address, files=files, headers=headers)).status_code == 200


async def test_submissions_of_an_application(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R17: an application that cannot be returned again can still be decided."""
    centre = await world.centre()
    application = await world.ready(centre)
    await world.play(centre, application["id"], centres_part.submit)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    item = {"section": "policies_and_procedures", "pointer": "/appeals", "code": "unclear", "asked": "Say by when."}
    body = {"outcome": "return", "explanation": "One point.", "items": [item]}
    address = f"/v1/applications/{application['id']}"
    monkeypatch.setattr(limits, "SUBMISSIONS", 1)
    headers = await world.etag(address, staff)
    assert refused(await world.client.post(f"{address}/reviews", json=body, headers=headers))
    monkeypatch.setattr(limits, "SUBMISSIONS", 2)
    assert (await world.client.post(f"{address}/reviews", json=body, headers=headers)).status_code == 201


async def test_interviews_of_an_application(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INTERVIEWS", 0)
    assert refused(await case.send(case.lead, "interviews", case.invitation()))
    monkeypatch.setattr(limits, "INTERVIEWS", 1)
    assert (await case.send(case.lead, "interviews", case.invitation())).status_code == 201


async def test_recommendations_on_an_application(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """R21: the last possible recommendation cannot be referred back, which would need another."""
    await case.recommended()
    back: dict[str, Any] = {"outcome": "refer_back", "reasons": "More on sampling."}
    monkeypatch.setattr(limits, "RECOMMENDATIONS", 1)
    assert refused(await case.send(case.manager, "decisions", back))
    monkeypatch.setattr(limits, "RECOMMENDATIONS", 2)
    assert (await case.send(case.manager, "decisions", back)).status_code == 201


async def test_evidence_for_an_action(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    await case.accepted("Train the assessors.")
    action = await first(case)
    monkeypatch.setattr(limits, "EVIDENCE", 0)
    assert refused(await send(case, case.centre.user, action))
    monkeypatch.setattr(limits, "EVIDENCE", 1)
    assert (await send(case, case.centre.user, action)).status_code == 201


async def test_payments_and_credits_of_an_invoice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R18: at the limit each payment can still be reversed to correct a mistake."""
    one = await bill(world)
    payment = await one.pay(100)
    monkeypatch.setattr(limits, "PAYMENTS", 1)
    monkeypatch.setattr(limits, "CREDITS", 0)
    assert refused(await one.send("payments", one.payment(100)))
    assert refused(await one.credit(100))
    await one.reverse(payment)
    monkeypatch.setattr(limits, "PAYMENTS", 2)
    monkeypatch.setattr(limits, "CREDITS", 1)
    await one.pay(100)
    assert (await one.credit(100)).status_code == 201


async def test_corrections_of_an_initial_application(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R24: each correction stays in the record, so their number is limited."""
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    address = f"/v1/initial-applications/{(await world.received())['id']}"
    body = {"reason": "The sender telephoned.", "telephone": "01332 341825"}
    monkeypatch.setattr(limits, "CORRECTIONS", 0)
    headers = await world.etag(address, staff)
    assert refused(await world.client.post(f"{address}/corrections", json=body, headers=headers))
    monkeypatch.setattr(limits, "CORRECTIONS", 1)
    await world.post(f"{address}/corrections", body, staff, match=address)


async def test_name_changes_of_a_centre(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    centre, staff = await world.centre(), await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    path, headers = f"/v1/centres/{centre.id}/name-changes", centre.super_user.headers
    body = {"name": "Harbour Learning CIC", "trading_name": None, "reason": "Registered in February."}
    monkeypatch.setattr(limits, "NAME_CHANGES", 0)
    assert refused(await world.client.post(path, json=body, headers=headers))
    monkeypatch.setattr(limits, "NAME_CHANGES", 1)
    made = (await world.client.post(path, json=body, headers=headers)).json()
    approval = f"/v1/name-changes/{made['id']}/approval"
    monkeypatch.setattr(limits, "REPLACED_CERTIFICATES", 0)
    assert refused(await world.client.post(approval, json={}, headers=staff.headers))
    monkeypatch.setattr(limits, "REPLACED_CERTIFICATES", 1)
    assert (await world.client.post(approval, json={}, headers=staff.headers)).status_code == 200
