"""A session in the example: it outlives a reload, can end at any time without loss, and ends for good."""

from secrets import token_hex

import httpx
import pytest
from playwright.sync_api import expect

from app.samples import answers
from tests.browser.conftest import NewPage
from tests.browser.filling import fill_in
from tests.browser.servers import Api
from tests.browser.staff import new_super_user, sign_in


@pytest.mark.requirement("R06")
def test_a_session_that_ends_at_work_is_renewed_in_place_and_nothing_is_lost(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    email, password = new_super_user(api, http)
    watched = new_page()
    page = watched.page
    page.goto(f"{example}/#/contacts")
    fill_in(page.locator("main form"), {"email": email, "password": password})
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Contacts", level=1)).to_be_focused()
    page.reload()
    expect(page.get_by_role("heading", name="Contacts", level=1)).to_be_focused()

    contact = answers.contacts(token_hex(4))[0]
    fill_in(page.locator("main > form"), contact)
    elsewhere = sign_in(http, email, password)
    for session in elsewhere.get("/v1/sessions").body["items"]:
        if not session["current"]:
            elsewhere.change("DELETE", f"/v1/sessions/{session['id']}", None, etag="*", expect=204)
    page.get_by_role("button", name="Add the contact").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your session has ended")
    watched.look("27-session-ended")
    fill_in(dialog, {"email": email, "password": password})
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.locator("main ul.plain > li")).to_contain_text(contact["last_name"])


def test_signing_out_ends_the_session_on_the_server(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    email, password = new_super_user(api, http)
    page = new_page().page
    page.goto(f"{example}/#/sign-in")
    typed = page.get_by_label("Password")
    expect(typed).to_have_attribute("type", "password")
    expect(typed).to_have_attribute("autocomplete", "current-password")
    fill_in(page.locator("main form"), {"email": email, "password": password})
    with page.expect_response("**/v1/sessions") as opened:
        page.get_by_role("button", name="Sign in").click()
    token = opened.value.json()["access_token"]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Become a recognised centre")).to_be_focused()
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert http.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    page.reload()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
