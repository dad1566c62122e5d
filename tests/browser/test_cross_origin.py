"""CORS in a browser: the configured origin can read everything, another origin nothing."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import NewPage
from tests.browser.servers import Api, free_port, running_example
from tests.browser.staff import new_staff, session_token
from tests.browser.watching import Watched

_FETCH = """async ([address, options]) => {
    const response = await fetch(address, options);
    return {status: response.status, headers: Object.fromEntries(response.headers), body: await response.text()};
}"""


def test_a_page_of_the_configured_origin_reads_answers_and_the_headers_that_the_contract_names(
    new_page: NewPage, example: str, api: Api, http: httpx.Client
) -> None:
    page = new_page().page
    page.goto(f"{example}/#/apply")
    token = session_token(http, *new_staff(api, "customer_experience"))
    read = page.evaluate(_FETCH, [f"{api.address}/v1/me", {"headers": {"Authorization": f"Bearer {token}"}}])
    assert read["status"] == 200
    assert read["headers"]["etag"].startswith('"')
    assert read["headers"]["x-request-id"]
    refused = page.evaluate(_FETCH, [f"{api.address}/v1/sessions", _post({"email": "a@example.com", "password": "x"})])
    assert refused["status"] == 401
    assert '"code"' in refused["body"]
    assert {"ratelimit", "ratelimit-policy"} <= refused["headers"].keys()


def test_a_page_of_another_origin_is_shut_out_by_the_browser(
    context: BrowserContext, api: Api, tmp_path: Path, example: str, pictures: Path
) -> None:
    """The same pages from another port cannot read the API's responses."""
    with running_example(free_port(), api.address, tmp_path / "stranger.log") as stranger:
        hosts = [urlsplit(address).netloc for address in (api.address, stranger)]
        watched = Watched(context.new_page(), hosts, pictures)
        page = watched.page
        page.goto(f"{stranger}/#/apply")
        expect(page.get_by_role("heading", name="No answer")).to_be_focused()
        watched.look("26-shut-out")
        caught = page.evaluate(
            "address => fetch(address).then(() => 'read', error => error.name)", f"{api.address}/v1/process"
        )
        assert caught == "TypeError"
        assert any("blocked by CORS policy" in complaint for complaint in watched.complaints)
        assert not watched.strangers


def _post(body: dict[str, Any]) -> dict[str, Any]:
    return {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
