"""The example's public form in a real browser (R01, R02): faults at their fields, one application, the keyboard."""

from secrets import token_hex

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from app.samples import answers
from tests.browser.conftest import NewPage
from tests.browser.filling import fill_in, question
from tests.browser.servers import Api
from tests.browser.staff import new_staff, sign_in

_SEND = "Send the application"


@pytest.fixture
def run() -> str:
    """Makes addresses this test's own, as the API takes the same form twice for one application."""
    return token_hex(4)


@pytest.mark.requirement("R01")
def test_an_empty_form_names_every_fault_at_its_field_and_keeps_what_is_entered(
    new_page: NewPage, example: str
) -> None:
    watched = new_page()
    page = watched.page
    page.goto(f"{example}/#/apply")
    page.get_by_label("Organisation name").fill("Harbour Lane Training")
    watched.look("01-public-form")
    page.get_by_role("button", name=_SEND).click()

    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    assert summary.get_by_role("link").count() > 8
    town = page.get_by_label("Town or city")
    expect(town).to_have_attribute("aria-invalid", "true")
    fault = question(page.locator("form"), "/address/town").locator(".fault")
    expect(town).to_have_accessible_description(fault.inner_text().replace("\n", " "))
    assert page.get_by_label("Organisation name").input_value() == "Harbour Lane Training"
    watched.look("02-public-form-with-faults")
    for link in summary.get_by_role("link").all():
        link.click()
        assert page.evaluate("document.activeElement.closest('.field:has(.fault)') !== null"), link.inner_text()


@pytest.mark.requirement("R02")
def test_a_lost_answer_and_a_double_click_make_one_application(
    new_page: NewPage, example: str, api: Api, http: httpx.Client, run: str
) -> None:
    """The browser never sees the first answer; the second attempt carries the same key, and gets the first answer."""
    watched = new_page()
    page = watched.page
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key", ""))
        answer = route.fetch()
        if len(keys) == 1:
            assert answer.status == 201
            route.abort()
        else:
            assert answer.headers["idempotent-replayed"] == "true"
            route.fulfill(response=answer)

    page.route("**/v1/initial-applications", lose_the_first, times=10)
    page.goto(f"{example}/#/apply")
    fill_in(page.locator("form"), answers.initial_application(run))
    page.get_by_role("button", name=_SEND).click()
    expect(page.locator(".summary")).to_contain_text("could not be reached")
    assert page.get_by_label("Town or city").input_value() == "Hull"
    page.get_by_role("button", name=_SEND).dblclick()

    reference = page.locator(".reference")
    expect(reference).to_contain_text("IA-")
    expect(page.get_by_role("heading", name="Application received")).to_be_focused()
    watched.look("03-application-received")
    assert len(keys) == 2
    assert keys[0] == keys[1] != ""
    staff = sign_in(http, *new_staff(api, "customer_experience"))
    assert len(staff.get("/v1/initial-applications", text=reference.inner_text()).body["items"]) == 1
    watched.complaints.remove("Failed to load resource: net::ERR_FAILED")


def test_the_public_form_can_be_filled_in_and_sent_by_the_keyboard_alone(
    new_page: NewPage, example: str, run: str
) -> None:
    page = new_page().page
    page.goto(f"{example}/#/apply")
    expect(page.get_by_role("heading", name="Apply to become a centre")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    form = answers.initial_application(run)
    person, address = form["initial_super_user"], form["address"]
    _tab_to(page, "apply-organisation_name")
    for text in (form["organisation_name"], address["line_1"], "", address["town"], "", address["postcode"]):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.type("England")
    # Each telephone number is followed by its extension, which few have.
    for text in (form["email"], form["telephone"], "", *(person[name] for name in person), ""):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Application received")).to_be_focused()


def test_the_skip_link_leads_past_the_banner(new_page: NewPage, example: str) -> None:
    page = new_page().page
    page.goto(f"{example}/#/apply")
    expect(page.get_by_role("heading", name="Apply to become a centre")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.locator(".skip").focus()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def _tab_to(page: Page, field: str) -> None:
    """Press Tab until the field has the focus, which the keyboard has to reach within a few presses."""
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field:
            return
    raise AssertionError(f"The keyboard does not reach {field}.")
