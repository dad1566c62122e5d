"""An application that ends without recognition, in a real browser: refused with reasons, begun again, and withdrawn."""

import httpx
import pytest
from playwright.sync_api import expect

from app.services.story import staff
from tests.browser.casework import enter, home, stage, submitted
from tests.browser.conftest import NewPage
from tests.browser.filling import fill_in
from tests.browser.servers import Api


@pytest.mark.requirement("R07", "R21")
def test_a_refused_centre_reads_why_and_applies_again(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    case = submitted(api, http)
    case.player.play(staff.pass_initial_review, staff.begin_review)
    case.hold_interview()
    case.player.play(staff.recommend, staff.reject)
    watched = new_page()
    page = watched.page
    enter(page, example, case)
    expect(home(page)).to_contain_text("The application was not accepted.")
    expect(stage(page)).to_contain_text("Now: Not accepted")
    expect(page.get_by_text("✓ Done")).to_have_count(0)
    page.get_by_role("link", name="Decision").click()
    expect(page.get_by_text("The means for assuring quality are not in place.")).to_be_visible()
    watched.look("50-refused")

    home(page).get_by_role("button", name="Start the application").click()
    expect(page.get_by_role("heading", name="Application for centre recognition")).to_be_focused()
    missing = case.super_user.get(f"/v1/centres/{case.ids['centre']}/home").body["missing"]
    assert len(missing) > 50
    expect(home(page)).to_contain_text("Go on with the application")
    shown = page.locator("main a:visible")
    assert shown.count() < 12, f"Home shows {shown.count()} links"
    # Nobody has to fill in the group about the invoice.
    form = page.get_by_text("Application: 1 of 7 complete")
    form.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="History and purpose")).to_be_visible()
    watched.look("51-home-of-a-draft")

    page.get_by_role("link", name="Go on with the application").click()
    page.get_by_role("link", name="Withdraw the application").click()
    page.get_by_role("button", name="Withdraw the application").click()
    expect(page.locator("section.next")).to_contain_text("The application was withdrawn. You can start a new one.")
    expect(page.get_by_role("button", name="Start the application")).to_be_visible()

    page.get_by_role("link", name="Contacts").first.click()
    page.get_by_text("Which letters each role gets").click()
    watched.look("52-letters")
    fill_in(page.locator("main details form").last, {"finance": ["returns"]})
    page.locator("main details form").last.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Which letters each role gets")).to_be_focused()
    chosen = case.super_user.get(f"/v1/centres/{case.ids['centre']}/letter-choices").body
    assert chosen["finance"] == ["returns", "invoices"]
