"""Under ROOT_PATH, every link leads back under it, whether the proxy takes the prefix off or leaves it."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
import yaml
from fastapi import FastAPI

from app.clock import Clock
from app.database import Database
from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.http.admission import Admission
from app.http.root_path import without_root
from app.main import create_app
from app.settings import Settings
from app.settings.root_path import fault_of
from tests.routers.test_sites import SITE
from tests.world import Login, World

ROOT = "/ao/recognition"
_LINK = re.compile(r'(?:href|src)="([^"]+)"')


@pytest.fixture
def moved(settings: Settings, database: Database, clock: Clock) -> FastAPI:
    return create_app(settings.model_copy(update={"root_path": ROOT}), database=database, clock=clock)


@pytest.fixture
async def under(moved: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the world outside, which knows the prefix."""
    transport = httpx.ASGITransport(app=moved, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(
    "text", ["recognition", "/recognition/", "/", "//x", "/a b", "/v1/x", "/docs", "/openapi.json"]
)
def test_a_prefix_that_could_be_misread_is_refused(text: str) -> None:
    assert fault_of(text)


@pytest.mark.parametrize("text", ["", "/recognition", ROOT, "/v1.2/x"])
def test_a_good_prefix_is_taken(text: str) -> None:
    assert fault_of(text) is None


@pytest.mark.parametrize(
    ("path", "bare"),
    [
        (ROOT, "/"),
        (f"{ROOT}/", "/"),
        (f"{ROOT}/v1/process", "/v1/process"),
        ("/v1/process", "/v1/process"),
        (f"{ROOT}x/v1", f"{ROOT}x/v1"),
        (f"{ROOT}{ROOT}/v1", f"{ROOT}/v1"),
    ],
)
def test_the_prefix_is_taken_off_once(path: str, bare: str) -> None:
    scope = without_root({"path": path, "raw_path": path.encode()}, ROOT)
    assert (scope["path"], scope["raw_path"]) == (bare, bare.encode())


async def test_problems_lead_to_their_page(under: httpx.AsyncClient) -> None:
    for path in ("/nowhere", f"{ROOT}/nowhere", f"{ROOT}/v1/staff", "/v1/staff"):
        problem = (await under.get(path)).json()
        assert problem["type"] == f"{ROOT}/problems/{problem['code']}"
        page = await under.get(urljoin("http://localhost", problem["type"]))
        assert page.status_code == 200
        assert problem["code"] in page.text


async def test_a_busy_server_says_so_under_the_prefix(moved: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.http.admission.REQUESTS_AT_ONCE", 0)
    transport = httpx.ASGITransport(app=Admission(moved, (), ROOT))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        busy = await client.get(f"{ROOT}/v1/process")
        assert (busy.status_code, busy.json()["type"]) == (503, f"{ROOT}/problems/overloaded")
        assert (await client.get(f"{ROOT}/livez")).status_code == 200


async def test_every_link_of_every_page_leads_somewhere(under: httpx.AsyncClient) -> None:
    seen: set[str] = set()
    waiting = [f"{ROOT}/", f"{ROOT}/mail"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        answer = await under.get(page)
        assert answer.status_code == 200, page
        if answer.headers["content-type"].startswith("text/html") and not page.endswith("/html"):
            links = [urljoin(page, link).partition("#")[0] for link in _LINK.findall(answer.text)]
            assert all(link.startswith(f"{ROOT}/") for link in links), (page, links)
            waiting += links
    assert len(seen) > 100


async def test_the_example_request_names_the_prefix(under: httpx.AsyncClient) -> None:
    assert f"http://localhost{ROOT}/v1/initial-applications" in (await under.get(f"{ROOT}/")).text


async def test_the_contract_names_the_prefix(under: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    plain = (await client.get("/openapi.json")).json()
    served = (await under.get(f"{ROOT}/openapi.json")).json()
    assert [server["url"] for server in served["servers"]] == [ROOT]
    assert served["paths"].keys() == plain["paths"].keys()
    assert yaml.safe_load((await under.get(f"{ROOT}/openapi.yaml")).text) == served
    older = (await under.get(f"{ROOT}/openapi-3.0.json")).json()
    assert yaml.safe_load((await under.get(f"{ROOT}/openapi-3.0.yaml")).text) == older
    assert older["servers"] == served["servers"]
    links = {text for text in _texts(served) if re.match(r"(/ao/recognition)?/(v1|problems|docs)/", text)}
    assert {text for text in links if not text.startswith(ROOT)} == {text for text in links if "{" in text}
    samples = (await under.get(f"{ROOT}/docs/openapi.json")).text
    assert f"]({ROOT}/docs/try#/" in samples
    assert not re.search(r"\]\(/(?!ao/)", samples)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)


async def _follow(under: httpx.AsyncClient, link: str, login: Login) -> Any:
    assert link.startswith(f"{ROOT}/v1/"), link
    answer = await under.get(link, headers=login.headers)
    assert answer.status_code == 200, link
    return answer


async def test_paths_in_answers_lead_to_what_they_name(under: httpx.AsyncClient, world: World) -> None:
    centre = await world.centre()
    recognised = await world.application(centre, Status.ACCEPTED)
    address = f"{ROOT}/v1/applications/{recognised['id']}"
    application = (await _follow(under, address, centre.super_user)).json()
    for section in application["sections"]:
        await _follow(under, section["path"], centre.super_user)
    policy = (await _follow(under, f"{address}/policies/appeals", centre.super_user)).json()
    await _follow(under, policy["current_version"]["content_path"], centre.super_user)
    agreement = (await _follow(under, f"{address}/agreement", centre.super_user)).json()
    await _follow(under, agreement["agreement"]["content_path"], centre.super_user)
    recognition = (await _follow(under, f"{ROOT}/v1/centres/{centre.id}/recognition", centre.super_user)).json()
    await _follow(under, recognition["certificate_path"], centre.super_user)
    await _follow(under, recognition["welcome_pack"]["path"], centre.super_user)


async def test_steps_name_their_address(under: httpx.AsyncClient, world: World) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    shown = (await _follow(under, f"{ROOT}/v1/applications/{draft['id']}", centre.super_user)).json()
    plain = await world.get(f"/v1/applications/{draft['id']}", centre.super_user)
    for steps in ("allowed_steps", "blocked_steps"):
        assert [step["path"] for step in shown[steps]] == [ROOT + step["path"] for step in plain[steps]]
        assert shown[steps], steps


async def test_steps_of_an_object_name_their_address(under: httpx.AsyncClient, world: World) -> None:
    staff, path = await world.staff(StaffRole.CUSTOMER_EXPERIENCE), "/v1/initial-applications"
    path += f"/{(await world.received())['id']}"
    shown, plain = (await _follow(under, ROOT + path, staff)).json(), await world.get(path, staff)
    for steps in ("allowed_steps", "blocked_steps"):
        assert [step["path"] for step in shown[steps]] == [ROOT + step["path"] for step in plain[steps]]
        assert shown[steps], steps


async def test_headers_lead_to_what_they_name(under: httpx.AsyncClient, world: World) -> None:
    centre = await world.centre()
    sites = f"{ROOT}/v1/centres/{centre.id}/sites"
    made = await under.post(sites, json=SITE, headers=centre.super_user.headers)
    assert made.status_code == 201, made.text
    await _follow(under, made.headers["location"], centre.super_user)
    for _ in range(2):
        await world.draft(await world.centre())
    staff = await world.staff(StaffRole.ADMINISTRATOR)
    listed = await _follow(under, f"{ROOT}/v1/applications?limit=1", staff)
    following = re.fullmatch(r'<([^>]+)>; rel="next"', listed.headers["link"])
    assert following is not None
    await _follow(under, following[1], staff)
