"""Arranging, moving and closing interviews (R19)."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Application
from tests.routers.review_stage import Case, case_in_review
from tests.world import World

LETTERS = ("interview_arranged", "interview_rescheduled", "interview_cancelled")


@pytest.fixture
async def case(world: World) -> Case:
    return await case_in_review(world)


@pytest.mark.requirement("R19")
async def test_only_the_assigned_lead_arranges_an_interview(case: Case, world: World) -> None:
    body = case.invitation()
    stranger = await world.centre()
    other = await world.staff(StaffRole.CENTRE_LEAD, new=True)
    assert (await world.client.post(f"{case.path}/interviews", json=body)).status_code == 401
    assert (await case.send(stranger.super_user, "interviews", body)).status_code == 404
    assert (await case.send(case.centre.super_user, "interviews", body)).status_code == 403
    assert (await case.send(case.manager, "interviews", body)).status_code == 403
    refused = await case.send(other, "interviews", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_application")


async def test_impossible_times_are_refused_before_the_precondition(case: Case, world: World) -> None:
    past = (world.clock() - timedelta(minutes=1)).isoformat()
    long = (world.clock() + timedelta(days=1, hours=9)).isoformat()
    before = await case.send(case.lead, "interviews", case.invitation(starts_at=past, ends_at=past), '"0"')
    assert before.status_code == 422
    assert [fault["pointer"] for fault in before.json()["errors"]] == ["/starts_at", "/ends_at"]
    assert (await case.send(case.lead, "interviews", case.invitation(ends_at=long))).json()["errors"][0][
        "code"
    ] == "lasts_too_long"
    assert (await case.send(case.lead, "interviews", case.invitation(), '"0"')).status_code == 412
    unconditional = await world.client.post(
        f"{case.path}/interviews", json=case.invitation(), headers=case.lead.headers
    )
    assert unconditional.status_code == 428


@pytest.mark.requirement("R18", "R19")
async def test_a_reversed_payment_blocks_interview_steps(case: Case, world: World) -> None:
    """Every step checks the fee gate again."""
    interview = await case.arranged()
    await case.bounce()
    one = f"interviews/{interview['id']}"
    await case.wait(timedelta(days=2))
    later = (world.clock() + timedelta(days=1)).isoformat()
    end = (world.clock() + timedelta(days=1, hours=1)).isoformat()
    for answer in (
        await case.send(case.lead, "interviews", case.invitation()),
        await case.send(case.lead, one, {"starts_at": later, "ends_at": end}, interview["etag"], method="PATCH"),
        await case.send(case.lead, f"{one}/outcome", {"outcome": "held", "summary": "We met."}, interview["etag"]),
        await case.send(case.lead, "recommendations", {"outcome": "accept", "reasons": "Fine."}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "invoice_unpaid"), answer.text
    await case.pay()
    held = await case.send(case.lead, f"{one}/outcome", {"outcome": "held", "summary": "We met."}, interview["etag"])
    assert held.status_code == 200


async def test_there_is_one_open_interview_at_a_time(case: Case) -> None:
    await case.arranged()
    again = await case.send(case.lead, "interviews", case.invitation())
    assert (again.status_code, again.json()["code"]) == (409, "interview_already_arranged")
    assert {step["name"] for step in again.json()["allowed_steps"]} >= {
        "reschedule_interview",
        "record_interview_outcome",
    }


@pytest.mark.requirement("R19")
async def test_arranging_notifies_the_centre_and_changes_the_application(case: Case) -> None:
    before = (await case.row()).version
    interview = await case.arranged()
    assert interview["status"] == "arranged"
    assert interview["sequence"] == 0
    assert (await case.row()).version > before
    (event,) = await case.events("application.interview_arranged")
    assert event.public is not None
    assert event.public["interview_id"] == interview["id"]
    assert "place" not in event.public
    assert await case.mail(*LETTERS) == ["interview_arranged"]


async def test_no_outcome_before_the_interview_starts(case: Case) -> None:
    interview = await case.arranged()
    for outcome in ("held", "not_attended"):
        early = await case.send(
            case.lead, f"interviews/{interview['id']}/outcome", {"outcome": outcome, "summary": "x"}, interview["etag"]
        )
        assert (early.status_code, early.json()["code"]) == (409, "interview_not_started")


async def test_a_recorded_outcome_is_final(case: Case) -> None:
    interview = await case.arranged()
    one = f"interviews/{interview['id']}"
    cancelled = await case.send(
        case.lead, f"{one}/outcome", {"outcome": "cancelled", "summary": "Snow."}, interview["etag"]
    )
    assert cancelled.json()["status"] == "cancelled"
    tag = cancelled.json()["etag"]
    nothing_open = await case.send(case.lead, f"{one}/outcome", {"outcome": "cancelled", "summary": "Again."}, tag)
    assert (nothing_open.status_code, nothing_open.json()["code"]) == (409, "no_interview_arranged")
    await case.arranged()
    another_open = await case.send(case.lead, one, {"place": "Derby"}, tag, method="PATCH")
    assert (another_open.status_code, another_open.json()["code"]) == (409, "interview_closed")
    assert await case.mail(*LETTERS) == ["interview_arranged", "interview_cancelled", "interview_arranged"]


async def test_a_missed_interview_can_be_arranged_again(case: Case) -> None:
    interview = await case.arranged()
    await case.wait(timedelta(days=2))
    missed = await case.send(
        case.lead,
        f"interviews/{interview['id']}/outcome",
        {"outcome": "not_attended", "summary": "Nobody came."},
        interview["etag"],
    )
    assert missed.json()["status"] == "not_attended"
    assert len(await case.events("application.interview_not_attended")) == 1
    not_held = await case.send(case.lead, "recommendations", {"outcome": "accept", "reasons": "Fine."})
    assert not_held.json()["code"] == "interview_not_held"
    await case.arranged()


async def test_rescheduling_updates_the_same_calendar_entry(case: Case) -> None:
    interview = await case.arranged()
    one = f"interviews/{interview['id']}"
    assert (await case.send(case.lead, one, {"place": "Derby"}, '"99"', method="PATCH")).status_code == 412
    unknown = await case.send(case.lead, one, {"where": "Derby"}, interview["etag"], method="PATCH")
    assert unknown.status_code == 422
    null = await case.send(case.lead, one, {"place": None}, interview["etag"], method="PATCH")
    assert null.status_code == 422
    ends = await case.send(case.lead, one, {"starts_at": interview["ends_at"]}, interview["etag"], method="PATCH")
    assert ends.json()["errors"][0]["pointer"] == "/ends_at"
    same = await case.send(case.lead, one, {"place": interview["place"]}, interview["etag"], method="PATCH")
    assert same.json()["sequence"] == 0
    moved = await case.send(case.lead, one, {"place": "Derby", "agenda": None}, interview["etag"], method="PATCH")
    assert moved.status_code == 200, moved.text
    assert (moved.json()["sequence"], moved.json()["agenda"]) == (1, None)
    (event,) = await case.events("application.interview_rescheduled")
    assert event.public is None, "rescheduling appears only in the timeline"
    assert event.audit is not None
    assert event.audit["before"]["place"] == "https://meet.example.com/harbour"
    assert await case.mail(*LETTERS) == ["interview_arranged", "interview_rescheduled"]


async def test_internal_notes_never_reach_the_centre(case: Case) -> None:
    interview = await case.arranged()
    await case.wait(timedelta(days=2))
    one = f"interviews/{interview['id']}"
    body = {"outcome": "held", "summary": "We met.", "internal_note": "Not convinced."}
    recorded = await case.send(case.lead, f"{one}/outcome", body, interview["etag"])
    assert recorded.json()["internal_note"] == "Not convinced."
    for part in (one, "interviews", "timeline"):
        shown = await case.get(case.centre.user, part)
        assert shown.status_code == 200
        assert "convinced" not in shown.text
    found = (await case.get(case.centre.user, one)).json()
    assert (found["summary"], found["internal_note"]) == ("We met.", None)


async def test_an_interview_is_available_as_a_calendar_file(case: Case, world: World) -> None:
    interview = await case.arranged()
    one = f"interviews/{interview['id']}"
    stranger = await world.centre()
    assert (await case.get(stranger.user, one, Accept="text/calendar")).status_code == 404
    refused = await case.get(case.centre.user, one, Accept="application/pdf")
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")
    assert (await case.get(case.centre.user, one, Accept="text/calendar;q=0, */*;q=0.1")).headers[
        "content-type"
    ] == "application/json"
    plain = await case.get(case.centre.user, one)
    assert plain.headers["vary"] == "Accept"
    calendar = await case.get(case.centre.user, one, Accept="text/calendar")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.headers["vary"] == "Accept"
    assert calendar.headers["etag"] != plain.headers["etag"]
    whole = Calendar.from_ical(calendar.content)
    assert "method" not in whole, "the type of the answer names none (RFC 5545 section 3.7.2)"
    (entry,) = whole.walk("VEVENT")
    assert str(entry["uid"]) == interview["id"]
    assert entry.decoded("dtstart").isoformat() == interview["starts_at"].replace("Z", "+00:00")
    unchanged = await case.get(
        case.centre.user, one, Accept="text/calendar", **{"If-None-Match": calendar.headers["etag"]}
    )
    assert unchanged.status_code == 304
    moved = await case.send(case.lead, one, {"place": "Derby"}, calendar.headers["etag"], method="PATCH")
    assert moved.status_code == 200, "the calendar file's tag names the same version"


async def test_listing_interviews_takes_a_constant_number_of_statements(case: Case) -> None:
    async def statements() -> int:
        seen: list[str] = []
        stop = case.world.database.count_statements(seen)
        assert (await case.get(case.lead, "interviews")).status_code == 200
        stop()
        return len(seen)

    interview = await case.arranged()
    alone = await statements()
    for _ in range(4):
        body = {"outcome": "cancelled", "summary": "Moved."}
        await case.send(case.lead, f"interviews/{interview['id']}/outcome", body, interview["etag"])
        interview = await case.arranged()
    assert len((await case.get(case.lead, "interviews")).json()["items"]) == 5
    assert await statements() == alone


@pytest.mark.requirement("R17", "R19")
async def test_a_return_cancels_the_interview_that_is_arranged(case: Case, world: World) -> None:
    """A returned application is with the centre, so nobody could move or hold it."""
    interview = await case.arranged()
    item = {"section": "policies_and_procedures", "pointer": "/appeals", "code": "out_of_date", "asked": "Update it."}
    body = {"outcome": "return", "explanation": "One policy is out of date.", "items": [item]}
    assert (await case.send(case.lead, "reviews", body)).status_code == 201
    found = (await case.get(case.centre.user, f"interviews/{interview['id']}")).json()
    assert (found["status"], found["outcome_recorded_at"] is None) == ("cancelled", False)
    assert found["summary"] == "The application was returned to the centre for changes."
    assert len(await case.events("application.interview_cancelled")) == 1
    assert await case.mail(*LETTERS, "application_returned") == [
        "interview_arranged",
        "interview_cancelled",
        "application_returned",
    ]


async def test_an_interview_can_always_be_cancelled(case: Case, world: World) -> None:
    """After a reversed payment, and in an application that an earlier release returned without cancelling it."""
    off = {"outcome": "cancelled", "summary": "We wait for the fee."}
    first = await case.arranged()
    await case.bounce()
    steps = (await world.get(case.path, case.lead))["allowed_steps"]
    assert [step["name"] for step in steps] == ["cancel_interview"]
    gone = await case.send(case.lead, f"interviews/{first['id']}/outcome", off, first["etag"])
    assert gone.status_code == 200, gone.text
    await case.pay()
    second = await case.arranged()
    async with world.database.transaction() as session:
        (await session.get_one(Application, case.id))._status = Status.RETURNED
    moved = await case.send(case.lead, f"interviews/{second['id']}", {"place": "Derby"}, second["etag"], method="PATCH")
    assert (moved.status_code, moved.json()["code"]) == (409, "step_not_allowed")
    assert [step["name"] for step in moved.json()["allowed_steps"]] == ["cancel_interview"]
    gone = await case.send(case.lead, f"interviews/{second['id']}/outcome", off, second["etag"])
    assert gone.status_code == 200, gone.text
    row = await case.row()
    assert row.status is Status.RETURNED
