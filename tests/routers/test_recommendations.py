"""The centre lead's recommendation (R20)."""

from typing import Any

import pytest

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from tests.routers.review_stage import Case, case_in_review
from tests.world import World

ACCEPT = {"outcome": "accept", "reasons": "Experienced team."}


@pytest.fixture
async def case(world: World) -> Case:
    return await case_in_review(world)


@pytest.mark.requirement("R20")
async def test_only_the_assigned_lead_recommends_and_only_after_the_interview(case: Case, world: World) -> None:
    stranger = await world.centre()
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    assert (await world.client.post(f"{case.path}/recommendations", json=ACCEPT)).status_code == 401
    assert (await case.send(stranger.super_user, "recommendations", ACCEPT)).status_code == 404
    assert (await case.send(case.centre.super_user, "recommendations", ACCEPT)).status_code == 403
    assert (await case.send(case.manager, "recommendations", ACCEPT)).status_code == 403
    assert (await case.send(other, "recommendations", ACCEPT)).json()["code"] == "not_your_application"
    early = await case.send(case.lead, "recommendations", ACCEPT)
    assert (early.status_code, early.json()["code"]) == (409, "interview_not_held")
    assert (await case.send(case.lead, "recommendations", ACCEPT, '"0"')).status_code == 412


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"outcome": "accept_with_actions"}, "actions_required", "/actions"),
        ({"actions": [{"description": "x", "due_on": "2030-01-01"}]}, "actions_not_wanted", "/actions"),
        (
            {"outcome": "accept_with_actions", "actions": [{"description": "x", "due_on": "2026-06-01"}]},
            "not_in_the_future",
            "/actions/0/due_on",
        ),
    ],
)
async def test_actions_must_match_the_outcome_and_be_due_later(
    case: Case, changes: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await case.send(case.lead, "recommendations", ACCEPT | changes)
    assert answer.status_code == 422
    assert [(fault["code"], fault["pointer"]) for fault in answer.json()["errors"]] == [(code, pointer)]


@pytest.mark.requirement("R20")
async def test_a_recommendation_is_hidden_from_the_centre(case: Case, world: World) -> None:
    """Before the decision the centre sees that there is one, but not its content."""
    actions = [{"description": "Train the assessors.", "due_on": case.due()}]
    made = await case.recommended("accept_with_actions", actions=actions)
    assert made["submission_number"] == 1
    assert made["recommended_by_id"] == str(case.lead.id)
    assert made["actions"] == actions
    assert (await case.row()).status is Status.AWAITING_DECISION
    assert (await case.get(case.centre.super_user, "recommendations")).status_code == 403
    assert (await case.get((await world.centre()).super_user, "recommendations")).status_code == 404
    assert (await case.get(case.manager, "recommendations")).json()["items"] == [made]
    timeline = await case.get(case.centre.user, "timeline")
    assert "application.recommended" in timeline.text
    assert "secret" not in timeline.text
    assert "accept_with" not in timeline.text
    (event,) = await case.events("application.recommended")
    assert event.public is not None
    assert "outcome" not in event.public
    assert "reasons" not in event.public
    assert await case.mail("recommendation_made") == ["recommendation_made"]


async def test_there_is_one_recommendation_at_a_time(case: Case) -> None:
    await case.recommended()
    again = await case.send(case.lead, "recommendations", ACCEPT)
    assert (again.status_code, again.json()["code"]) == (409, "step_not_allowed")
