"""An S3 service that is down, slow, broken, full or not ours: refused in words, in time, and nothing half written."""

import asyncio
import io
import os
import socket
import time
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from pydantic import ValidationError

from app.domain.refusals.requests import Overloaded
from app.integrations.storage import (
    ObjectMissing,
    S3DocumentStore,
    StorageFull,
    StorageUnavailable,
    discard_file,
    open_store,
)
from app.places import STORE, Places, caller
from app.settings import S3, Settings
from app.settings.contradictions import contradictions
from tests.s3_servers import ACCESS_KEY, BUCKET, FaultyProxy, answer_of, free_port, s3_settings, s3_store

KEY = "policies/018f-a/018f-b"


async def _read(store: S3DocumentStore) -> bytes:
    return b"".join([piece async for piece in await store.open(KEY)])


async def _every_call_is_unavailable(store: S3DocumentStore, words: str) -> None:
    for call in (store.put(KEY, b"x"), store.stat(KEY), store.open(KEY), store.digest(KEY), store.check()):
        started = time.monotonic()
        with pytest.raises(StorageUnavailable, match=words):
            await call
        assert time.monotonic() - started < 20


async def test_a_service_that_is_down_is_unavailable() -> None:
    await _every_call_is_unavailable(s3_store(free_port()), "cannot be reached")


async def test_a_service_that_never_answers_is_given_up(proxy: FaultyProxy) -> None:
    proxy.answer = b""
    store = s3_store(proxy.port, timeout_seconds=0.5)
    await _every_call_is_unavailable(store, "in time|cannot be reached")


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Slow Down"])
async def test_a_service_that_fails_is_asked_again_and_then_unavailable(proxy: FaultyProxy, status: str) -> None:
    proxy.answer = answer_of(status, "<Error><Code>SlowDown</Code></Error>")
    store = s3_store(proxy.port)
    with pytest.raises(StorageUnavailable, match=status[:3]):
        await store.put(KEY, b"x")
    assert proxy.connections == 3
    await _every_call_is_unavailable(store, status[:3])


async def test_a_fault_that_passes_is_not_noticed(proxy: FaultyProxy) -> None:
    proxy.answer = answer_of("503 Slow Down")
    store = s3_store(proxy.port, "passes")
    putting = asyncio.create_task(store.put(KEY, b"content"))
    while not proxy.connections:  # noqa: ASYNC110 - a thread counts them
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)
    proxy.answer = None
    await putting
    assert await _read(store) == b"content"


@pytest.mark.parametrize(
    ("status", "code"),
    [("507 Insufficient Storage", ""), ("403 Forbidden", "QuotaExceeded"), ("500 Error", "XMinioStorageFull")],
)
async def test_a_quota_that_is_used_up_is_full(proxy: FaultyProxy, status: str, code: str) -> None:
    proxy.answer = answer_of(status, f"<Error><Code>{code}</Code></Error>" if code else "")
    with pytest.raises(StorageFull):
        await s3_store(proxy.port).put(KEY, b"x")


async def test_a_wrong_secret_is_told_without_it(rclone_port: int) -> None:
    store = s3_store(rclone_port, secret_access_key="another secret")
    with pytest.raises(StorageUnavailable, match="refuses the access key") as refused:
        await store.put(KEY, b"x")
    assert "another secret" not in str(refused.value)
    assert ACCESS_KEY not in str(refused.value)


async def test_a_bucket_that_is_missing_is_not_a_missing_document(moto_port: int, rclone_port: int) -> None:
    for port in (moto_port, rclone_port):
        store = S3DocumentStore("no-such-bucket", "", s3_settings(port))
        with pytest.raises(StorageUnavailable, match="bucket"):
            await store.put(KEY, b"x")
        with pytest.raises(StorageUnavailable, match="bucket"):
            await store.check()


async def test_an_answer_that_is_cut_off_never_looks_whole(moto_port: int, proxy: FaultyProxy) -> None:
    content = os.urandom(3_000_000)
    await s3_store(moto_port, "cut").put(KEY, content)
    proxy.cut_after = 1_000_000
    store = s3_store(proxy.port, "cut")
    with pytest.raises(StorageUnavailable):
        await _read(store)
    with pytest.raises(StorageUnavailable):
        await store.digest(KEY)
    proxy.cut_after = None
    assert await _read(store) == content


async def test_an_upload_that_fails_in_the_middle_leaves_no_parts(moto_port: int) -> None:
    class BreaksOff(io.RawIOBase):
        calls = 0

        def read(self, size: int = -1) -> bytes:
            self.calls += 1
            if self.calls > 3:
                raise OSError("the upload broke off")
            return b"x" * size

    store = s3_store(moto_port, "parts")
    with pytest.raises(StorageUnavailable):
        await store.put(KEY, cast(BinaryIO, BreaksOff()))
    assert "<Upload>" not in _get(moto_port, f"/{BUCKET}?uploads")
    with pytest.raises(ObjectMissing):
        await store.stat(KEY)


def _get(port: int, path: str) -> str:
    with socket.create_connection(("127.0.0.1", port)) as asking, asking.makefile("rb") as answer:
        asking.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        return answer.read().decode()


async def test_a_caller_who_gives_up_is_free_at_once_and_the_place_is_not(
    proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that hangs takes its own threads only, and the next caller is told at once."""
    few = Places(at_once=2, of_one=2, line=0, share=0)
    monkeypatch.setattr("app.integrations.storage.objects.STORE", few)
    caller.set("somebody")
    proxy.answer = b""
    store = s3_store(proxy.port, timeout_seconds=3)
    started = time.monotonic()
    for _ in range(2):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await store.stat(KEY)
    assert few.running == 2
    with pytest.raises(Overloaded):
        await store.stat(KEY)
    assert time.monotonic() - started < 2.5
    while few.running:  # noqa: ASYNC110 - a thread ends
        await asyncio.sleep(0.05)
    proxy.answer = None
    assert await store.exists(KEY) is False


def test_the_store_has_threads_of_its_own() -> None:
    assert STORE.at_once < 40 <= STORE.at_once + STORE.line


@pytest.mark.parametrize(
    "given",
    [
        {"document_store_url": "https://documents.example.com"},
        {"document_store_url": "s3://"},
        {"document_store_url": "s3://Bucket"},
        {"document_store_url": "file://documents"},
        {"document_store_url": "file:documents"},
        {"s3": {"endpoint": "https://store.example.com/path"}},
    ],
)
def test_a_malformed_address_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(given)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"s3": {"endpoint": "https://store.example.com"}}, "DOCUMENT_STORE_URL"),
        ({"document_store_url": "s3://documents", "s3": {"access_key_id": "only"}}, "S3__SECRET_ACCESS_KEY"),
        ({"document_store_url": "s3://documents", "s3": {"secret_access_key": "only"}}, "S3__ACCESS_KEY_ID"),
        ({"document_store_url": "s3://documents", "s3": {"endpoint": "http://example.com"}}, "S3__ENDPOINT"),
    ],
)
def test_settings_that_contradict_each_other_are_named(given: dict[str, object], fault: str) -> None:
    assert [found.name for found in contradictions(Settings.model_validate(given))] == [fault]


def test_the_settings_choose_the_store(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, s3=S3(region="eu-west-2"))
    assert open_store(settings).url == (tmp_path / "documents").as_uri()
    there = settings.model_copy(update={"document_store_url": "s3://documents/of/us"})
    assert open_store(there).url == "s3://documents/of/us"
    folder = settings.model_copy(update={"document_store_url": (tmp_path / "a folder").as_uri()})
    assert open_store(folder).url == (tmp_path / "a folder").as_uri()
    assert (tmp_path / "a folder").is_dir()
    assert s3_settings(9000, plain_http=True).may_be_plain
    assert not S3(endpoint="https://store.example.com").may_be_plain


async def test_an_upload_that_is_given_up_leaves_no_file(moto_port: int, proxy: FaultyProxy) -> None:
    """The deadline strikes while the service takes its time: the file is removed once it is there."""
    proxy.pause = 0.5
    store, direct = s3_store(proxy.port, "given-up"), s3_store(moto_port, "given-up")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await store.put(KEY, b"content")
    assert STORE.running == 1
    while STORE.running:  # noqa: ASYNC110 - a thread ends
        await asyncio.sleep(0.05)
    with pytest.raises(ObjectMissing):
        await direct.stat(KEY)


async def test_what_cannot_be_discarded_holds_nobody_up(proxy: FaultyProxy) -> None:
    proxy.answer = b""
    started = time.monotonic()
    await discard_file(s3_store(proxy.port), KEY)
    await discard_file(s3_store(free_port()), KEY)
    assert time.monotonic() - started < 3
    while STORE.running:  # noqa: ASYNC110 - a thread ends
        await asyncio.sleep(0.05)
