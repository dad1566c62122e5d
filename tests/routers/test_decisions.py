"""The quality assurance manager's decision (R21) and the recognition that acceptance creates (R22)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Action, Application, Decision, Recognition
from tests.routers.review_stage import Case, case_in_review
from tests.world import World

ACCEPT = {"outcome": "accept", "reasons": "All is in place.", "internal_note": "Between us."}


@pytest.fixture
async def case(world: World) -> Case:
    return await case_in_review(world)


async def counted(case: Case, model: Any) -> int:
    async with case.world.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.requirement("R21")
async def test_only_a_manager_decides_and_only_after_a_recommendation(case: Case, world: World) -> None:
    assert (await world.client.post(f"{case.path}/decisions", json=ACCEPT)).status_code == 401
    assert (await case.send((await world.centre()).super_user, "decisions", ACCEPT)).status_code == 404
    assert (await case.send(case.centre.super_user, "decisions", ACCEPT)).status_code == 403
    assert (await case.send(case.lead, "decisions", ACCEPT)).status_code == 403
    early = await case.send(case.manager, "decisions", ACCEPT)
    assert (early.status_code, early.json()["code"]) == (409, "step_not_allowed")
    assert (await case.send(case.manager, "decisions", ACCEPT, '"0"')).status_code == 412
    missing = await case.send(case.manager, "decisions", {"outcome": "accept"})
    assert [fault["pointer"] for fault in missing.json()["errors"]] == ["/reasons"]


@pytest.mark.requirement("R21")
async def test_nobody_decides_on_their_own_recommendation(world: World) -> None:
    """Even with both roles, and even if somebody else has recommended since."""
    case = await case_in_review(world)
    both = await world.staff(StaffRole.CENTRE_LEAD, StaffRole.QUALITY_ASSURANCE_MANAGER)
    first, case.lead = case.lead, both
    await reassign(case, both.id)
    await case.recommended()
    own = await case.send(both, "decisions", ACCEPT)
    assert (own.status_code, own.json()["code"]) == (403, "own_recommendation")
    back = await case.send(case.manager, "decisions", {"outcome": "refer_back", "reasons": "More on sampling."})
    assert back.status_code == 201, back.text
    case.lead = first
    await reassign(case, first.id)
    await case.wait(timedelta(0))
    again = await case.send(first, "recommendations", {"outcome": "accept", "reasons": "More on sampling."})
    assert again.status_code == 201, again.text
    assert (await case.send(both, "decisions", ACCEPT)).json()["code"] == "own_recommendation"
    assert await counted(case, Recognition) == 0


async def reassign(case: Case, person_id: Any) -> None:
    async with case.world.database.transaction() as session:
        (await session.get_one(Application, case.id)).centre_lead_id = person_id


@pytest.mark.requirement("R18")
async def test_no_decision_while_the_fee_is_unpaid(case: Case) -> None:
    """A payment that is reversed after the recommendation closes the gate again."""
    await case.recommended()
    await case.bounce()
    for body in (ACCEPT, {"outcome": "reject", "reasons": "x"}, {"outcome": "refer_back", "reasons": "x"}):
        answer = await case.send(case.manager, "decisions", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "invoice_unpaid")
    await case.pay()
    assert (await case.send(case.manager, "decisions", ACCEPT)).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"outcome": "accept_with_actions"}, "actions_required"),
        ({"outcome": "accept_with_actions", "actions": []}, "actions_required"),
        ({"outcome": "reject", "actions": [{"description": "x", "due_on": "2030-01-01"}]}, "actions_not_wanted"),
        (
            {"outcome": "accept_with_actions", "actions": [{"description": "x", "due_on": "2026-01-01"}]},
            "not_in_the_future",
        ),
    ],
)
async def test_actions_must_match_the_outcome(case: Case, body: dict[str, Any], code: str) -> None:
    await case.recommended()
    answer = await case.send(case.manager, "decisions", {"reasons": "x", **body})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == code
    assert await counted(case, Decision) == 0


async def test_concurrent_decisions_make_one(case: Case, world: World) -> None:
    await case.recommended()
    other = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER, new=True)
    tag = f'"{(await case.row()).version}"'
    answers = await asyncio.gather(
        case.send(case.manager, "decisions", ACCEPT, tag),
        case.send(other, "decisions", {"outcome": "reject", "reasons": "No."}, tag),
        case.send(other, "decisions", {"outcome": "refer_back", "reasons": "No."}, tag),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 412, 412]
    current = f'"{(await case.row()).version}"'
    assert {answer.json()["current_etag"] for answer in answers if answer.status_code == 412} == {current}
    assert await counted(case, Decision) == 1
    assert await counted(case, Recognition) == int((await case.row()).status is Status.ACCEPTED)


async def test_concurrent_decisions_for_any_version_make_one(case: Case, world: World) -> None:
    """With `If-Match: *` the lock and the process table still settle the race."""
    await case.recommended()
    other = await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER, new=True)
    answers = await asyncio.gather(*(case.send(login, "decisions", ACCEPT, "*") for login in (case.manager, other) * 4))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert (await counted(case, Decision), await counted(case, Recognition)) == (1, 1)


async def test_recommended_actions_apply_unless_the_decision_has_its_own(case: Case) -> None:
    actions = [{"description": "Train.", "due_on": case.due(20)}, {"description": "Sample.", "due_on": case.due(40)}]
    await case.recommended("accept_with_actions", actions=actions)
    decided = await case.send(case.manager, "decisions", {"outcome": "accept_with_actions", "reasons": "Fine."})
    assert decided.status_code == 201, decided.text
    assert decided.json()["actions"] == actions
    found = (await case.get(case.centre.user, "actions")).json()["items"]
    assert [(item["number"], item["description"], item["status"]) for item in found] == [
        (1, "Train.", "open"),
        (2, "Sample.", "open"),
    ]
    assert await case.mail("application_accepted_with_actions") == ["application_accepted_with_actions"]


async def test_recommended_actions_already_due_need_new_dates(case: Case) -> None:
    actions = [{"description": "Train.", "due_on": case.due(5)}]
    await case.recommended("accept_with_actions", actions=actions)
    await case.wait(timedelta(days=6))
    body = {"outcome": "accept_with_actions", "reasons": "Fine."}
    late = await case.send(case.manager, "decisions", body)
    assert (late.status_code, late.json()["errors"][0]["code"]) == (422, "recommended_actions_past_due")
    mended = await case.send(
        case.manager, "decisions", body | {"actions": [{"description": "Train.", "due_on": case.due()}]}
    )
    assert mended.status_code == 201


@pytest.mark.requirement("R21")
async def test_a_referral_back_is_hidden_from_the_centre(case: Case) -> None:
    await case.recommended()
    body = {"outcome": "refer_back", "reasons": "A quiet word."}
    assert (await case.send(case.manager, "decisions", body)).status_code == 201
    assert (await case.row()).status is Status.IN_REVIEW
    assert (await case.get(case.centre.super_user, "decisions")).json() == {"items": []}
    assert "quiet" not in (await case.get(case.centre.super_user, "timeline")).text
    assert [item["outcome"] for item in (await case.get(case.lead, "decisions")).json()["items"]] == ["refer_back"]
    assert await case.mail("referred_back", "application_rejected") == ["referred_back"]
    again = await case.send(case.lead, "recommendations", {"outcome": "reject", "reasons": "Now sure."})
    assert again.status_code == 201, "the interview was held, so there can be another recommendation at once"


@pytest.mark.requirement("R21")
async def test_a_rejection_is_sent_with_reasons_and_creates_no_recognition(case: Case) -> None:
    await case.recommended()
    body = {"outcome": "reject", "reasons": "No quality assurance.", "internal_note": "Between us."}
    assert (await case.send(case.manager, "decisions", body)).json()["internal_note"] == "Between us."
    (decision,) = (await case.get(case.centre.user, "decisions")).json()["items"]
    assert (decision["reasons"], decision["internal_note"], decision["recommendation_id"]) == (
        "No quality assurance.",
        None,
        None,
    )
    assert "Between us" not in (await case.get(case.centre.user, "timeline")).text
    assert (await case.row()).closed_at is not None
    assert (await counted(case, Recognition), await counted(case, Action)) == (0, 0)
    assert await case.mail("application_rejected") == ["application_rejected"]
    final = await case.send(case.manager, "decisions", ACCEPT)
    assert (final.status_code, final.json()["code"]) == (409, "step_not_allowed")


@pytest.mark.requirement("R21", "R22")
async def test_an_acceptance_creates_one_recognition_as_of_that_day(case: Case, world: World) -> None:
    """The decision names its recommendation. The certificate is issued in the same transaction."""
    made = await case.accepted()
    assert made["submission_number"] == 1
    async with world.database.transaction() as session:
        row = (await session.scalars(select(Recognition))).one()
    assert (row.number, row.centre_name, row.centre_town) == ("RC-2026-000001", case.centre.name, "Derby")
    assert row.recognised_from == world.clock().date()
    assert row.centre_lead_id == case.lead.id
    assert [member["name"] for member in row.account_team] == ["Customer experience team"]
    decided, issued = await case.events("application.decided", "certificate.issued")
    assert decided.public is not None
    assert decided.public["status"] == "accepted"
    assert "reasons" not in decided.public
    assert issued.public is not None
    assert issued.public["number"] == row.number
    assert await case.mail("application_accepted") == ["application_accepted"]
