"""Restore the database to the moment before a destructive statement, and the documents beside it."""

import asyncio
import hashlib
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import asyncpg

from app.integrations.postgres import EmbeddedPostgresError, start_embedded
from app.integrations.postgres.embedded import RunningPostgres
from bench.pdf import pdf_of
from faults.check import Break, Check, Found, Sizes
from faults.ground import plain, superuser
from faults.line import Line
from faults.world import World
from faults.writers import compare, writing

_PATIENCE_SECONDS = 120
# The tables of invoices refuse it until their owner switches the triggers off.
_DESTRUCTION = (
    "ALTER TABLE invoices DISABLE TRIGGER USER; ALTER TABLE invoice_entries DISABLE TRIGGER USER; "
    "TRUNCATE initial_applications, application_details, invoice_entries, policy_versions CASCADE"
)
# What a crash may lose, since it only counts requests.
_UNLOGGED = "rate_limits"


async def _restore(world: World, sizes: Sizes) -> Found:
    found = Found()
    archive, backup = world.folder / "archive", world.folder / "backup"
    archive.mkdir(mode=0o777)
    archive.chmod(0o777)
    await _archive_to(world, archive)
    server = await world.serve()
    async with writing(world, server.port) as ledger:
        await asyncio.sleep(sizes["seconds"])
        await _base_backup(world, backup)
        await _upload(world, server.port)
        await asyncio.sleep(sizes["seconds"])
    server.close()
    async with world.connection() as connection:
        expected = await _digests(connection)
        moment = await connection.fetchval("SELECT clock_timestamp()::text")
        await asyncio.sleep(1)
        await connection.execute(_DESTRUCTION)
        destroyed = await _digests(connection)
    await _finish_archive(world, archive)
    documents = await asyncio.to_thread(shutil.copytree, world.folder / "documents", world.folder / "kept")
    begun = monotonic()
    try:
        postgres = await asyncio.to_thread(_start, world, backup, archive, moment)
    except EmbeddedPostgresError:
        found.expect(False, "the database cannot be restored")
        return found
    try:
        found.figures["restored in s"] = round(monotonic() - begun, 1)
        world.url = plain(postgres.url).replace("/centre_recognition?", f"/{world.name}?")
        async with world.connection() as connection:
            restored = await _digests(connection)
            wrong = await _damaged(connection, documents)
        differing = [name for name, digest in expected.items() if restored.get(name) != digest]
        found.figures |= {"tables": len(expected), "differing": len(differing), "damaged documents": wrong}
        await compare(world, ledger, found)
        found.expect(destroyed != expected, "nothing was destroyed")
        found.expect(not differing, f"these tables are not as they were: {', '.join(differing)}")
        found.expect(wrong == 0, f"{wrong} documents are missing or have another hash")
        await world.serve({"DATA_DIR": str(world.folder)})
    finally:
        world.close()
        await asyncio.to_thread(postgres.stop)
        await world.ground.as_superuser("ALTER SYSTEM RESET archive_command")
    return found


async def _archive_to(world: World, archive: Path) -> None:
    """Archive the log from now on; `archive_mode` needs a restart."""
    command = world.settings({}).get("ARCHIVE_COMMAND", f"cp %p {archive}/%f")
    await world.ground.as_superuser("ALTER SYSTEM SET archive_mode = on")
    await world.ground.as_superuser(f"ALTER SYSTEM SET archive_command = '{command}'")
    await asyncio.to_thread(world.ground.crash)
    await asyncio.to_thread(world.ground.restart)


async def _base_backup(world: World, backup: Path) -> None:
    """Copy the cluster while it is written to, between the two calls that make this safe."""
    connection = await asyncpg.connect(superuser(world.url))
    try:
        await connection.execute("SELECT pg_backup_start('faults', true)")
        await asyncio.to_thread(_copy, world.ground.cluster, backup / "cluster")
        label = await connection.fetchval("SELECT labelfile FROM pg_backup_stop(false)")
    finally:
        await connection.close()
    (backup / "cluster" / "backup_label").write_text(label, encoding="utf-8")
    for name in ("postmaster.pid", "postmaster.opts"):
        (backup / "cluster" / name).unlink(missing_ok=True)


def _copy(cluster: Path, to: Path) -> None:
    to.parent.mkdir(mode=0o711)
    # Files may vanish while they are copied; the log makes up for it.
    with suppress(subprocess.CalledProcessError):
        subprocess.run(["cp", "-a", str(cluster), str(to)], check=True, capture_output=True)
    for segment in (to / "pg_wal").glob("0*"):
        segment.unlink()


async def _finish_archive(world: World, archive: Path) -> None:
    """Close the log's current segment, and wait until it is in the archive."""
    connection = await asyncpg.connect(superuser(world.url))
    try:
        last = await connection.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
        for _ in range(100):
            if (archive / last).exists():
                return
            await asyncio.sleep(0.1)
    finally:
        await connection.close()


def _start(world: World, backup: Path, archive: Path, moment: str) -> RunningPostgres:
    """Start a cluster of the base backup, which reads the archive up to the moment."""
    cluster = backup / "cluster"
    with (cluster / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(
            f"\narchive_mode = off\nhot_standby = off\nrestore_command = 'cp {archive}/%f %p'\n"
            f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n"
        )
    (cluster / "recovery.signal").touch()
    owner = world.ground.cluster.stat()
    for path in (cluster / "recovery.signal", cluster / "backup_label"):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    deadline = monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return start_embedded(backup)
        except EmbeddedPostgresError as error:
            # As long as it reads the log.
            if "not accepting connections" not in str(error) or monotonic() > deadline:
                raise
            sleep(0.1)


async def _digests(connection: asyncpg.Connection) -> dict[str, str]:
    """A digest of the rows of every table, whatever their order on the disk."""
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        name: await connection.fetchval(
            f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {name} AS t"
        )
        for (name,) in tables
        if name != _UNLOGGED
    }


async def _upload(world: World, port: int) -> None:
    """A document that comes after the base backup."""
    (draft,), (owner,) = await world.ids("draft", "id", 1), await world.super_users("draft", 1)
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="policy.pdf"\r\n'
    head += "Content-Type: application/pdf\r\n\r\n"
    body = head.encode() + await asyncio.to_thread(pdf_of, 100_000) + b"\r\n--x--\r\n"
    async with Line(port, owner.token) as line:
        address = f"/v1/applications/{draft}/policies/appeals"
        answer = await line.ask("PUT", address, body, if_match="*", content_type="multipart/form-data; boundary=x")
        if answer.status not in (200, 201):
            raise RuntimeError(f"the upload got {answer.status} {answer.code}")


async def _damaged(connection: asyncpg.Connection, documents: Path) -> int:
    """How many documents that rows name are missing, or have another content."""
    rows = await connection.fetch("SELECT DISTINCT storage_key, sha256 FROM policy_versions")
    if not rows:
        return -1

    def wrong() -> int:
        files = ((documents / row["storage_key"], row["sha256"]) for row in rows)
        return sum(not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha for path, sha in files)

    return await asyncio.to_thread(wrong)


MOMENT = Check(
    "restore to a moment",
    "A base backup and the archived log bring back the second before a destructive statement, with every document.",
    "every table and every document's hash equal, 0 acknowledged writes lost",
    quick={"seconds": 2},
    full={"seconds": 120},
    run=_restore,
    control=Break("the log is not archived", settings={"ARCHIVE_COMMAND": "true"}),
)
