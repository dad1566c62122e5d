"""The process is public and describes what the code enforces (R26)."""

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.domain.workflow import STEPS, Status
from app.services.process import build_process


async def test_query_parameters_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/process?stage=3")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_parameter")
    assert (await client.post("/v1/process")).headers["allow"] == "GET, HEAD"


@pytest.mark.requirement("R26")
async def test_the_process_is_public_and_cacheable(client: httpx.AsyncClient) -> None:
    for path in ("/v1/process", "/v1/reference-data"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=300"
        again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.headers["cache-control"]) == (304, "public, max-age=300")


@pytest.mark.requirement("R26")
async def test_every_step_names_described_statuses_and_roles(client: httpx.AsyncClient) -> None:
    process = (await client.get("/v1/process")).json()
    statuses = {status["key"] for status in process["statuses"]}
    roles = {role["key"] for role in process["roles"]}
    assert statuses == {status.value for status in Status}
    assert [step["name"] for step in process["steps"]] == [step.name.value for step in STEPS]
    for step in process["steps"]:
        assert set(step["sources"]) | set(step["targets"]) <= statuses
        assert step["who"]
        assert set(step["who"]) <= roles
    assert {status for stage in process["stages"] for status in stage["statuses"]} == statuses
    assert {machine["key"] for machine in process["machines"]} == {"initial_application", "interview", "action"}


@pytest.mark.requirement("R26")
async def test_every_step_names_an_operation_of_the_app(app: FastAPI) -> None:
    routes = {
        getattr(context.route, "operation_id", None): (context.path, context.methods)
        for context in iter_route_contexts(app.routes)
    }
    process = build_process()
    for step in process.steps:
        path, methods = routes[step.operation_id]
        assert path == step.path
        assert step.method in (methods or ())
    for machine in process.machines:
        for arrow in machine.transitions:
            assert arrow.operation_id in routes
