"""Published documents (R15): permissions, refusals, and versions under a lock."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain.actors import Scope, StaffRole
from app.domain.documents import DocumentKind
from app.integrations.storage import StorageFull
from app.models import Document, Email, Event
from app.queries.documents import current_documents
from tests.integrations.file_samples import EXE, HTML, pdf
from tests.races import race
from tests.world import Login, World

_ADDRESS = "/v1/documents"


async def _publish(
    client: httpx.AsyncClient,
    login: Login | None,
    content: bytes | None = None,
    name: str = "agreement.pdf",
    **fields: Any,
) -> httpx.Response:
    data = {"kind": "centre_agreement"} | fields
    return await client.post(
        _ADDRESS,
        data={name: value for name, value in data.items() if value is not None},
        files={"file": (name, pdf() if content is None else content, "application/pdf")},
        headers=login.headers if login else {},
    )


def _stored(world: World) -> list[Path]:
    folder = world.settings.data_dir / "documents" / "documents"
    return list(folder.iterdir()) if folder.exists() else []


async def test_documents_need_a_session(client: httpx.AsyncClient) -> None:
    assert (await client.get(_ADDRESS)).status_code == 401
    assert (await _publish(client, None)).status_code == 401


async def test_only_administrators_publish(client: httpx.AsyncClient, world: World) -> None:
    centre = await world.centre()
    for login in (
        centre.super_user,
        await world.staff(StaffRole.QUALITY_ASSURANCE_MANAGER),
        await world.integration(*Scope),
    ):
        answer = await _publish(client, login)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


async def test_an_unpublished_document_is_404(client: httpx.AsyncClient, world: World) -> None:
    login = await world.staff(StaffRole.FINANCE)
    for path in ("0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21", "nonsense"):
        assert (await client.get(f"{_ADDRESS}/{path}", headers=login.headers)).status_code == 404
        assert (await client.get(f"{_ADDRESS}/{path}/content", headers=login.headers)).status_code == 404


@pytest.mark.parametrize("content", [b"", HTML, EXE, pdf()[:200], b"{\\rtf1 Hello}"], ids=str)
async def test_anything_but_a_sound_pdf_is_refused_and_not_stored(
    client: httpx.AsyncClient, world: World, content: bytes
) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    answer = await _publish(client, administrator, content)
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/file"]
    assert _stored(world) == []


async def test_invalid_fields_are_named(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    for fields, pointer in (
        ({"kind": "contract"}, "/kind"),
        ({"kind": None}, "/kind"),
        ({"title": "x" * 201}, "/title"),
        ({"version": "7"}, "/version"),
    ):
        answer = await _publish(client, administrator, **fields)
        assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, [pointer])
    twice: dict[str, Any] = {"kind": ["centre_agreement", "invigilation_guidance"]}
    assert (await _publish(client, administrator, **twice)).status_code == 422
    without = await client.post(_ADDRESS, files={"kind": (None, "centre_agreement")}, headers=administrator.headers)
    assert [fault["pointer"] for fault in without.json()["errors"]] == ["/file"]


async def test_only_multipart_is_accepted(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    for body in ({"json": {"kind": "centre_agreement"}}, {"data": {"kind": "centre_agreement"}}):
        answer = await client.post(_ADDRESS, headers=administrator.headers, **body)  # type: ignore[arg-type]
        assert (answer.status_code, answer.headers["accept-post"]) == (415, "multipart/form-data")


async def test_a_full_disk_leaves_no_row(
    client: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)

    async def full(key: str, source: object) -> None:
        raise StorageFull("no room")

    monkeypatch.setattr(world.store, "put", full)
    assert (await _publish(client, administrator)).status_code == 507
    async with world.database.transaction() as session:
        assert (await session.scalars(select(Document))).all() == []


async def test_a_repeated_publication_makes_one_version(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    administrator.headers["Idempotency-Key"] = "one"
    first, second = await _publish(client, administrator), await _publish(client, administrator)
    assert first.status_code == 201
    assert (second.content, second.headers["idempotent-replayed"]) == (first.content, "true")


async def test_publications_at_once_with_one_key_make_one_version(client: httpx.AsyncClient, world: World) -> None:
    """The lock on the key ends while the file is inspected, so the key is judged again afterwards."""
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    administrator.headers["Idempotency-Key"] = "one"
    answers = await asyncio.gather(*(_publish(client, administrator) for _ in range(6)))
    made = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in made}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in made) == 1
    async with world.database.transaction() as session:
        assert len((await session.scalars(select(Document))).all()) == 1
    assert len(_stored(world)) == 1


@pytest.mark.requirement("R15")
async def test_a_new_version_becomes_current_and_the_old_one_stays_readable(
    client: httpx.AsyncClient, world: World
) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    centre = await world.centre()
    first = (await _publish(client, administrator)).json()
    answer = await _publish(client, administrator, name="../New agreement.doc", title="Centre agreement 2027")
    second = answer.json()
    assert answer.headers["location"] == f"{_ADDRESS}/{second['id']}"
    assert (first["version"], first["title"], first["sample"]) == (1, "Centre agreement", False)
    assert (second["version"], second["title"], second["file_name"]) == (
        2,
        "Centre agreement 2027",
        "New agreement.pdf",
    )
    assert second["sha256"] == hashlib.sha256(pdf()).hexdigest()
    for login in (centre.user, administrator):
        current = (await world.get(_ADDRESS, login))["items"]
        assert [(item["id"], item["current"]) for item in current] == [(second["id"], True)]
        every = (await world.get(f"{_ADDRESS}?kind=centre_agreement", login))["items"]
        assert [(item["version"], item["current"]) for item in every] == [(2, True), (1, False)]
        assert await world.get(f"{_ADDRESS}/{first['id']}", login) == first | {"current": False}
    async with world.database.transaction() as session:
        found = await current_documents(session, (DocumentKind.CENTRE_AGREEMENT,))
        assert {kind: str(row.id) for kind, row in found.items()} == {DocumentKind.CENTRE_AGREEMENT: second["id"]}
        events = (await session.scalars(select(Event.type).where(Event.type == "document.published"))).all()
        mails = (
            await session.scalars(select(Email.arguments).where(Email.kind == "agreement_version_published"))
        ).all()
    assert len(events) == 2
    assert [mail["document_id"] for mail in mails] == [first["id"], second["id"]]


async def test_a_new_guide_needs_no_new_acceptance(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    assert (await _publish(client, administrator, kind="being_a_centre_guide")).status_code == 201
    async with world.database.transaction() as session:
        assert (await session.scalars(select(Email.kind))).all() == []


async def test_concurrent_publications_are_numbered_without_gaps(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    everybody = [_publish(client, administrator) for _ in range(5)]
    answers = await race(world.database, "SELECT pg_advisory_xact_lock(4201132)", *everybody)
    assert sorted(answer.json()["version"] for answer in answers) == [1, 2, 3, 4, 5]


async def test_a_centre_downloads_the_published_file(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    centre = await world.centre()
    made = (await _publish(client, administrator)).json()
    address = f"{_ADDRESS}/{made['id']}/content"
    whole = await client.get(address, headers=centre.user.headers)
    assert (whole.status_code, whole.content) == (200, pdf())
    assert whole.headers["etag"] == f'"{made["sha256"]}"'
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["cache-control"] == "no-store"
    part = await client.get(address, headers={**centre.user.headers, "Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")
    again = await client.get(address, headers={**centre.user.headers, "If-None-Match": whole.headers["etag"]})
    assert again.status_code == 304
    beyond = await client.get(address, headers={**centre.user.headers, "Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
