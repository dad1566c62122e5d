"""What the example shows when a request is refused, a session ends or a browser has no passkey: it never goes dead."""

import json
from collections.abc import Callable

import httpx
import pyotp
from playwright.sync_api import Page, Route, expect

from app.samples import answers
from tests.browser.conftest import NewPage
from tests.browser.filling import fill_in
from tests.browser.servers import Api
from tests.browser.staff import new_super_user, sign_in

# Two forms of one page are sent in the same moment.
_BOTH = """(names) => [...document.querySelectorAll("main form")]
  .filter((form) => names.includes(form.querySelector("button[type=submit]").textContent))
  .forEach((form) => form.requestSubmit())"""


def _refusing(code: str, status: int = 429, *, method: str | None = None, **more: str) -> Callable[[Route], None]:
    """Refuse requests, of one method only where it is named."""

    def answer(route: Route) -> None:
        if method not in (None, route.request.method):
            route.fallback()
            return
        problem = {"type": f"/problems/{code}", "title": "Not now", "status": status, "code": code, **more}
        problem |= {"detail": "Try again in a moment.", "request_id": "a-request"}
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/problem+json"}
        route.fulfill(status=status, headers=headers, body=json.dumps(problem))

    return answer


def _account(new_page: NewPage, example: str, email: str, password: str) -> Page:
    page = new_page().page
    page.goto(f"{example}/#/account")
    fill_in(page.locator("main form"), {"email": email, "password": password})
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your account", level=1)).to_be_focused()
    return page


def test_a_refused_cancellation_is_not_called_done(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    page = _account(new_page, example, *new_super_user(api, http))
    fill_in(page.locator("main"), {"new_email": "alex.reed@people.example.com"})
    page.get_by_role("button", name="Change the address").click()
    page.route("**/v1/me/email-changes/*", _refusing("too_many_requests", method="DELETE"), times=2)
    page.get_by_role("button", name="Cancel the change").click()
    expect(page.get_by_role("group", name="Problem")).to_contain_text("Try again in a moment")
    expect(page.locator("#announcements")).not_to_contain_text("cancelled")
    page.unroute_all()
    page.get_by_role("button", name="Cancel the change").click()
    expect(page.locator("main")).not_to_contain_text("We have written to")


def test_recovery_codes_are_shown_whatever_is_refused_after_them(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    page = _account(new_page, example, *new_super_user(api, http))
    app = page.locator("form").filter(has=page.get_by_role("button", name="Add an authenticator app"))
    fill_in(app, {"name": "Work phone"})
    app.get_by_role("button").click()
    fill_in(page.locator("main"), {"code": pyotp.TOTP(page.locator("p.secret").inner_text().replace(" ", "")).now()})
    page.route("**/v1/me/second-factors", _refusing("too_many_requests", method="GET"))
    page.get_by_role("button", name="Confirm the app").click()
    expect(page.locator("ul.secret li")).to_have_count(10)
    expect(page.get_by_role("group", name="Problem")).to_contain_text("Try again in a moment")


def test_a_form_can_be_sent_again_after_the_list_was_refused(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    email, password = new_super_user(api, http)
    page = new_page().page
    page.goto(f"{example}/#/contacts")
    fill_in(page.locator("main form"), {"email": email, "password": password})
    page.get_by_role("button", name="Sign in").click()
    first, second = answers.contacts("trouble")[:2]
    fill_in(page.locator("main > form"), first)
    page.route("**/v1/centres/*/contacts*", _refusing("too_many_requests", method="GET"))
    page.get_by_role("button", name="Add the contact").click()
    expect(page.get_by_role("group", name="Problem")).to_contain_text("Try again in a moment")
    page.unroute_all()
    fill_in(page.locator("main > form"), second)
    page.get_by_role("button", name="Add the contact").click()
    expect(page.locator("main ul.plain > li")).to_have_count(2)


def test_requests_that_are_refused_together_ask_once(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    email, password = new_super_user(api, http)
    page = _account(new_page, example, email, password)
    buttons = ["Change the address", "Add an authenticator app"]
    fill_in(page.locator("main"), {"new_email": "alex.reed@people.example.com"})
    asks = _refusing("step_up_required", 403, prove="password")
    page.route("**/v1/me/email-changes", asks, times=1)
    page.route("**/v1/me/second-factors/totp", asks, times=1)
    with page.expect_response("**/v1/me/email-changes"), page.expect_response("**/totp"):
        page.evaluate(_BOTH, buttons)
    dialog = page.get_by_role("dialog")
    fill_in(dialog, {"password": password})
    expect(dialog).to_have_count(1)
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("main")).to_contain_text("We have written to")
    expect(dialog).to_have_count(0)

    _end_sessions(http, email, password)
    with page.expect_response("**/v1/sessions/refresh"):
        page.evaluate(_BOTH, buttons)
    page.wait_for_timeout(500)
    expect(dialog).to_have_count(1)
    expect(dialog).to_contain_text("Your session has ended")


def test_nobody_has_to_sign_in_to_sign_out(new_page: NewPage, example: str, api: Api, http: httpx.Client) -> None:
    email, password = new_super_user(api, http)
    page = _account(new_page, example, email, password)
    _end_sessions(http, email, password)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Become a recognised centre")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def _end_sessions(http: httpx.Client, email: str, password: str) -> None:
    elsewhere = sign_in(http, email, password)
    for session in elsewhere.get("/v1/sessions").body["items"]:
        if not session["current"]:
            elsewhere.change("DELETE", f"/v1/sessions/{session['id']}", None, etag="*", expect=204)


def test_a_browser_that_gives_no_passkey_is_told(new_page: NewPage, example: str, api: Api, http: httpx.Client) -> None:
    page = _account(new_page, example, *new_super_user(api, http))
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new DOMException()); }")
    passkey = page.locator("form").filter(has=page.get_by_role("button", name="Add a passkey"))
    fill_in(passkey, {"name": "This laptop"})
    passkey.get_by_role("button").click()
    expect(passkey.get_by_role("group", name="Problem")).to_contain_text("Your browser gave no passkey")
