"""The whole of stages one to three in a real browser: from the empty public form to the submitted application."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import httpx
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from app.demo.client import Caller
from app.domain.policies import PolicyKey
from app.samples import answers, sample_policy
from tests.browser.conftest import NewPage
from tests.browser.filling import fill_in, question
from tests.browser.servers import Api
from tests.browser.staff import create_account, new_staff, sign_in
from tests.browser.watching import Watched

_PASSWORD = "quiet harbour lantern bridge"
_UPLOAD_LIMIT_BYTES = 25 * 1024 * 1024
_SLOW_BYTES_PER_SECOND = 5 * 1024 * 1024


@pytest.mark.requirement("R01", "R02", "R06", "R08", "R09", "R12", "R13", "R14", "R15", "R16")
def test_from_the_empty_form_to_the_submitted_application(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    """R01 to R16 as a person at a centre lives them, the awarding organisation's part by its staff over the API."""
    run = token_hex(4)
    form = answers.initial_application(run)
    email = form["initial_super_user"]["email"]
    watched = new_page()
    reference = _apply(watched, example, form)
    first_password = create_account(api, sign_in(http, *new_staff(api, "customer_experience")), reference, email)
    _enter(watched, example, email, first_password)
    _move_in(watched, run)
    colleague = sign_in(http, email, _PASSWORD)
    application = _start(watched)
    _fill_in_groups(watched, _groups(colleague, application, run))
    _save_in_spite_of_somebody_else(watched, application, colleague)
    _upload_policies(watched)
    _agree(watched)
    _submit(watched, colleague, application)


def _apply(watched: Watched, example: str, form: dict[str, Any]) -> str:
    """Stage one (R01, R02): mistakes are named at their fields, then the application is received."""
    page = watched.page
    page.goto(f"{example}/#/apply")
    page.get_by_role("button", name="Send the application").click()
    expect(page.locator(".summary")).to_be_focused()
    fill_in(page.locator("form"), form | {"telephone": "extension 12"})
    page.get_by_role("button", name="Send the application").click()
    expect(page.locator(".summary").get_by_role("link")).to_have_count(1)
    expect(question(page.locator("form"), "/telephone").locator(".fault")).to_contain_text("telephone number")
    fill_in(page.locator("form"), {"telephone": form["telephone"]})
    page.get_by_role("button", name="Send the application").click()
    return page.locator(".reference").inner_text()


def _enter(watched: Watched, example: str, email: str, first_password: str) -> None:
    """The first log-in, which asks for another password before anything else (R06)."""
    page = watched.page
    page.goto(f"{example}/#/sign-in")
    watched.look("04-sign-in")
    _sign_in(page, email, "not the password")
    expect(page.locator(".summary")).to_contain_text("is wrong")
    _sign_in(page, email, first_password)
    expect(page.get_by_role("heading", name="Choose a password")).to_be_focused()
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_label("New password")).to_have_attribute("aria-invalid", "true")
    watched.look("05-first-password")
    page.get_by_label("New password").fill(_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Harbour Lane Training")).to_be_focused()
    watched.look("06-home")


def _sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _move_in(watched: Watched, run: str) -> None:
    """A second site, and the contacts (R08, R09)."""
    page = watched.page
    page.get_by_role("link", name="Sites").first.click()
    fill_in(page.locator("main > form"), answers.delivery_site())
    page.get_by_role("button", name="Add the site").click()
    expect(page.locator("main ul.plain > li")).to_have_count(2)
    watched.look("07-sites")
    page.get_by_role("link", name="Contacts").first.click()
    for number, contact in enumerate(answers.contacts(run), 1):
        fill_in(page.locator("main > form"), contact)
        page.get_by_role("button", name="Add the contact").click()
        expect(page.locator("main ul.plain > li")).to_have_count(number)
    expect(page.get_by_text("Every role is held")).to_be_visible()
    watched.look("08-contacts")


def _start(watched: Watched) -> str:
    page = watched.page
    page.get_by_role("link", name="Home").click()
    page.get_by_role("button", name="Start the application").click()
    expect(page.get_by_role("heading", name="Application for centre recognition")).to_be_focused()
    watched.look("09-form-overview")
    return page.url.rpartition("/")[2]


def _groups(colleague: Caller, application: str, run: str) -> dict[str, Any]:
    """Every group's answers, without examinations, so that the statement of R14 can be made."""
    today = datetime.now(UTC).date()
    centre = colleague.get(f"/v1/applications/{application}").body["centre_id"]
    sites = [site["id"] for site in colleague.get(f"/v1/centres/{centre}/sites").body["items"]]
    groups = answers.super_users_groups(run) | answers.colleagues_groups(sites, today)
    groups["experience"] = answers.experience(today) | {"delivery_staff": answers.delivery_staff()}
    groups["provision"]["plans_invigilated_assessment"] = False
    # One of the nearest, and one of those that are folded away.
    groups["centre-type"]["delivery_countries"] = ["england", "france"]
    return groups


def _fill_in_groups(watched: Watched, groups: dict[str, Any]) -> None:
    """Section Application (R12): a link of what is missing leads to the very field, and a fault stands at its own."""
    page = watched.page
    history = page.locator("li").filter(has=page.locator('a[href$="/details/history"]'))
    history.locator("summary").click()
    page.get_by_role("link", name="Enter the legal name of the organisation.").click()
    expect(page.locator("#details-legal_name")).to_be_focused()
    for number, (group, values) in enumerate(groups.items(), 10):
        if group != "history":
            page.get_by_role("link", name="← Form overview").click()
            page.locator(f'.sections a[href$="/details/{group}"]').click()
        form = page.locator("main form")
        expect(question(form, f"/{next(iter(values))}")).to_be_visible()
        fill_in(form, values)
        if group == "history":
            fill_in(form, {"company_number": "not a number"})
            page.get_by_role("button", name="Save", exact=True).click()
            expect(question(form, "/company_number").locator(".fault")).to_be_visible()
            watched.look("10-history-with-a-fault")
            fill_in(form, {"company_number": values["company_number"]})
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("✓ Saved")).to_be_visible()
        expect(page.get_by_text("Nothing is missing here.")).to_be_visible()
        watched.look(f"{number}-{group}")


def _save_in_spite_of_somebody_else(watched: Watched, application: str, colleague: Caller) -> None:
    """A stale save (412) shows what the other one saved, overwrites nothing, and loses nothing that was typed."""
    page = watched.page
    page.get_by_role("link", name="← Form overview").click()
    page.get_by_text("Application: 7 of 7 complete").click()
    page.locator('.sections a[href$="/details/history"]').click()
    expect(page.get_by_label("Legal name")).to_be_visible()
    fill_in(page.locator("main form"), {"purpose": "Mine: we help adults into work.", "ncn": "12345"})
    path = f"/v1/applications/{application}/details/history"
    theirs = {"purpose": "Theirs: we train carers.", "trading_name": "Harbour Lane"}
    colleague.change("PATCH", path, theirs, on=path)
    page.get_by_role("button", name="Save", exact=True).click()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Theirs: Harbour Lane")
    expect(dialog).to_contain_text("Yours, which would replace theirs: Mine: we help adults into work.")
    watched.look("17-stale-save")
    dialog.get_by_role("button", name="Load theirs").click()
    expect(page.get_by_label("Trading name")).to_have_value("Harbour Lane")
    expect(page.get_by_label("NCN")).to_have_value("12345")
    expect(page.get_by_label("Purpose")).to_have_value("Mine: we help adults into work.")
    assert colleague.get(path).body["purpose"] == theirs["purpose"], "It was saved before the person said so."
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("✓ Saved")).to_be_visible()
    saved = colleague.get(path).body
    assert (saved["trading_name"], saved["ncn"]) == ("Harbour Lane", "12345")
    assert saved["purpose"] == "Mine: we help adults into work."


def _upload_policies(watched: Watched) -> None:
    """The eleven (R13, R14): refusals at the field, a statement in the place of e), progress, and a replacement."""
    page = watched.page
    page.get_by_role("link", name="← Form overview").click()
    page.get_by_role("link", name="a) ").click()
    places = page.locator("section.policy")
    expect(places).to_have_count(11)
    first = places.first
    _upload(first, {"name": "appeals.pdf", "mimeType": "application/pdf", "buffer": b"GIF89a, and not a PDF at all"})
    fault = question(first, "/file").locator(".fault")
    expect(fault).to_be_visible()
    wrong_kind = fault.inner_text()
    _record_progress(first)
    large = bytes(_UPLOAD_LIMIT_BYTES + 1)
    with _slow_line(page):
        _upload(first, {"name": "large.pdf", "mimeType": "application/pdf", "buffer": large})
        expect(fault).not_to_have_text(wrong_kind, use_inner_text=True)
        expect(fault).to_contain_text("large")
    shares = _recorded_progress(page)
    assert any(0 < share < 1 for share in shares), f"No progress was shown on the way: {shares}"
    watched.look("18-refused-uploads")

    page.get_by_text("It does not apply to us").click()
    examinations = page.locator('section.policy[data-pointer="/examinations"]')
    examinations.get_by_label("Why does this policy not apply").fill("None of our qualifications is examined.")
    examinations.get_by_role("button", name="State that it does not apply").click()
    expect(examinations.locator(".state")).to_contain_text("Stated not to apply")
    watched.look("19-not-applicable")

    for key, place in zip(PolicyKey, places.all(), strict=True):
        document = sample_policy(key)
        place.get_by_label("Note").fill("As approved by our board.")
        _upload(place, {"name": document.filename, "mimeType": document.media_type, "buffer": document.content})
        expect(place.locator(".state")).to_contain_text(f"✓ {document.filename}")
    revised = sample_policy(PolicyKey.INTERNAL_QUALITY_ASSURANCE, revised=True)
    sixth = page.locator('section.policy[data-pointer="/internal_quality_assurance"]')
    expect(sixth.get_by_role("button", name="Replace f)")).to_be_visible()
    _upload(sixth, {"name": revised.filename, "mimeType": revised.media_type, "buffer": revised.content})
    expect(sixth.locator(".state")).to_contain_text("version 2")
    watched.look("20-policies")


def _upload(place: Locator, file: FilePayload) -> None:
    place.get_by_label("Document").set_input_files(file)
    place.get_by_role("button", name=re.compile("^(Upload|Replace)")).click()


@contextmanager
def _slow_line(page: Page) -> Iterator[None]:
    """An upload that takes its time: within one machine it can be over before the browser tells any progress."""
    devtools = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": 0, "downloadThroughput": -1}
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", line | {"uploadThroughput": _SLOW_BYTES_PER_SECOND})
    yield
    devtools.send("Network.emulateNetworkConditions", line | {"uploadThroughput": -1})
    devtools.detach()


def _record_progress(place: Locator) -> None:
    """Keep every value that the progress bar shows: no look from outside is sure to fall between two of them."""
    place.locator("progress").evaluate(
        """bar => { window.seen = [];
        new MutationObserver(() => window.seen.push(bar.value)).observe(bar, {attributeFilter: ["value"]}); }"""
    )


def _recorded_progress(page: Page) -> list[float]:
    seen: list[float] = page.evaluate("window.seen")
    return seen


def _agree(watched: Watched) -> None:
    """Both documents can be read, and a yes names them (R15)."""
    page = watched.page
    page.get_by_role("link", name="← Form overview").click()
    expect(page.get_by_text("Policies and procedures: 11 of 11 complete")).to_be_visible()
    expect(page.get_by_role("button", name="Submit")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("link", name="Centre agreement", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="agreement").first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.locator(".summary")).to_be_focused()
    watched.look("21-agreement")
    page.locator("main").get_by_role("checkbox").check()
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.get_by_text("It can be submitted.")).to_be_visible()
    watched.look("22-ready")


def _submit(watched: Watched, colleague: Caller, application: str) -> None:
    """Submitted once (R16); the page says so, and the timeline too."""
    page = watched.page
    page.get_by_role("link", name="Submit").click()
    watched.look("23-submit")
    page.get_by_role("button", name="Submit the application").click()
    expect(page.locator(".summary")).to_be_focused()
    page.locator("main").get_by_role("checkbox").check()
    page.get_by_role("button", name="Submit the application").dblclick()
    expect(page.get_by_role("heading", name="Your application is submitted")).to_be_visible()
    watched.look("24-submitted")
    assert len(colleague.get(f"/v1/applications/{application}/submissions").body["items"]) == 1
    page.get_by_text("Application: 7 of 7 complete").click()
    page.locator('.sections a[href$="/details/history"]').click()
    expect(page.get_by_label("Legal name")).to_be_disabled()
    watched.look("25-read-only")
