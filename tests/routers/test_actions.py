"""Actions after acceptance: the centre sends evidence, its lead closes them (R23)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.domain.actors import StaffRole
from app.models import Application
from tests.integrations.file_samples import EXE, pdf
from tests.routers.review_stage import Case, case_in_review
from tests.world import Login, World


@pytest.fixture
async def case(world: World) -> Case:
    found = await case_in_review(world)
    await found.accepted("Train the assessors.", "Send the strategy.")
    return found


async def first(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = (await case.get(case.centre.user, "actions")).json()["items"][0]
    return found


async def send(
    case: Case, login: Login, action: dict[str, Any], content: bytes | None = None, **more: Any
) -> httpx.Response:
    headers = {**login.headers, "If-Match": more.pop("match", action["etag"])}
    return await case.world.client.post(
        f"{case.path}/actions/{action['id']}/evidence",
        files={"file": ("Strategy.pdf", content if content is not None else pdf(), "application/pdf")},
        data=more.pop("data", {"note": "Section 4."}),
        headers=headers,
    )


async def close(case: Case, login: Login, action: dict[str, Any], outcome: str = "closed") -> httpx.Response:
    body = {"outcome": outcome, "comment": "We looked at it."}
    return await case.send(login, f"actions/{action['id']}/closure", body, action["etag"])


async def test_only_the_centre_sends_evidence(case: Case, world: World) -> None:
    action = await first(case)
    stranger = await world.centre()
    path = f"{case.path}/actions/{action['id']}/evidence"
    assert (await world.client.post(path, files={"file": ("a.pdf", pdf())}, data={"note": "x"})).status_code == 401
    assert (await send(case, stranger.super_user, action)).status_code == 404
    assert (await send(case, case.lead, action)).status_code == 403
    assert (await case.get(stranger.user, "actions")).status_code == 404
    assert (await case.get(stranger.user, f"actions/{action['id']}")).status_code == 404


async def test_a_refused_file_leaves_no_trace(case: Case) -> None:
    action = await first(case)
    refused = await send(case, case.centre.user, action, EXE)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/file"
    no_note = await send(case, case.centre.user, action, data={})
    assert [fault["pointer"] for fault in no_note.json()["errors"]] == ["/note"]
    assert (await send(case, case.centre.user, action, match='"99"')).status_code == 412
    assert await first(case) == action
    documents = case.world.settings.data_dir / "documents" / "actions"
    assert [found for found in documents.rglob("*") if found.is_file()] == [] if documents.exists() else True


@pytest.mark.requirement("R23")
async def test_evidence_reaches_the_lead_and_can_be_downloaded(case: Case) -> None:
    action = await first(case)
    sent = await send(case, case.centre.user, action)
    assert sent.status_code == 201, sent.text
    assert (sent.json()["status"], len(sent.json()["evidence"])) == ("evidence_sent", 1)
    assert sent.json()["etag"] != action["etag"]
    more = await send(case, case.centre.super_user, sent.json(), data={"note": "And the annex."})
    assert [item["number"] for item in more.json()["evidence"]] == [1, 2]
    path = more.json()["evidence"][0]["content_path"]
    for login in (case.centre.user, case.lead):
        found = await case.world.client.get(path, headers=login.headers)
        assert (found.status_code, found.content) == (200, pdf())
    assert (await case.world.client.get(path.replace("/1/", "/3/"), headers=case.lead.headers)).status_code == 404
    stranger = await case.world.centre()
    assert (await case.world.client.get(path, headers=stranger.user.headers)).status_code == 404
    assert len(await case.events("action.evidence_sent")) == 2
    assert await case.mail("action_evidence_received") == ["action_evidence_received"] * 2


@pytest.mark.requirement("R23")
async def test_only_the_assigned_lead_closes_an_action_and_only_with_evidence(case: Case, world: World) -> None:
    action = await first(case)
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    assert (await close(case, case.centre.super_user, action)).status_code == 403
    assert (await close(case, case.manager, action)).status_code == 403
    refused = await close(case, other, action)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_application")
    nothing = await close(case, case.lead, action)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "no_evidence")
    sent = (await send(case, case.centre.user, action)).json()
    assert (await close(case, case.lead, action)).status_code == 412
    assert (await close(case, case.lead, sent)).status_code == 200
    async with world.database.transaction() as session:
        (await session.get_one(Application, case.id)).centre_lead_id = other.id
    assert (await close(case, case.lead, sent)).json()["code"] == "not_your_application"


async def test_the_lead_can_request_more_evidence_repeatedly(case: Case) -> None:
    action = await first(case)
    sent = (await send(case, case.centre.user, action)).json()
    back = await close(case, case.lead, sent, "more_evidence_needed")
    assert (back.json()["status"], back.json()["comment"]) == ("open", "We looked at it.")
    assert (await close(case, case.lead, back.json())).json()["code"] == "no_evidence"
    again = (await send(case, case.centre.user, back.json())).json()
    closed = await close(case, case.lead, again)
    assert closed.json()["status"] == "closed"
    assert closed.json()["closed_by_name"].startswith("Staff")
    for answer in (await send(case, case.centre.user, closed.json()), await close(case, case.lead, closed.json())):
        assert (answer.status_code, answer.json()["code"]) == (409, "action_closed")
    reopened, done = await case.events("action.more_evidence_needed", "action.closed")
    assert reopened.public is None
    assert done.public is not None
    assert done.public["status"] == "closed"
    assert await case.mail("action_more_evidence_needed", "action_closed") == [
        "action_more_evidence_needed",
        "action_closed",
    ]


@pytest.mark.requirement("R23")
async def test_an_action_awaiting_the_centre_is_overdue_from_the_next_day(case: Case) -> None:
    action = await first(case)
    await case.wait(timedelta(days=30))
    assert not (await first(case))["overdue"]
    await case.wait(timedelta(days=1))
    assert (await first(case))["overdue"]
    sent = (await send(case, case.centre.user, action)).json()
    assert not sent["overdue"], "it waits for the centre lead now"


async def test_listing_actions_takes_a_constant_number_of_statements(case: Case) -> None:
    async def statements() -> int:
        seen: list[str] = []
        stop = case.world.database.count_statements(seen)
        assert (await case.get(case.lead, "actions")).status_code == 200
        stop()
        return len(seen)

    before = await statements()
    await send(case, case.centre.user, await first(case))
    assert await statements() == before
    empty = await case_in_review(case.world)
    assert (await empty.get(empty.lead, "actions")).json() == {"items": []}
