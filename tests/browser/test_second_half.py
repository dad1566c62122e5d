"""What follows the submission, in a real browser: return, invoice, interview, decision, actions and certificate."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from app.domain.formats import plain_date
from app.samples import sample_policy
from app.services.story import staff
from tests.browser.casework import Case, enter, home, stage, submitted
from tests.browser.conftest import NewPage
from tests.browser.filling import fill_in, question
from tests.browser.servers import Api
from tests.browser.watching import Watched

_TODAY = datetime.now(UTC).date()
_ANSWER_BY = _TODAY + timedelta(days=10)
_EXPLANATION = "A sound application. Three points need another look."


@pytest.mark.requirement("R07", "R17", "R18", "R19", "R21", "R22", "R23")
def test_from_the_return_to_the_certificate(new_page: NewPage, example: str, api: Api, http: httpx.Client) -> None:
    """R17 to R23 as a person at a centre lives them, the awarding organisation's part by its staff over the API."""
    case = submitted(api, http)
    watched = new_page()
    enter(watched.page, example, case)
    expect(stage(watched.page)).to_contain_text("Now: Submitted")
    _answer_the_return(watched, case)
    _pay(watched, case)
    _meet(watched, case)
    _act_on_the_decision(watched, case)
    _download_the_certificate(watched, case)
    _change_the_name(watched, case)


def _answer_the_return(watched: Watched, case: Case) -> None:
    """Each item leads to its field, policy or site, and takes an answer; then the application is submitted again."""
    page = watched.page
    case.act("reviews", {"outcome": "return", "explanation": _EXPLANATION, "items": _items(case)})
    now = home(page)
    expect(now).to_contain_text(f"By {plain_date(_ANSWER_BY)}")
    expect(stage(page)).to_contain_text("Our questions: 3 items to answer")
    expect(stage(page).get_by_text("Application: 7 of 7 complete")).to_be_visible()
    watched.look("40-home-returned")
    now.get_by_role("link", name="Answer our questions").click()
    expect(page.get_by_text(_EXPLANATION)).to_be_visible()
    expect(page.get_by_text(f"Answer by {plain_date(_ANSWER_BY)}.")).to_be_visible()
    watched.look("41-our-questions")

    page.get_by_role("link", name="Purpose").click()
    expect(page.locator("#details-purpose")).to_be_focused()
    fill_in(page.locator("main form"), {"purpose": "We train carers and the people who assess them."})
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("✓ Saved")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Internal quality assurance").click()
    policy = page.locator('section.policy[data-pointer="/internal_quality_assurance"]')
    expect(policy.get_by_label("Document")).to_be_focused()
    _replace(policy)
    page.go_back()
    page.locator("main").get_by_role("link", name=re.compile("^Site ")).click()
    site = page.locator(f'[data-pointer="/{case.ids["main_site"]}"]')
    expect(question(site, "/address").get_by_label("Building and street")).to_be_focused()
    fill_in(site, {"address": {"line_1": "6 Harbour Lane"}})
    site.get_by_role("button", name="Save").click()
    expect(site.get_by_text("6 Harbour Lane,")).to_be_visible()
    expect(site.locator("summary")).to_be_focused()
    page.go_back()

    points = page.locator("section.card")
    points.first.get_by_role("button", name="Save answer").click()
    expect(question(points.first, "/answer").locator(".fault")).to_be_visible()
    for number, point in enumerate(points.all(), 1):
        point.get_by_label("What have you done about it?").fill("It is done.")
        point.get_by_role("button", name="Save answer").click()
        expect(point.locator(".state")).to_contain_text("✓ Answered on")
        expect(page.locator("main .state").get_by_text("To answer")).to_have_count(3 - number)
    page.get_by_role("link", name="Submit the application").click()
    page.locator("main").get_by_role("checkbox").check()
    page.get_by_role("button", name="Submit the application").click()
    expect(page.get_by_role("heading", name="Your application is submitted")).to_be_visible()


def _replace(policy: Locator) -> None:
    """What was submitted stays; a file sent by mistake is removed for good, and the right one follows."""
    mistake = {"reason": "personal_data", "explanation": "It lists learners."}
    revised = sample_policy("internal_quality_assurance", revised=True)
    file: FilePayload = {"name": revised.filename, "mimeType": revised.media_type, "buffer": revised.content}
    policy.get_by_text("This file should never have been there").click()
    fill_in(policy, mistake)
    remove = policy.get_by_role("button", name="Remove the file for good")
    remove.click()
    expect(policy.get_by_role("group", name="Problem").last).to_contain_text("part of a submission")
    _upload(policy, file)
    expect(policy.locator(".state")).to_contain_text("version 2")
    policy.get_by_text("This file should never have been there").click()
    remove.click()
    expect(question(policy, "/explanation").locator(".fault")).to_be_visible()
    fill_in(policy, mistake)
    remove.click()
    expect(policy.locator(".state")).to_have_text("○ Missing")
    expect(policy.get_by_label("Document", exact=True)).to_be_focused()
    _upload(policy, file)
    expect(policy.locator(".state")).to_contain_text("version 3")


def _items(case: Case) -> list[dict[str, Any]]:
    places = {
        "application": "/history/purpose",
        "policies_and_procedures": "/internal_quality_assurance",
        "sites": f"/{case.ids['main_site']}/address/line_1",
    }
    item = {"code": "unclear", "asked": "Say it more clearly.", "answer_by": _ANSWER_BY.isoformat()}
    return [item | {"section": section, "pointer": pointer} for section, pointer in places.items()]


def _upload(place: Locator, file: FilePayload) -> None:
    place.get_by_label("Document", exact=True).set_input_files(file)
    place.locator("button[type=submit]").first.click()


def _pay(watched: Watched, case: Case) -> None:
    """The invoice with its day for paying; a part payment shows, and what is left."""
    page = watched.page
    case.player.play(staff.pass_initial_review)
    invoice = case.staff.get(f"/v1/invoices/{case.ids['invoice']}").body
    now = home(page)
    expect(now).to_contain_text(f"By {plain_date(datetime.fromisoformat(invoice['due_on']).date())}")
    expect(stage(page)).to_contain_text(f"Invoice {invoice['number']}")
    now.get_by_role("link", name="See the invoice").click()
    expect(page.get_by_role("heading", name=f"Invoice {invoice['number']}")).to_be_focused()
    expect(page.get_by_text("To be paid")).to_be_visible()
    assert _saved(page, "Invoice (PDF)") == f"{invoice['number']}.pdf"

    part = {"amount": 10_000, "currency": "GBP"}
    payment = {"amount": part, "method": "bank_transfer", "received_on": _TODAY.isoformat(), "note": "The first part."}
    case.staff.post(f"/v1/invoices/{case.ids['invoice']}/payments", payment)
    page.reload()
    expect(page.get_by_text("Paid in part")).to_be_visible()
    expect(page.get_by_text("Received: £100.00")).to_be_visible()
    watched.look("42-invoice-paid-in-part")
    case.player.play(staff.begin_review)
    page.reload()
    expect(page.locator(".status")).to_have_text("✓ Paid")
    expect(page.get_by_role("heading", name="How to pay")).to_have_count(0)


def _saved(page: Page, button: str) -> str:
    """The name of the file that the button saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename


def _meet(watched: Watched, case: Case) -> None:
    """An interview by the clocks of both sides; it is moved, then cancelled, and another one is held."""
    page = watched.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    starts_at = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=7)
    path = case.interview(starts_at)
    now = home(page)
    expect(now).to_contain_text("UK time")
    expect(stage(page)).to_contain_text("Now: In review")
    stage(page).get_by_role("link", name="Interview").click()
    expect(page.get_by_text("Japan Standard Time")).to_contain_text("19:00 to 20:30")
    expect(page.get_by_role("link", name="https://meet.example.com/")).to_be_visible()
    assert _saved(page, "Calendar file") == "interview.ics"
    moved = {"starts_at": (starts_at + timedelta(hours=1)).isoformat(), "ends_at": _after(starts_at, 150)}
    case.staff.change("PATCH", path, moved, on=path)
    page.reload()
    expect(page.get_by_text("The invitation was changed.")).to_be_visible()
    expect(page.get_by_text("Japan Standard Time")).to_contain_text("20:00 to 21:30")
    watched.look("43-interview-moved")
    devtools.detach()

    cancelled = {"outcome": "cancelled", "summary": "The centre lead is ill."}
    case.staff.post(f"{path}/outcome", cancelled, on=path)
    case.hold_interview()
    page.reload()
    interviews = page.locator("section.card")
    expect(interviews).to_have_count(2)
    expect(interviews.first).to_contain_text("✓ Held")
    expect(interviews.last).to_contain_text("✗ Cancelled")
    expect(interviews.last).to_contain_text("The centre lead is ill.")


def _after(moment: datetime, minutes: int) -> str:
    return (moment + timedelta(minutes=minutes)).isoformat()


def _act_on_the_decision(watched: Watched, case: Case) -> None:
    """The decision, and evidence for an action: refused at its field, sent, asked for again, and closed."""
    page = watched.page
    case.player.play(staff.recommend_with_actions, staff.accept_with_actions)
    now = home(page)
    first = case.super_user.get(f"{case.application}/actions").body["items"][0]
    expect(now).to_contain_text(f"By {plain_date(datetime.fromisoformat(first['due_on']).date())}")
    expect(stage(page)).to_contain_text("Actions: 0 of 2 closed")
    expect(page.locator(".stages > li").filter(has_text="✓ Done")).to_have_count(4)
    watched.look("44-home-accepted-with-actions")
    now.get_by_role("link", name="See the actions").click()
    expect(page.get_by_text("The requirements are met")).to_be_visible()

    place = page.locator(f'[data-pointer="/{first["id"]}"]')
    place.get_by_role("button", name="Send evidence").click()
    expect(question(place, "/file").locator(".fault")).to_contain_text("Choose a document first.")
    plan = sample_policy("appeals")
    file: FilePayload = {"name": "plan.pdf", "mimeType": plan.media_type, "buffer": plan.content}
    _upload(place, file)
    expect(question(place, "/note").locator(".fault")).to_be_visible()
    watched.look("45-evidence-refused")
    _send(place, {"note": "The plan for the first cohort."})
    expect(place.locator(".state")).to_contain_text("Evidence sent")
    path = f"{case.application}/actions/{first['id']}"
    more = {"outcome": "more_evidence_needed", "comment": "Which version did the committee approve?"}
    case.staff.post(f"{path}/closure", more, on=path)
    page.reload()
    expect(place).to_contain_text("Your centre lead: Which version did the committee approve?")
    _upload(place, file)
    _send(place, {"note": "Version 1; the minutes name it."})
    expect(place.locator("ul.plain > li")).to_have_count(2)
    case.staff.post(f"{path}/closure", {"outcome": "closed", "comment": "Thank you."}, on=path)
    page.reload()
    expect(place.locator(".state")).to_have_text("✓ Closed")
    expect(place.get_by_role("button", name="Send evidence")).to_have_count(0)
    watched.look("46-decision-and-actions")


def _send(place: Locator, note: Mapping[str, str]) -> None:
    fill_in(place.locator("form"), note)
    place.get_by_role("button", name="Send evidence").click()


def _download_the_certificate(watched: Watched, case: Case) -> None:
    page = watched.page
    number = case.super_user.get(f"/v1/centres/{case.ids['centre']}/recognition").body["number"]
    home(page)
    stage(page).get_by_role("link", name="Certificate and welcome pack").click()
    expect(page.get_by_text("Your centre is recognised")).to_be_visible()
    expect(page.get_by_role("link", name=f"/v1/certificates/{number}")).to_be_visible()
    assert _saved(page, "Certificate (PDF)") == f"{number}.pdf"
    assert _saved(page, "Welcome pack (PDF)") == "Welcome pack.pdf"
    watched.look("47-recognition")


def _change_the_name(watched: Watched, case: Case) -> None:
    """Other names are asked for with the reason; once they are approved, another certificate replaces it."""
    page = watched.page
    recognition = f"/v1/centres/{case.ids['centre']}/recognition"
    old = case.super_user.get(recognition).body["number"]
    home(page)
    page.get_by_role("link", name="Change the names").click()
    ask = page.get_by_role("button", name="Ask for these names")
    fill_in(page.locator("main form"), {"name": "Quayside Training"})
    ask.click()
    expect(question(page.locator("main form"), "/reason").locator(".fault")).to_be_visible()
    fill_in(page.locator("main form"), {"reason": "Registered at Companies House last week."})
    ask.click()
    expect(page.get_by_text("→ Quayside Training")).to_be_visible()
    watched.look("48-names")
    requests = case.super_user.get(f"/v1/centres/{case.ids['centre']}/name-changes").body["items"]
    case.staff.post(f"/v1/name-changes/{requests[0]['id']}/approval", {"answer": "Tell your learners."})
    expect(home(page)).to_be_visible()
    expect(page.get_by_role("heading", name="Quayside Training", level=1)).to_be_visible()
    stage(page).get_by_role("link", name="Certificate and welcome pack").click()
    number = case.super_user.get(recognition).body["number"]
    expect(page.get_by_text(f"{old} (Harbour Lane Training): replaced by {number}")).to_be_visible()
    watched.look("49-certificate-replaced")
