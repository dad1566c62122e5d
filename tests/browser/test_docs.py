"""The reference in a real browser: reading it, signing in, reading and uploading by "try it", and no other host."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from app.domain.refusals.catalogue import REFUSALS
from app.samples import sample_policy
from tests.browser.servers import Api
from tests.browser.staff import new_staff, new_super_user, sign_in
from tests.browser.watching import Watched


@pytest.fixture
def watched(context: BrowserContext, api: Api, pictures: Path) -> Iterator[Watched]:
    """A page that may ask the API's own host and no other."""
    page = Watched(context.new_page(), [urlsplit(api.address).netloc], pictures)
    yield page
    page.require_quiet()


def test_a_person_signs_in_reads_and_uploads_by_trying_it(watched: Watched, api: Api, http: httpx.Client) -> None:
    """The token of createSession is taken over by itself; a wrong one, before, is not."""
    email, password = new_super_user(api, http)
    caller = sign_in(http, email, password)
    centre = caller.get("/v1/me").body["centres"][0]["centre_id"]
    application = caller.post(f"/v1/centres/{centre}/applications", {}).body["id"]
    page = watched.page
    page.goto(f"{api.address}/docs/try")
    assert _try(page, "Sessions", "getMe") == 401

    operation = _open(page, "Sessions", "createSession")
    operation.locator("textarea").first.fill(json.dumps({"email": email, "password": "not the password"}))
    assert _execute(operation) == 401
    expect(page.get_by_role("status")).to_have_text("Not signed in.")
    operation.locator("textarea").first.fill(json.dumps({"email": email, "password": password}))
    assert _execute(operation) == 201
    expect(page.get_by_role("status")).to_contain_text("Signed in")
    assert _try(page, "Sessions", "getMe") == 200
    page.screenshot(path=watched.pictures / "30-docs-signed-in.png")

    policy = caller.get(f"/v1/applications/{application}/policies/appeals")
    document = sample_policy("appeals")
    operation = _open(page, "Sections", "uploadPolicy")
    operation.get_by_placeholder("application_id").fill(application)
    operation.get_by_placeholder("If-Match").fill(policy.etag)
    file: FilePayload = {"name": document.filename, "mimeType": document.media_type, "buffer": document.content}
    operation.locator("input[type=file]").set_input_files(file)
    assert _execute(operation) == 200
    page.screenshot(path=watched.pictures / "31-docs-uploaded.png")
    after = caller.get(f"/v1/applications/{application}/policies/appeals").body
    assert after["current_version"]["file_name"] == document.filename

    operation = _open(page, "Sessions", "endSession")
    operation.get_by_placeholder("session").fill("current")
    assert _execute(operation) == 204
    expect(page.get_by_role("status")).to_have_text("Signed out.")
    assert _try(page, "Sessions", "getMe") == 401
    page.reload()
    expect(page.get_by_role("status")).to_have_text("Not signed in.")


def test_a_system_gets_its_token_by_client_credentials(watched: Watched, api: Api, http: httpx.Client) -> None:
    administrator = sign_in(http, *new_staff(api, "administrator"))
    body = {"name": f"Ledger {token_hex(4)}", "scopes": ["events:read"]}
    client = administrator.post("/v1/integration-clients", body).body
    page = watched.page
    page.goto(f"{api.address}/docs/try")
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    dialog.locator("#client_id_clientCredentials").fill(client["client_id"])
    dialog.locator("#client_secret_clientCredentials").fill(client["client_secret"])
    dialog.locator("label[for^='events:read-']").click()
    dialog.get_by_role("button", name="Apply given OAuth2 credentials").click()
    expect(dialog.get_by_role("button", name="Remove authorization")).to_be_visible()
    page.screenshot(path=watched.pictures / "32-docs-client.png")
    dialog.locator(".close-modal").click()
    assert _try(page, "Events", "listEvents") == 200


def test_the_reference_is_accessible_and_its_samples_name_this_server(watched: Watched, api: Api) -> None:
    """A link of the old form leads to its operation."""
    page = watched.page
    page.goto(f"{api.address}/docs#/Sections/uploadPolicy")
    page.locator("#reference[data-ready]").wait_for()
    operation = page.locator('[id="operation/uploadPolicy"]')
    expect(operation).to_be_in_viewport()
    for label in ("Python", "TypeScript", "curl"):
        operation.get_by_role("tab", name=label).click()
        expect(operation.get_by_role("tabpanel", name=label)).to_contain_text(f"{api.address}/v1/applications/")
    page.get_by_placeholder("Search").fill("certificate")
    expect(page.get_by_role("menuitem", name=re.compile("certificate")).first).to_be_visible()
    page.get_by_placeholder("Search").fill("")
    watched.look("36-reference", whole=False)
    operation.get_by_role("link", name="Try it").click()
    expect(page.locator('[id$="-uploadPolicy"]')).to_have_class(re.compile("is-open"))


def test_the_page_of_each_problem_says_what_it_means_and_where_it_is_answered(watched: Watched, api: Api) -> None:
    page = watched.page
    page.goto(f"{api.address}/problems")
    assert page.get_by_role("term").count() == len(REFUSALS)
    page.get_by_role("link", name="not_ready").click()
    expect(page.get_by_role("heading", name="not_ready")).to_be_visible()
    expect(page.get_by_text(REFUSALS["not_ready"].sentence)).to_be_visible()
    watched.look("33-problem")
    page.get_by_role("link", name="submitApplication").click()
    expect(page.locator('[id="operation/submitApplication"]')).to_be_in_viewport()


def test_the_pages_that_are_not_a_library_are_accessible(watched: Watched, api: Api) -> None:
    for path, name in (("/", "34-welcome"), ("/problems", "35-problems")):
        watched.page.goto(f"{api.address}{path}")
        watched.look(name)


def _open(page: Page, tag: str, operation_id: str) -> Locator:
    """The operation, unfolded; its list is unfolded first."""
    operation = page.locator(f'[id="operations-{tag}-{operation_id}"]')
    if not operation.count():
        page.locator(f'[id="operations-tag-{tag}"]').get_by_role("button", name="Expand operation").click()
    if "is-open" not in (operation.get_attribute("class") or ""):
        operation.locator(".opblock-summary-control").click()
    return operation


def _execute(operation: Locator) -> int:
    """Press Execute; the status of the answer, once the page shows it instead of the one before."""
    with operation.page.expect_response(re.compile("/v1/")) as answer:
        operation.get_by_role("button", name="Execute").click()
    shown = operation.locator(".live-responses-table .response-col_status").last
    expect(shown).to_have_text(re.compile(f"^{answer.value.status}"))
    return answer.value.status


def _try(page: Page, tag: str, operation_id: str) -> int:
    return _execute(_open(page, tag, operation_id))
