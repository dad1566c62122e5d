"""Fill the disk that holds the documents."""

import asyncio
import hashlib
import os
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bench.pdf import pdf_of
from bench.stage import Person
from faults.check import Break, Check, Found, Sizes
from faults.line import Line
from faults.world import World

_FILE_BYTES = 200_000
_FILLER_BYTES = 4_000_000
# The store's own: its marker, and what `/readyz` writes again and again.
_OF_THE_STORE = ("store-marker.json", "readiness-probe")
_BOUNDARY = "a-boundary-of-the-programme"
# In a mount namespace of its own, with a small file system in the place of the data folder, which it is a copy of.
_SMALL = """
set -e
mkdir "$1.small" && mount -t tmpfs -o size=16m tmpfs "$1.small"
cp -a "$1/." "$1.small/" && head -c "$2" /dev/zero > "$1.small/filler"
mount --move "$1.small" "$1"
shift 2
exec "$@"
"""


async def _full(world: World, sizes: Sizes) -> Found:
    found, statuses, codes = Found(), Counter[int](), Counter[str]()
    before = await asyncio.to_thread(_files, world.folder / "documents")
    prefix = [*_namespace(), "sh", "-c", _SMALL, "sh", str(world.folder), str(_FILLER_BYTES)]
    server = await world.serve(prefix=prefix)
    drafts, owners = await world.ids("draft", "id", 8), await world.super_users("draft", 8)
    addresses = [f"/v1/applications/{draft}/policies/appeals" for draft in drafts]
    left, began = [sizes["uploads"]], datetime.now(UTC)
    inside = Path(f"/proc/{server.pid}/root{world.folder}")

    async def fill(address: str, owner: Person) -> None:
        async with Line(server.port, owner.token) as line:
            while left[0] > 0:
                left[0] -= 1
                answer = await _upload(line, address)
                statuses[answer[0]] += 1
                codes[answer[1]] += bool(answer[1])

    await asyncio.gather(*map(fill, addresses, owners))
    async with Line(server.port, owners[0].token) as line:
        saved = await line.ask(
            "PATCH", f"/v1/applications/{drafts[0]}/details/history", {"website": "https://full.example"}, if_match="*"
        )
        await asyncio.to_thread((inside / "filler").unlink)
        after = await _upload(line, addresses[0])
    files = await asyncio.to_thread(_files, inside / "documents")
    new = {key: hash_ for key, hash_ in files.items() if key not in before}
    without_file, without_row, altered = await _compare(world, began, new)
    found.figures |= {"uploads": statuses.total(), "stored": statuses[200] + statuses[201], "507": statuses[507]}
    found.figures |= {"rows without a file": without_file, "files without a row": without_row, "altered": altered}
    wrong = f"{without_file} rows without their file, {without_row} files without a row, {altered} altered files"
    found.expect(without_file + without_row + altered == 0, wrong)
    found.expect(statuses[507] > 0, "the disk was never full")
    found.expect(statuses.keys() <= {200, 201, 507}, f"uploads got {dict(statuses)} {dict(codes)}")
    found.expect(saved.status == 200, f"while the disk is full, saving an answer got {saved.status}")
    found.expect(after[0] in (200, 201), f"once there is room, an upload gets {after[0]}")
    return found


def _namespace() -> list[str]:
    """Where a mount of ours is seen by nobody else. Root needs no user namespace, and could not enter the database's
    folder in one."""
    command = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-rm"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode != 0:
        raise RuntimeError(f"this check needs `{' '.join(command)}`: allow user namespaces, as `.ci/run` does")
    return command


async def _upload(line: Line, address: str) -> tuple[int, str]:
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="policy.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    body = head.encode() + await asyncio.to_thread(pdf_of, _FILE_BYTES) + f"\r\n--{_BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    answer = await line.ask("PUT", address, body, if_match="*", content_type=kind)
    return answer.status, answer.code


def _files(documents: Path) -> dict[str, str]:
    """The SHA-256 of every file, by its key."""
    return {
        path.relative_to(documents).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in documents.rglob("*")
        if path.is_file() and path.name not in _OF_THE_STORE
    }


async def _compare(world: World, began: datetime, files: dict[str, str]) -> tuple[int, int, int]:
    """New rows without their file, new files without a row, and files whose content is not what was hashed."""
    async with world.connection() as connection:
        rows = await connection.fetch("SELECT storage_key, sha256 FROM policy_versions WHERE uploaded_at > $1", began)
    hashes = {row["storage_key"]: row["sha256"] for row in rows}
    altered = sum(hashes.get(key, hash_) != hash_ for key, hash_ in files.items())
    return len(hashes.keys() - files.keys()), len(files.keys() - hashes.keys()), altered


FULL = Check(
    "full disk",
    "The disk for documents fills up: uploads get a 507, and rows and files agree.",
    "clean 507; no row without its file, no file without its row",
    quick={"uploads": 90},
    full={"uploads": 1_000},
    run=_full,
    control=Break("an error of writing is passed over", patch="writes_unchecked"),
)
