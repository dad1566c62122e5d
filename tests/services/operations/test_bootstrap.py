"""Bootstrapping a deployment: repeatable, safe to run concurrently, and without samples in production."""

import asyncio

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from app.clock import Clock
from app.database import Database
from app.domain.actors import StaffRole
from app.domain.documents import DocumentKind
from app.integrations.storage import DocumentStore, open_store
from app.models import Document, Person, StaffMember
from app.security.keys import UnsafeSettings
from app.services.operations.bootstrap import bootstrap
from app.settings import Environment, Settings
from tests.world import World


@pytest.fixture
def store(settings: Settings) -> DocumentStore:
    return open_store(settings)


async def _counts(database: Database) -> tuple[int, int]:
    async with database.transaction() as session:
        documents = await session.scalar(select(func.count()).select_from(Document))
        staff = await session.scalar(select(func.count()).select_from(StaffMember))
    return documents or 0, staff or 0


@pytest.mark.parametrize("password", ["short", "passwordpassword", "aaaaaaaaaaaaaaaa"])
async def test_a_weak_password_is_refused_and_creates_nothing(
    database: Database, store: DocumentStore, settings: Settings, clock: Clock, password: str
) -> None:
    poor = settings.model_copy(update={"admin_password": SecretStr(password)})
    with pytest.raises(UnsafeSettings, match="ADMIN_PASSWORD"):
        await bootstrap(database, store, poor, clock)
    assert await _counts(database) == (0, 0)
    assert list((settings.data_dir / "documents").rglob("documents/*")) == []


async def test_production_invents_no_documents_and_no_address(
    database: Database, store: DocumentStore, settings: Settings, clock: Clock
) -> None:
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    assert await bootstrap(database, store, production, clock) is None
    assert await _counts(database) == (0, 0)


async def test_the_operators_password_counts_as_chosen(
    client: httpx.AsyncClient, database: Database, store: DocumentStore, settings: Settings, clock: Clock
) -> None:
    password = "operators-own-Choice-7"
    given = settings.model_copy(
        update={
            "environment": Environment.PRODUCTION,
            "admin_email": "boss@awarding.example.com",
            "admin_password": SecretStr(password),
        }
    )
    made = await bootstrap(database, store, given, clock)
    assert made is not None
    assert (made.email, made.password) == ("boss@awarding.example.com", None)
    opened = await client.post("/v1/sessions", json={"email": made.email, "password": password})
    assert opened.status_code == 201
    assert opened.json()["must_change_password"] is False
    headers = {"Authorization": f"Bearer {opened.json()['access_token']}"}
    me = (await client.get("/v1/me", headers=headers)).json()
    assert me["staff_roles"] == ["administrator"]


async def test_a_random_password_is_shown_once_and_works(
    client: httpx.AsyncClient, database: Database, store: DocumentStore, settings: Settings, clock: Clock
) -> None:
    made = await bootstrap(database, store, settings, clock)
    assert made is not None
    assert made.password is not None
    assert made.password not in repr(made)
    opened = await client.post("/v1/sessions", json={"email": made.email, "password": made.password})
    headers = {"Authorization": f"Bearer {opened.json()['access_token']}"}
    page = (await client.get("/v1/documents", headers=headers)).json()
    assert {item["kind"] for item in page["items"]} == {kind.value for kind in DocumentKind}
    assert all(item["sample"] and item["version"] == 1 for item in page["items"])
    for item in page["items"]:
        content = await client.get(f"/v1/documents/{item['id']}/content", headers=headers)
        assert content.content.startswith(b"%PDF-")
        assert len(content.content) == item["size_bytes"]
    assert await bootstrap(database, store, settings, clock) is None
    assert await _counts(database) == (4, 1)


async def test_two_processes_starting_concurrently_create_one_of_each(
    database: Database, store: DocumentStore, settings: Settings, clock: Clock
) -> None:
    made = await asyncio.gather(*(bootstrap(database, store, settings, clock) for _ in range(3)))
    assert len([one for one in made if one is not None]) == 1
    assert await _counts(database) == (4, 1)


async def test_existing_rows_are_left_alone(
    world: World, database: Database, store: DocumentStore, settings: Settings, clock: Clock
) -> None:
    await world.staff(StaffRole.ADMINISTRATOR)
    await world.agreement()
    assert await bootstrap(database, store, settings, clock) is None
    async with database.transaction() as session:
        kinds = (await session.scalars(select(Document.kind))).all()
        people = await session.scalar(select(func.count()).select_from(Person))
    assert sorted(kinds) == sorted(DocumentKind)
    assert people == 1
