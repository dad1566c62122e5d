"""A document is rendered once, whoever asks and when, and kept with its hash."""

import asyncio
import hashlib
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain.refusals.requests import DocumentDamaged
from app.domain.stored_files import IssuedKind
from app.integrations.storage import LocalDocumentStore
from app.models import IssuedFile
from app.pdf.issued.keeping import IssuedDocument
from app.places import Places
from app.queries.stored_files import find_issued
from app.services.stored_files import issued
from app.services.stored_files.issued import issue, issued_content


def document_of(render: Callable[[], bytes], subject: UUID | None = None) -> IssuedDocument:
    return IssuedDocument(IssuedKind.WELCOME_PACK, subject or uuid4(), "A.pdf", render)


@pytest.fixture
def store(tmp_path: Path) -> LocalDocumentStore:
    return LocalDocumentStore(tmp_path / "documents")


def _files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "documents").rglob("*.pdf") if path.is_file()]


async def test_callers_at_once_render_once_and_get_the_same(database: Database, store: LocalDocumentStore) -> None:
    may_end, begun = threading.Event(), []

    def render() -> bytes:
        begun.append(1)
        may_end.wait(10)
        return b"copy %d" % len(begun)

    document = document_of(render)
    asking = [asyncio.create_task(issued_content(database, store, document)) for _ in range(3)]
    while not begun:  # noqa: ASYNC110 - a thread says so
        await asyncio.sleep(0.01)
    may_end.set()
    assert await asyncio.gather(*asking) == [b"copy 1"] * 3
    assert await issued_content(database, store, document) == b"copy 1"
    assert len(begun) == 1
    async with database.transaction() as session:
        row = (await session.scalars(select(IssuedFile))).one()
    assert (row.size_bytes, row.sha256) == (6, hashlib.sha256(b"copy 1").hexdigest())


async def test_two_processes_at_once_keep_one_and_the_same(
    database: Database, store: LocalDocumentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each renders other bytes, as when a contact changes in between. The first row decides, the other file goes."""

    class Apart(dict[str, asyncio.Lock]):
        """Locks that keep nobody out: another process knows none of ours."""

        def setdefault(self, key: str, default: asyncio.Lock) -> asyncio.Lock:
            return default

    monkeypatch.setattr(issued, "_making", Apart())
    both, subject = threading.Barrier(2), uuid4()

    def render(which: bytes) -> bytes:
        both.wait(10)
        return which

    monkeypatch.setattr("app.services.stored_files.issued.RENDERING", Places(at_once=2, of_one=2, line=0, share=0))
    documents = [document_of(partial(render, which), subject) for which in (b"one", b"two")]
    first, second = await asyncio.gather(*(issued_content(database, store, document) for document in documents))
    assert first == second
    assert [path.read_bytes() for path in _files(tmp_path)] == [first]


async def test_what_an_earlier_release_issued_is_kept_and_gets_its_hash(
    database: Database, store: LocalDocumentStore
) -> None:
    document = document_of(lambda: b"rendered anew")
    await store.put(document.first_key, b"as issued")
    found = await issue(database, store, document)
    assert (found.storage_key, found.sha256) == (document.first_key, hashlib.sha256(b"as issued").hexdigest())
    assert await issued_content(database, store, document) == b"as issued"


async def test_a_changed_file_is_never_sent(database: Database, store: LocalDocumentStore, tmp_path: Path) -> None:
    document = document_of(lambda: b"as issued")
    await issue(database, store, document)
    _files(tmp_path)[0].write_bytes(b"AS ISSUED")
    with pytest.raises(DocumentDamaged):
        await issued_content(database, store, document)


async def test_a_failed_rendering_is_tried_again(database: Database, store: LocalDocumentStore, tmp_path: Path) -> None:
    subject = uuid4()

    def fail() -> bytes:
        raise ZeroDivisionError

    found = await asyncio.gather(
        *(issue(database, store, document_of(fail, subject)) for _ in range(2)), return_exceptions=True
    )
    assert [type(error) for error in found] == [ZeroDivisionError] * 2
    assert await issued_content(database, store, document_of(lambda: b"now", subject)) == b"now"
    assert len(_files(tmp_path)) == 1


async def test_a_row_that_cannot_be_written_leaves_no_file(
    database: Database, store: LocalDocumentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def fails_then(session: AsyncSession, kind: IssuedKind, subject_id: UUID) -> IssuedFile | None:
        asked.append(1)
        if len(asked) > 1:
            raise ZeroDivisionError
        return await find_issued(session, kind, subject_id)

    document = document_of(lambda: b"content")
    monkeypatch.setattr(issued, "find_issued", fails_then)
    with pytest.raises(ZeroDivisionError):
        await issue(database, store, document)
    assert _files(tmp_path) == []
