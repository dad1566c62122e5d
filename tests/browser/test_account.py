"""One's own account in the example: the address, second factors, a fresh proof, and the links of letters."""

import json
import re
from secrets import token_hex

import httpx
import pyotp
import pytest
from playwright.sync_api import Page, Route, expect

from app.demo.client import Caller
from app.demo.mailbox import Mailbox
from tests.browser.conftest import NewPage
from tests.browser.filling import fill_in
from tests.browser.servers import Api
from tests.browser.staff import new_super_user, sign_in


def _enter(page: Page, email: str, password: str) -> None:
    """Sign in with the form that is shown."""
    form = page.locator("main form")
    fill_in(form, {"email": email, "password": password})
    form.get_by_role("button", name="Sign in").click()


def _follow(page: Page, example: str, api: Api, to: str, subject: str) -> None:
    """Open the link of the letter, whose token must not stay in the address."""
    mail = Mailbox(api.folder / "mail").wait_for(to, subject)
    found = re.search(r"https?://[^/\s]+(/[a-z-]+#token=\S+)", mail.text)
    assert found is not None, mail.text
    page.goto(f"{example}{found.group(1)}")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert "token" not in page.url


def _heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, level=1)).to_be_focused()


@pytest.mark.requirement("R06")
def test_an_address_is_changed_after_a_fresh_proof_and_a_change_is_cancelled(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    email, password = new_super_user(api, http)
    new, third = (f"alex.{token_hex(4)}@people.example.com" for _ in range(2))
    watched = new_page()
    page = watched.page
    page.goto(f"{example}/#/account")
    _enter(page, email, password)
    _heading(page, "Your account")

    page.route("**/v1/me/email-changes", _ask_for_proof, times=1)
    fill_in(page.locator("main"), {"new_email": new})
    page.get_by_role("button", name="Change the address").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Confirm that it is you")
    watched.look("28-fresh-proof")
    fill_in(dialog, {"password": "wrong"})
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.get_by_role("group", name="Problem")).to_contain_text("This is not your password")
    fill_in(dialog, {"password": password})
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("main")).to_contain_text(f"We have written to {new}")
    watched.look("29-address-waits")

    _follow(page, example, api, new, "Confirm your new email address")
    watched.look("30-confirm-address")
    fill_in(page.locator("main form"), {"password": password})
    page.get_by_role("button", name="Confirm the new address").click()
    _heading(page, "Your address is changed")
    page.get_by_role("link", name="Sign in").last.click()
    _heading(page, "Sign in")
    _enter(page, new, password)
    page.get_by_role("link", name="Account").click()
    expect(page.locator("main .lead")).to_contain_text(new)

    fill_in(page.locator("main"), {"new_email": third})
    page.get_by_role("button", name="Change the address").click()
    expect(page.locator("main")).to_contain_text(f"We have written to {third}")
    _follow(page, example, api, new, "Your email address is about to change")
    watched.look("31-cancel-change")
    page.reload()
    _heading(page, "Open the link again")
    _follow(page, example, api, new, "Your email address is about to change")
    page.get_by_role("button", name="Cancel the change").click()
    _heading(page, "The change is cancelled")
    page.get_by_role("link", name="reset your password").click()
    _heading(page, "Reset your password")
    fill_in(page.locator("main form"), {"email": new})
    page.get_by_role("button", name="Send me an email").click()
    _heading(page, "Look into your mailbox")
    _follow(page, example, api, new, "Choose a new password")
    chosen = f"another-Long-phrase-{token_hex(4)}"
    fill_in(page.locator("main form"), {"new_password": chosen})
    page.get_by_role("button", name="Set the password").click()
    _heading(page, "Your password is changed")
    assert sign_in(http, new, chosen).get("/v1/me").body["email"] == new


def _ask_for_proof(route: Route) -> None:
    """Answer as the API does ten minutes after the last proof."""
    problem = {
        "type": "/problems/step_up_required",
        "title": "Not allowed",
        "status": 403,
        "code": "step_up_required",
        "detail": "Confirm your password first.",
        "request_id": "a-request",
        "prove": "password",
    }
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/problem+json"}
    route.fulfill(status=403, headers=headers, body=json.dumps(problem))


def test_second_factors_are_added_proved_and_removed(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    email, password = new_super_user(api, http)
    watched = new_page()
    page = watched.page
    _give_authenticator(page)
    page.goto(f"{example}/#/account")
    _enter(page, email, password)
    _heading(page, "Your account")

    app = page.locator("form").filter(has=page.get_by_role("button", name="Add an authenticator app"))
    fill_in(app, {"name": "Work phone"})
    app.get_by_role("button").click()
    secret = page.locator("p.secret").inner_text().replace(" ", "")
    watched.look("32-add-app")
    fill_in(page.locator("main"), {"code": pyotp.TOTP(secret).now()})
    page.get_by_role("button", name="Confirm the app").click()
    expect(page.locator("ul.secret li")).to_have_count(10)
    codes = page.locator("ul.secret li").all_inner_texts()
    watched.look("33-recovery-codes")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.click()
    _enter(page, email, password)
    _heading(page, "Confirm that it is you")
    watched.look("34-second-factor")
    fill_in(page.locator("main"), {"code": "000000"})
    page.get_by_role("button", name="Confirm the code").click()
    expect(page.get_by_role("group", name="Problem")).to_contain_text("code is wrong")
    fill_in(page.locator("main"), {"code": codes[0]})
    page.get_by_role("button", name="Confirm the code").click()
    page.get_by_role("link", name="Account").click()
    expect(page.locator("main")).to_contain_text("Recovery codes left: 9")

    passkey = page.locator("form").filter(has=page.get_by_role("button", name="Add a passkey"))
    fill_in(passkey, {"name": "This laptop"})
    passkey.get_by_role("button").click()
    expect(page.locator("main ul.plain > li")).to_have_count(2)
    page.get_by_role("button", name="Remove Work phone").click()
    expect(page.locator("main ul.plain > li")).to_have_count(1)
    watched.look("35-account")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.click()
    _enter(page, email, password)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Contacts").first).to_be_visible()
    page.goto(f"{example}/#/contacts")
    _heading(page, "Contacts")


def _give_authenticator(page: Page) -> None:
    """A virtual device that holds passkeys and agrees to everything."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    options |= {"hasResidentKey": True, "automaticPresenceSimulation": True}
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.requirement("R10")
def test_an_invitation_is_accepted_with_a_log_in_or_a_password_or_not_at_all(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    (host, host_password), (guest, guest_password) = new_super_user(api, http), new_super_user(api, http)
    unused = f"new.{token_hex(4)}@people.example.com"
    hosts, guests = sign_in(http, host, host_password), sign_in(http, guest, guest_password)
    centre, own = (each.get("/v1/me").body["centres"][0] for each in (hosts, guests))

    def invite(by: Caller, email: str, to: str) -> None:
        body = {"first_name": "Typed", "last_name": "Elsewhere", "job_title": "Assessor", "role": "user"}
        body |= {"email": email, "telephone": "01332 960123"}
        by.post(f"/v1/centres/{to}/users", body)

    invite(hosts, guest, centre["centre_id"])
    watched = new_page()
    page = watched.page
    _follow(page, example, api, guest, "You are invited")
    _heading(page, f"Work for {centre['name']}")
    watched.look("36-invitation")
    page.get_by_role("button", name="No, thank you").click()
    _heading(page, "Not accepted")

    _follow(page, example, api, guest, "You are invited")
    page.get_by_role("link", name="Sign in to accept").click()
    _enter(page, guest, guest_password)
    page.get_by_role("button", name="Accept the invitation").click()
    _heading(page, "Accepted")
    assert centre["name"] in [each["name"] for each in guests.get("/v1/me").body["centres"]]

    invite(guests, unused, own["centre_id"])
    Mailbox(api.folder / "mail").first_password(unused)
    invite(hosts, unused, centre["centre_id"])
    mailbox = Mailbox(api.folder / "mail")
    while "#token=" not in mailbox.wait_for(unused, "You are invited").text:
        page.wait_for_timeout(200)
    page.get_by_role("button", name="Sign out").click()
    _follow(page, example, api, unused, "You are invited")
    chosen = f"another-Long-phrase-{token_hex(4)}"
    fill_in(page.locator("main form"), {"last_name": "Written-Right", "new_password": chosen})
    watched.look("37-invitation-password")
    page.get_by_role("button", name="Set the password and accept").click()
    _heading(page, "Accepted")
    assert sign_in(http, unused, chosen).get("/v1/me").body["last_name"] == "Written-Right"
