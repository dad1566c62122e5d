"""Every operation's response to failures: internal error, no database, full disk, timeout, overload.

Faults are injected at the product's seams: the database and document store passed to the app, the bytes that a client
sends, and the limits of the server. No handler is replaced.
"""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.database import Database, LeasedSession
from app.http import admission, middleware
from app.http.admission import Admission
from app.http.exchange import deployment_of
from app.integrations.storage import LocalDocumentStore, Spool, StorageFull
from app.main import attach, create_app
from app.models import Base
from app.row_context import NOTHING
from tests.contract.asking import valid_body
from tests.contract.landscape import Landscape, path_of
from tests.contract.operations import Operation, operations
from tests.contract.reading import described
from tests.contract.who_may import PRINCIPALS, expected
from tests.integrations.file_samples import pdf

# These do not use the database.
WITHOUT_DATABASE = {"getLiveness", "getMetrics"}


class Faulty(Database):
    """A database whose every transaction ends with an unexpected exception."""

    @asynccontextmanager
    async def lease(self, *, read_only: bool = False, context: str = NOTHING) -> AsyncIterator[LeasedSession]:
        async with super().lease(read_only=read_only, context=context) as session:
            try:
                yield session
                await session.flush()
            finally:
                raise RuntimeError("a fault of ours")


class Full(LocalDocumentStore):
    """A document store with a full disk."""

    async def put(self, key: str, source: Any) -> None:
        raise StorageFull("no room")


class NoRoomToReceive(Full):
    """One that has no room even for what is only read."""

    def spool(self) -> Spool:
        class Refusing(Spool):
            def write_out(self) -> None:
                raise OSError(errno.ENOSPC, "no room")

        return Refusing()


def request_of(landscape: Landscape, op: Operation, **more: Any) -> dict[str, Any]:
    """A complete, valid request by a permitted principal, as arguments of `httpx`."""
    who = next(name for name in reversed(PRINCIPALS) if expected(op.id)[name] == "+")
    headers = landscape.headers(who) | ({"If-Match": '"1"'} if op.takes_if_match else {})
    if op.access.key_required:
        headers["Idempotency-Key"] = "a-key"
    ids = {"number": "2"} if op.id == "compareSubmissions" else {}
    body: dict[str, Any] = {}
    if op.takes_json:
        body = {"json": op.example}
    elif op.media_types == {"multipart/form-data"}:
        body = {"files": {"file": ("a.rtf", b"{\\rtf1 A register.}", "application/rtf")}}
    elif op.media_types:
        body = {"data": {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}}
    address = path_of(landscape, op.id, op.path, **ids)
    return {"method": op.method, "url": address, "headers": headers} | body | more


async def rows(landscape: Landscape) -> dict[str, int]:
    """The number of rows in each table, except the counters and the last uses of secrets, which always change."""
    async with landscape.database.transaction() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in ("rate_limits", "client_secret_uses")
        }


async def test_an_internal_fault_is_500_and_changes_nothing(landscape: Landscape) -> None:
    """In every operation. The response gives the request id and no detail of the fault."""
    before = await rows(landscape)
    broken = Faulty(str(landscape.database.engine.url.render_as_string(False)))
    attach(landscape.app, landscape.world.settings, broken, landscape.world.clock)
    for op in operations():
        if op.id == "getLiveness":
            continue
        answer = await landscape.client.request(**request_of(landscape, op))
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error"), (op.id, answer.text)
        assert "a fault of ours" not in answer.text
    await broken.close()
    assert await rows(landscape) == before


async def test_a_fault_without_the_database_is_500_too(landscape: Landscape) -> None:
    """Liveness does not use the database, so another part of its deployment is broken."""
    broken = landscape.world.settings.model_copy(update={"request_deadline_seconds": "soon"})
    attach(landscape.app, broken, landscape.database, landscape.world.clock)
    answer = await landscape.client.get("/livez")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error"), answer.text


async def test_without_a_database_every_operation_is_503(landscape: Landscape) -> None:
    """With `Retry-After`. Operations that do not use the database still work."""
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    attach(landscape.app, landscape.world.settings, nowhere, landscape.world.clock)
    for op in operations():
        answer = await landscape.client.request(**request_of(landscape, op))
        if op.id in WITHOUT_DATABASE:
            assert answer.status_code == 200, (op.id, answer.text)
            continue
        code = "not_serving" if op.id == "getReadinessOfService" else "unavailable"
        assert (answer.status_code, answer.json()["code"]) == (503, code), (op.id, answer.text)
        assert int(answer.headers["retry-after"]) > 0, op.id
    await nowhere.close()


async def test_an_overloaded_server_answers_503_except_for_liveness(
    landscape: Landscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More requests are in progress than the server allows."""
    monkeypatch.setattr(admission, "REQUESTS_AT_ONCE", 0)
    transport = httpx.ASGITransport(app=Admission(landscape.app, (), ""))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        for op in operations():
            answer = await client.request(**request_of(landscape, op))
            if op.id == "getLiveness":
                assert answer.status_code == 200
                continue
            assert (answer.status_code, answer.json()["code"]) == (503, "overloaded"), op.id
            assert int(answer.headers["retry-after"]) > 0, op.id


async def test_a_stalled_body_is_408(landscape: Landscape, monkeypatch: pytest.MonkeyPatch) -> None:
    """For every media type. Callers are authenticated before a form is read."""
    monkeypatch.setattr(middleware, "_SILENCE_SECONDS", 0.01)

    async def silent() -> AsyncIterator[bytes]:
        yield b"--x\r\n"
        await asyncio.sleep(5)

    for op in operations():
        if not op.media_types:
            continue
        kind = next(iter(sorted(op.media_types)))
        given = request_of(landscape, op)
        headers = given["headers"] | {"Content-Type": f"{kind}; boundary=x" if "multipart" in kind else kind}
        answer = await landscape.client.request(
            given["method"], given["url"], headers=headers, content=silent(), timeout=5
        )
        assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout"), (op.id, answer.text)


async def test_a_form_that_is_too_large_is_413(landscape: Landscape) -> None:
    """Other bodies are covered by the sweep of hostile input."""
    world = landscape.world
    small = world.settings.model_copy(update={"upload_limit_bytes": 1024})
    app = create_app(small, database=landscape.database, clock=world.clock)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    large = b"{\\rtf1 " + b"a" * 200_000 + b"}"
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        for op in operations():
            if op.media_types == {"multipart/form-data"}:
                more: dict[str, Any] = {"files": {"file": ("a.rtf", large, "application/rtf")}}
            elif op.media_types == {"application/x-www-form-urlencoded"}:
                more = {"data": {"scope": "a" * (small.body_limit_bytes + 1)}}
            else:
                continue
            answer = await client.request(**request_of(landscape, op, **more))
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), (op.id, answer.text)


async def test_a_full_disk_is_507_and_changes_nothing(landscape: Landscape, tmp_path: Path) -> None:
    """For uploads, and for documents rendered on first read. The number of rows stays the same."""
    other = landscape.logins["other_super_user"]
    centre = landscape.others["centre_id"]
    draft = await landscape.world.post(f"/v1/centres/{centre}/applications", None, other)
    landscape.app.state.deployment = replace(deployment_of(landscape.app), store=Full(tmp_path))
    before = await rows(landscape)
    for op in operations():
        if 507 not in op.statuses:
            continue
        given = request_of(landscape, op)
        if op.id in ("getInvoice", "getCreditNote"):
            given["headers"]["Accept"] = "application/pdf"
        if op.id == "uploadPolicy":
            given["url"] = path_of(landscape, op.id, op.path, application_id=draft["id"])
            given["headers"] = dict(other.headers)
        if op.id == "sendActionEvidence":
            given["data"] = {"note": "The register."}
        if op.id == "publishDocument":
            given["files"] = {"file": ("a.pdf", pdf(), "application/pdf")}
            given["data"] = {"kind": "centre_agreement"}
        if op.id == "uploadBankStatement":
            store: LocalDocumentStore = NoRoomToReceive(tmp_path)
            landscape.app.state.deployment = replace(deployment_of(landscape.app), store=store)
            given |= await valid_body(landscape, op)
        if op.takes_if_match:
            owner = given["url"] if op.method == "PUT" else given["url"].rpartition("/")[0]
            current = await landscape.client.get(owner, headers=given["headers"])
            given["headers"]["If-Match"] = current.headers["etag"]
        answer = await landscape.client.request(**given)
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full"), (op.id, answer.text)
    assert await rows(landscape) == before


async def test_a_document_that_is_lost_is_told(landscape: Landscape, tmp_path: Path) -> None:
    """In every operation that answers a file: of what was uploaded, published and issued."""
    telling = {one.id for one in described() if "document_damaged" in str(one.responses)}
    given = {op.id: request_of(landscape, op) for op in operations() if op.id in telling}
    for name in ("getInvoice", "getCreditNote"):
        given[name]["headers"]["Accept"] = "application/pdf"
    for request in given.values():
        assert (await landscape.client.request(**request)).status_code == 200, request
    landscape.app.state.deployment = replace(deployment_of(landscape.app), store=LocalDocumentStore(tmp_path))
    for request in given.values():
        answer = await landscape.client.request(**request)
        assert (answer.status_code, answer.json()["code"]) == (503, "document_damaged"), (request, answer.text)
    assert len(given) == 8
