"""The doctor's check of the document store, on stores that are really broken."""

import shutil
from uuid import uuid4

import pytest

from app.database import Database
from app.domain.stored_files import Damage
from app.integrations.storage import open_store
from app.services.operations.checks.store import check_store
from app.services.sandbox.purpose import require_purpose
from app.services.stored_files.damage import note_damage
from app.services.stored_files.ties import tie_store
from app.settings import Settings
from tests.clock import MovableClock
from tests.s3_servers import BUCKET, free_port, s3_settings


async def _tie(settings: Settings, database: Database, clock: MovableClock) -> None:
    await require_purpose(database, settings, clock)
    await tie_store(database, open_store(settings), clock)


def _in_bucket(settings: Settings, port: int, **more: object) -> Settings:
    url = f"s3://{BUCKET}/doctor-{uuid4()}"
    return settings.model_copy(update={"document_store_url": url, "s3": s3_settings(port, **more)})


async def test_a_store_that_is_right(settings: Settings, database: Database, clock: MovableClock) -> None:
    assert await check_store(settings) == []
    assert not (settings.data_dir / "documents").exists(), "the first start makes it"
    await _tie(settings, database, clock)
    assert await check_store(settings) == []
    assert await check_store(settings.model_copy(update={"database_url": None})) == []


async def test_a_folder_that_is_not_mounted(settings: Settings, database: Database, clock: MovableClock) -> None:
    await _tie(settings, database, clock)
    shutil.rmtree(settings.data_dir / "documents")
    (fault,) = await check_store(settings)
    assert "is the folder mounted" in fault
    # It changes nothing: a folder of the doctor's account would shut the processes out.
    assert not (settings.data_dir / "documents").exists()


async def test_a_folder_that_cannot_be_used(settings: Settings) -> None:
    settings.data_dir.mkdir(exist_ok=True)
    shutil.rmtree(settings.data_dir / "documents", ignore_errors=True)
    (settings.data_dir / "documents").write_text("a file in its place")
    (fault,) = await check_store(settings)
    assert "cannot be used" in fault


async def test_documents_that_are_damaged(settings: Settings, database: Database) -> None:
    await note_damage(database, "policies/a", Damage.MISSING)
    (fault,) = await check_store(settings)
    assert fault.startswith("1 documents are missing or altered")


@pytest.mark.parametrize(
    ("more", "words"), [({"secret_access_key": "wrong"}, "refuses the access key"), ({}, "bucket")]
)
async def test_a_service_that_is_set_wrong(
    settings: Settings, rclone_port: int, more: dict[str, object], words: str
) -> None:
    wrong = _in_bucket(settings, rclone_port, **more)
    if not more:
        wrong = wrong.model_copy(update={"document_store_url": "s3://no-such-bucket"})
    (fault,) = await check_store(wrong)
    assert words in fault


async def test_a_service_that_is_down(settings: Settings) -> None:
    (fault,) = await check_store(_in_bucket(settings, free_port()))
    assert fault == "The document store cannot be reached."
