"""Agreement, readiness, submission, return and resubmission (R15–R17)."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import func, select, text

from app.database import Database
from app.database_errors import RefusedByDatabase
from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Email, Submission
from app.services.story import centre as centres_part
from app.services.story import staff as staffs_part
from tests.integrations.file_samples import docx
from tests.world import World


async def _kinds(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list((await session.scalars(select(Email.kind).order_by(Email.id))).all())


@pytest.mark.requirement("R15")
async def test_agreement_by_a_super_user_to_the_current_versions(world: World, client: httpx.AsyncClient) -> None:
    """Only a super user may accept, and only the current versions. A new version needs a new acceptance."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path = f"/v1/applications/{draft['id']}/agreement"
    await world.agreement()
    shown = await world.get(path, centre.user)
    body = {
        "agreement_id": shown["agreement"]["id"],
        "code_of_conduct_id": shown["code_of_conduct"]["id"],
        "accepted": True,
    }
    plain = await client.put(path, json=body, headers=await world.etag(path, centre.user))
    assert plain.status_code == 403
    amended = body | {"amendment": "We pay less."}
    headers = await world.etag(path, centre.super_user)
    assert (await client.put(path, json=amended, headers=headers)).status_code == 422
    assert (await client.put(path, json=body | {"accepted": False}, headers=headers)).status_code == 422
    accepted = await world.post(path, body, centre.super_user, match=path, method="PUT")
    assert accepted["acceptance"]["current"] is True
    assert accepted["acceptance"]["agreement_sha256"] == shown["agreement"]["sha256"]
    await world.agreement()
    assert (await world.get(path, centre.user))["acceptance"]["current"] is False
    old = await client.put(path, json=body, headers=await world.etag(path, centre.super_user))
    assert (old.status_code, old.json()["code"]) == (409, "not_the_current_version")
    missing = (await world.get(f"/v1/applications/{draft['id']}/readiness", centre.user))["missing"]
    assert "new_version" in [gap["code"] for gap in missing if gap["section"] == "centre_agreement"]


async def test_the_last_day_for_staff_is_the_day_that_the_deadline_ends(world: World) -> None:
    """Front ends print it: the deadline itself is a midnight, which a reader takes for the next day."""
    submitted = await world.application(await world.centre(), Status.SUBMITTED)
    ends = datetime.fromisoformat(submitted["due_at"]).astimezone(ZoneInfo("Europe/London"))
    assert (ends.hour, ends.minute, submitted["late"]) == (0, 0, False)
    assert submitted["due_on"] == (ends.date() - timedelta(days=1)).isoformat()


@pytest.mark.requirement("R16")
async def test_an_incomplete_submission_is_refused_with_the_readiness_list(
    world: World, client: httpx.AsyncClient
) -> None:
    """The list is the one that readiness returns. An empty draft lacks all three sections."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path = f"/v1/applications/{draft['id']}"
    readiness = await world.get(f"{path}/readiness", centre.user)
    answer = await client.post(
        f"{path}/submissions", json={"declaration": True}, headers=await world.etag(path, centre.super_user)
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
    assert answer.json()["missing"] == readiness["missing"]
    assert {gap["section"] for gap in readiness["missing"]} == {
        "contacts",
        "application",
        "policies_and_procedures",
        "centre_agreement",
    }
    shown = await world.get(path, centre.super_user)
    assert [section["state"] for section in shown["sections"]] == ["not_started"] * 3
    assert [(step["name"], step["code"]) for step in shown["blocked_steps"]] == [("submit", "not_ready")]
    assert shown["status"] == "draft"


@pytest.mark.requirement("R16")
async def test_who_may_submit(world: World, client: httpx.AsyncClient) -> None:
    """A plain user may not, another centre cannot, and a stale or missing ETag is refused."""
    centre, other = await world.centre(), await world.centre()
    ready = await world.ready(centre)
    path = f"/v1/applications/{ready['id']}"
    body = {"declaration": True}
    assert (await client.post(f"{path}/submissions", json=body)).status_code == 401
    for login, status in ((other.super_user, 404), (centre.user, 403), (centre.super_user, 428)):
        assert (await client.post(f"{path}/submissions", json=body, headers=login.headers)).status_code == status
    stale = centre.super_user.headers | {"If-Match": '"1"'}
    assert (await client.post(f"{path}/submissions", json=body, headers=stale)).status_code == 412


@pytest.mark.requirement("R16")
async def test_fifty_concurrent_submissions_submit_once(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """One submission: locked, copied, in the inbox, and acknowledged once."""
    centre = await world.centre()
    ready = await world.ready(centre)
    path = f"/v1/applications/{ready['id']}"
    headers = await world.etag(path, centre.super_user)
    answers = await asyncio.gather(
        *(client.post(f"{path}/submissions", json={"declaration": True}, headers=headers) for _ in range(50))
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes.count(201) == 1
    assert set(codes) <= {201, 412, 503}
    async with database.transaction() as session:
        assert await session.scalar(select(func.count(Submission.id))) == 1
    kinds = await _kinds(database)
    assert kinds.count("application_submitted") == kinds.count("application_in_inbox") == 1
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    inbox = (await world.get("/v1/applications?status=submitted", staff))["items"]
    assert [item["id"] for item in inbox] == [ready["id"]]
    assert [step["name"] for step in inbox[0]["allowed_steps"]] == ["initial_review_return", "initial_review_pass"]


@pytest.mark.requirement("R16")
async def test_a_submission_copy_is_immutable(world: World, database: Database) -> None:
    """The database refuses updates, and the copy does not follow later changes of the centre."""
    centre = await world.centre()
    application = await world.application(centre, Status.SUBMITTED)
    with pytest.raises(RefusedByDatabase, match="append-only"):
        async with database.transaction() as session:
            await session.execute(text("UPDATE submissions SET number = 9"))
    path = f"/v1/centres/{centre.id}"
    await world.post(path, {"telephone": "01332 341899"}, centre.super_user, match=path, method="PATCH")
    copy = await world.get(f"/v1/applications/{application['id']}/submissions/1", centre.user)
    assert copy["content"]["centre"]["telephone"] == "+441332341822"
    assert len(copy["content"]["policies"]) == 11
    assert copy["form_version"] == "2026.1"


@pytest.mark.requirement("R17")
async def test_return_correct_and_resubmit(world: World, client: httpx.AsyncClient, database: Database) -> None:
    """Items must be answered first. Staff are notified once, every round is kept, and changes are shown."""
    centre = await world.centre()
    application = await world.application(centre, Status.RETURNED)
    path = f"/v1/applications/{application['id']}"
    early = await client.post(
        f"{path}/submissions", json={"declaration": True}, headers=await world.etag(path, centre.super_user)
    )
    assert [gap["section"] for gap in early.json()["missing"]] == ["return_items"] * 2
    await world.upload(centre.user, application["id"], "appeals", docx())
    await world.play(centre, application["id"], centres_part.answer_items)
    assert (await _kinds(database)).count("return_items_answered") == 1
    item = (await world.get(f"{path}/return-items", centre.user))["items"][0]
    again = centre.user.headers | {"If-Match": item["etag"]}
    changed = await client.patch(f"{path}/return-items/{item['id']}", json={"answer": "Ten days."}, headers=again)
    assert changed.status_code == 200
    assert (await _kinds(database)).count("return_items_answered") == 1
    await world.play(centre, application["id"], centres_part.submit)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    changes = (await world.get(f"{path}/submissions/2/changes", staff))["items"]
    assert "/policies/appeals/sha256" in [change["pointer"] for change in changes]
    assert [round_["number"] for round_ in (await world.get(f"{path}/submissions", staff))["items"]] == [1, 2]
    assert (await world.get(path, staff))["status"] == "submitted"
    assert (await _kinds(database)).count("application_resubmitted") == 1


@pytest.mark.requirement("R16", "R17")
async def test_an_item_cannot_be_answered_after_resubmission(world: World, client: httpx.AsyncClient) -> None:
    centre = await world.centre()
    application = await world.application(centre, Status.RETURNED)
    path = f"/v1/applications/{application['id']}/return-items"
    await world.play(centre, application["id"], centres_part.answer_items)
    await world.play(centre, application["id"], centres_part.submit)
    item = (await world.get(path, centre.user))["items"][0]
    headers = centre.user.headers | {"If-Match": item["etag"]}
    late = await client.patch(f"{path}/{item['id']}", json={"answer": "Ten days."}, headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "application_locked")
    assert (await world.get(path, centre.user))["items"][0] == item


@pytest.mark.requirement("R17")
async def test_a_return_needs_an_explanation_and_items(world: World, client: httpx.AsyncClient) -> None:
    """The internal note is never shown to the centre."""
    centre = await world.centre()
    application = await world.application(centre, Status.SUBMITTED)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    path = f"/v1/applications/{application['id']}"
    for body in ({"outcome": "return"}, {"outcome": "return", "explanation": "x"}, {"outcome": "maybe"}):
        answer = await client.post(f"{path}/reviews", json=body, headers=await world.etag(path, staff))
        assert answer.status_code == 422
    item = {"section": "application", "pointer": "/history/purpose", "code": "unclear", "asked": "For whom?"}
    review = {"outcome": "return", "explanation": "One point.", "internal_note": "A secret.", "items": [item]}
    await world.step(staff, application["id"], "reviews", review)
    shown = await client.get(f"{path}/reviews", headers=centre.super_user.headers)
    assert shown.json()["items"][0]["internal_note"] is None
    assert "A secret." not in shown.text
    assert (await world.get(f"{path}/reviews", staff))["items"][0]["internal_note"] == "A secret."


@pytest.mark.requirement("R17")
async def test_a_review_out_of_order_names_the_open_steps(world: World, client: httpx.AsyncClient) -> None:
    """A draft cannot be reviewed; a lead cannot do the initial review."""
    centre = await world.centre()
    draft = await world.draft(centre)
    path = f"/v1/applications/{draft['id']}"
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    both = await client.post(f"{path}/reviews", json={"outcome": "return"}, headers=await world.etag(path, staff))
    named = [(fault["pointer"], fault["code"]) for fault in both.json()["errors"]]
    assert named == [("/explanation", "explanation_required"), ("/items", "items_required")]
    early = await client.post(f"{path}/reviews", json={"outcome": "pass"}, headers=await world.etag(path, staff))
    assert (early.status_code, early.json()["code"]) == (409, "step_not_allowed")
    assert early.json()["allowed_steps"] == []
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    other = await client.post(f"{path}/reviews", json={"outcome": "pass"}, headers=await world.etag(path, lead))
    assert other.status_code == 403


@pytest.mark.requirement("R19")
async def test_a_return_by_the_lead_comes_back_to_the_lead(world: World) -> None:
    """Without a second invoice, and the paused deadline resumes."""
    centre = await world.centre()
    application = await world.application(centre, Status.IN_REVIEW)
    await world.play(
        centre, application["id"], staffs_part.return_by_centre_lead, centres_part.answer_items, centres_part.submit
    )
    finance = await world.staff(StaffRole.FINANCE)
    shown = await world.get(f"/v1/applications/{application['id']}", finance)
    assert shown["status"] == "in_review"
    assert shown["invoice_id"] == application["invoice_id"]
    assert len((await world.get("/v1/invoices", finance))["items"]) == 1


@pytest.mark.requirement("R16", "R18")
async def test_a_withdrawal_credits_the_unpaid_balance(world: World) -> None:
    """At any time before a decision. The centre may then start again."""
    centre = await world.centre()
    application = await world.application(centre, Status.AWAITING_PAYMENT)
    await world.play(centre, application["id"], centres_part.withdraw)
    finance = await world.staff(StaffRole.FINANCE)
    invoice = await world.get(f"/v1/invoices/{application['invoice_id']}", finance)
    assert invoice["due"]["amount"] == 0
    assert (await world.draft(centre))["status"] == "draft"


@pytest.mark.requirement("R19")
async def test_a_withdrawal_cancels_the_interview(world: World, database: Database) -> None:
    """An ended application has no interview to come."""
    centre = await world.centre()
    application = await world.application(centre, Status.IN_REVIEW)
    lead = await world.staff(StaffRole.CENTRE_LEAD)
    starts = world.clock() + timedelta(days=1)
    body = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    await world.step(lead, application["id"], "interviews", body | {"mode": "telephone", "place": "01332 341822"})
    await world.play(centre, application["id"], centres_part.withdraw)
    (interview,) = (await world.get(f"/v1/applications/{application['id']}/interviews", lead))["items"]
    assert interview["status"] == "cancelled"
    assert (await _kinds(database)).count("interview_cancelled") == 1


@pytest.mark.requirement("R11")
async def test_a_centre_has_at_most_one_open_application(world: World, client: httpx.AsyncClient) -> None:
    """Of ten concurrent starts, one succeeds."""
    centre = await world.centre()
    path = f"/v1/centres/{centre.id}/applications"
    answers = await asyncio.gather(*(client.post(path, headers=centre.user.headers) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 9]


@pytest.mark.requirement("R07", "R25")
async def test_home_shows_what_comes_next(world: World) -> None:
    """Finished and missing sections, the next step, and whom to ask."""
    centre = await world.centre()
    home = await world.get(f"/v1/centres/{centre.id}/home", centre.user)
    assert home["application"] is None
    assert len(home["contact_roles_missing"]) == 6
    assert (home["open_sites"], home["users"]) == (1, 2)
    assert home["help"]["telephone"] == "01332 341822"
    await world.ready(centre)
    home = await world.get(f"/v1/centres/{centre.id}/home", centre.user)
    assert (home["missing"], home["contact_roles_missing"]) == ([], [])
    assert "submit" in home["next_step"]
    assert home["next_step_code"] == "submit_application"


@pytest.mark.requirement("R07")
async def test_home_shows_a_reversed_payment(world: World) -> None:
    """A closed fee gate waits for the centre."""
    centre = await world.centre()
    application = await world.application(centre, Status.IN_REVIEW)
    finance = await world.staff(StaffRole.FINANCE)
    invoice = f"/v1/invoices/{application['invoice_id']}"
    payment = (await world.get(invoice, finance))["entries"][0]["id"]
    await world.post(f"{invoice}/payments/{payment}/reversal", {"reason": "The bank returned it."}, finance)
    home = await world.get(f"/v1/centres/{centre.id}/home", centre.user)
    assert "paid again" in home["next_step"]
    assert home["next_step_code"] == "pay_invoice_again"
