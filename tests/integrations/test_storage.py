"""The local document store: refusals, cleanup and streaming."""

import asyncio
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

import psutil
import pytest

from app.domain.refusals.requests import Unavailable
from app.integrations.storage import (
    CHUNK_BYTES,
    InvalidKey,
    LocalDocumentStore,
    ObjectMissing,
    Spool,
    StorageUnavailable,
    open_store,
    write_out,
)
from app.settings import Settings

KEY = "policies/018f-a/018f-b"


def _store(tmp_path: Path) -> LocalDocumentStore:
    return LocalDocumentStore(tmp_path / "documents")


def _files(tmp_path: Path) -> list[str]:
    root = tmp_path / "documents"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


async def _read(store: LocalDocumentStore, key: str, start: int = 0, end: int | None = None) -> list[bytes]:
    return [piece async for piece in await store.open(key, start=start, end=end)]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../outside",
        "a/../../outside",
        "a//b",
        "a/./b",
        "a/",
        ".incoming/x",
        "a\\b",
        "a\x00b",
        "a\n",
        "A/upper",
        "a#1",
        "a b",
        "é",
        "a" * 513,
    ],
)
def test_a_key_that_could_leave_the_folder_is_refused(tmp_path: Path, key: str) -> None:
    store = _store(tmp_path)

    async def every_method() -> None:
        for call in (store.put(key, b"x"), store.open(key), store.stat(key), store.delete(key), store.exists(key)):
            with pytest.raises(InvalidKey):
                await call

    asyncio.run(every_method())
    assert _files(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["documents"]


def test_a_missing_file_is_reported_before_the_first_chunk(tmp_path: Path) -> None:
    store = _store(tmp_path)
    with pytest.raises(ObjectMissing):
        asyncio.run(store.open(KEY))
    with pytest.raises(ObjectMissing):
        asyncio.run(store.stat(KEY))
    assert asyncio.run(store.exists(KEY)) is False
    asyncio.run(store.delete(KEY))


def test_an_aborted_upload_keeps_the_former_content(tmp_path: Path) -> None:
    class BreaksOff(io.RawIOBase):
        calls = 0

        def read(self, size: int = -1) -> bytes:
            self.calls += 1
            if self.calls > 20:
                raise OSError("the upload broke off")
            return b"x" * size

    store = _store(tmp_path)
    asyncio.run(store.put(KEY, b"former"))
    with pytest.raises(StorageUnavailable):
        asyncio.run(store.put(KEY, cast(BinaryIO, BreaksOff())))
    assert asyncio.run(_read(store, KEY)) == [b"former"]
    assert _files(tmp_path) == [KEY]


def test_a_killed_process_leaves_no_file_under_the_key(tmp_path: Path) -> None:
    script = (
        "import asyncio, os, pathlib, sys\n"
        "from app.integrations.storage import LocalDocumentStore\n"
        "class Dies:\n"
        "    n = 0\n"
        "    def read(self, size):\n"
        "        self.n += 1\n"
        "        return b'x' * size if self.n < 50 else os._exit(9)\n"
        "asyncio.run(LocalDocumentStore(pathlib.Path(sys.argv[1])).put('policies/a', Dies()))\n"
    )
    died = subprocess.run([sys.executable, "-c", script, str(tmp_path / "documents")], cwd=Path.cwd(), check=False)
    assert died.returncode == 9
    store = _store(tmp_path)
    assert asyncio.run(store.exists("policies/a")) is False
    left = tmp_path / "documents" / ".incoming"
    for path in left.iterdir():
        os.utime(path, (0, 0))
    _store(tmp_path)
    assert list(left.iterdir()) == []


def test_an_upload_in_progress_survives_a_second_process_starting(tmp_path: Path) -> None:
    _store(tmp_path)
    under_way = tmp_path / "documents" / ".incoming" / "under-way"
    under_way.write_bytes(b"half")
    _store(tmp_path)
    assert under_way.exists()


def test_a_full_disk_is_its_own_error_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of a file stands in for a full disk: the write fails in the kernel, at the same call."""
    script = (
        "import asyncio, pathlib, resource, signal, sys\n"
        "from app.integrations.storage import LocalDocumentStore, StorageFull\n"
        "store = LocalDocumentStore(pathlib.Path(sys.argv[1]))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "try:\n"
        "    asyncio.run(store.put('policies/a', b'x' * 2_000_000))\n"
        "except StorageFull:\n"
        "    sys.exit(7)\n"
    )
    full = subprocess.run([sys.executable, "-c", script, str(tmp_path / "documents")], cwd=Path.cwd(), check=False)
    assert full.returncode == 7
    assert _files(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "documents").write_bytes(b"a file stands in its place")
    with pytest.raises(StorageUnavailable):
        _store(tmp_path)


def test_a_folder_that_is_a_file_at_the_key_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    store = _store(tmp_path)
    asyncio.run(store.put("policies", b"x"))
    with pytest.raises(StorageUnavailable):
        asyncio.run(store.put("policies/a", b"y"))
    assert _files(tmp_path) == ["policies"]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, 5 * 1024 * 1024 + 17])
def test_a_spooled_upload_comes_back_whole_in_chunks(tmp_path: Path, size: int) -> None:
    store = _store(tmp_path)
    content = os.urandom(size)
    with tempfile.SpooledTemporaryFile(max_size=1024) as upload:
        upload.write(content)
        upload.seek(0)
        asyncio.run(store.put(KEY, cast(BinaryIO, upload)))
    pieces = asyncio.run(_read(store, KEY))
    assert b"".join(pieces) == content
    assert all(len(piece) <= CHUNK_BYTES for piece in pieces)
    assert asyncio.run(store.stat(KEY)).size == size
    assert _files(tmp_path) == [KEY]


def test_put_replaces_and_delete_removes(tmp_path: Path) -> None:
    store = _store(tmp_path)
    asyncio.run(store.put(KEY, b"first"))
    asyncio.run(store.put(KEY, b"second"))
    assert asyncio.run(_read(store, KEY)) == [b"second"]
    asyncio.run(store.delete(KEY))
    assert asyncio.run(store.exists(KEY)) is False


def test_a_large_upload_is_never_held_in_memory(tmp_path: Path) -> None:
    script = (
        "import asyncio, pathlib, resource, sys\n"
        "from app.integrations.storage import LocalDocumentStore\n"
        "class Zeros:\n"
        "    left = 200 * 1024 * 1024\n"
        "    def read(self, size):\n"
        "        size = min(size, self.left)\n"
        "        self.left -= size\n"
        "        return b'0' * size\n"
        "async def run():\n"
        "    store = LocalDocumentStore(pathlib.Path(sys.argv[1]))\n"
        "    await store.put('warm', b'x')\n"
        "    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "    await store.put('policies/a', Zeros())\n"
        "    async for piece in await store.open('policies/a'):\n"
        "        pass\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
        "asyncio.run(run())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "documents")],
        cwd=Path.cwd(),
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) < 16 * 1024, "kilobytes more than before the upload"


def test_the_folder_is_private_and_made_by_the_settings(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path / "data"))
    asyncio.run(store.put(KEY, b"x"))
    assert (tmp_path / "data" / "documents").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "documents" / KEY).read_bytes() == b"x"


def _filled(spool: Spool, content: bytes) -> Spool:
    return spool.fill(io.BytesIO(content))


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 3 * 1024 * 1024 + 17])
def test_a_spool_tells_size_and_hash_and_reads_back(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    for spool in (Spool(), _store(tmp_path).spool()):
        with _filled(spool, content):
            assert (spool.size, spool.sha256()) == (size, hashlib.sha256(content).hexdigest())
            assert spool.read(5) == content[:5]
            # Whoever got the descriptor moves its position.
            os.lseek(spool.fileno(), 0, os.SEEK_END)
            assert spool.readall() == content[5:]
            assert (spool.seek(-1, io.SEEK_END), spool.read()) == (size - 1, content[-1:]) if size else True


def test_a_spool_cannot_be_written_through_its_descriptor() -> None:
    with Spool() as spool, pytest.raises(OSError, match="Bad file descriptor"):
        os.write(spool.fileno(), b"x")


def test_a_spool_of_the_store_is_kept_without_a_copy_and_can_be_kept_again(tmp_path: Path) -> None:
    store = _store(tmp_path)
    with _filled(store.spool(), b"content") as spool:
        asyncio.run(store.put(KEY, spool))
        kept = tmp_path / "documents" / KEY
        assert kept.stat().st_ino == os.fstat(spool.fileno()).st_ino
        assert kept.stat().st_mode & 0o777 == 0o600
        spool.seek(0)
        asyncio.run(store.put("policies/again", spool))
    with _filled(store.spool(), b"content") as spool:
        spool.seek(3)
        asyncio.run(store.put("policies/rest", spool))
    assert _files(tmp_path) == [KEY, "policies/again", "policies/rest"]
    assert b"".join(asyncio.run(_read(store, "policies/again"))) == b"content"
    assert b"".join(asyncio.run(_read(store, "policies/rest"))) == b"tent"


def test_a_spool_of_another_folder_is_copied(tmp_path: Path) -> None:
    store = _store(tmp_path)
    other = LocalDocumentStore(tmp_path / "other")
    with _filled(other.spool(), b"content") as theirs, _filled(Spool(), b"unnamed") as unnamed:
        asyncio.run(store.put("a", theirs))
        asyncio.run(store.put("b", unnamed))
        assert len(list((tmp_path / "other" / ".incoming").iterdir())) == 1
    assert _files(tmp_path) == ["a", "b"]
    assert list((tmp_path / "other" / ".incoming").iterdir()) == []


def test_a_spool_that_nobody_keeps_leaves_nothing(tmp_path: Path) -> None:
    store = _store(tmp_path)
    before = psutil.Process().num_fds()
    for content in (b"", b"x", b"x" * 2_000_000):
        spool = _filled(store.spool(), content)
        spool.close()
        spool.close()
        forgotten = _filled(store.spool(), content)
        del forgotten
        unused = store.spool()
        unused.append(b"never written")
        unused.close()
    assert _files(tmp_path) == []
    assert psutil.Process().num_fds() == before


def test_a_folder_that_is_gone_is_unavailable_and_is_not_made_anew(tmp_path: Path) -> None:
    store = _store(tmp_path)
    shutil.rmtree(tmp_path / "documents")
    with pytest.raises(StorageUnavailable):
        asyncio.run(store.put(KEY, b"x"))
    with store.spool() as spool:
        spool.append(b"x")
        with pytest.raises(Unavailable):
            asyncio.run(write_out(spool))
    assert not (tmp_path / "documents").exists()


def test_many_small_pieces_do_not_pile_up() -> None:
    with Spool() as spool:
        for _ in range(5_000):
            spool.append(b"x")
            if spool.full:
                spool.write_out()
            assert len(spool._pieces) <= 512
        assert spool.sha256() == hashlib.sha256(b"x" * 5_000).hexdigest()
        assert spool.read() == b"x" * 5_000


def test_the_file_is_flushed_before_it_gets_its_name_and_the_folders_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _store(tmp_path)
    root = tmp_path / "documents"
    flushed: list[tuple[str, bool]] = []
    fsync = os.fsync

    def recording(descriptor: int) -> None:
        flushed.append((str(Path(f"/proc/self/fd/{descriptor}").readlink()), (root / KEY).exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recording)
    asyncio.run(store.put(KEY, b"x"))
    assert flushed[0][0].startswith(str(root / ".incoming"))
    assert flushed[0][1] is False
    assert flushed[1:] == [
        (str(root / "policies" / "018f-a"), True),
        (str(root / "policies"), True),
        (str(root), True),
    ]
