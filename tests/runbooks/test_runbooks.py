"""The runbooks of `docs/operations.md`, run as they stand against real clusters and a real document store."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from app.domain.policies import PolicyKey
from app.samples import sample_policy
from faults.clusters import PROGRAMS, Cluster, as_server, open_folder

ROOT = Path(__file__).parents[2]
_TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS: Mapping[str, str] = dict(re.findall(r"<!-- runbook: ([\w-]+) -->\n```bash\n(.*?)```", _TEXT, re.DOTALL))
_OF_THE_PRODUCT = ("roles", "copy-documents", "remove-redacted", "restore-documents", "verify", "secret-key")


class Site:
    """A machine: its cluster and its data folder, and the backups that it shares."""

    def __init__(self, folder: Path, backup: Path) -> None:
        self.cluster = Cluster(folder / "cluster")
        self.data_dir = folder / "data"
        self.data_dir.mkdir()
        self.backup = backup

    def environment(self) -> dict[str, str]:
        """What the runbook says to set."""
        return {
            "PGDATA": str(self.cluster.data),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.cluster.port),
            "PGUSER": "postgres",
            "PGDATABASE": "centre_recognition",
            "ARCHIVE": str(self.backup / "wal"),
            "BACKUP": str(self.backup),
            "DATA_DIR": str(self.data_dir),
            "DATABASE_URL": self.cluster.url,
        }

    def run(self, name: str, **more: str) -> str:
        """Run a block of the document."""
        environment = self.environment() | more
        if name in _OF_THE_PRODUCT:
            return self._as_product(["bash", "-euo", "pipefail", "-c", BLOCKS[name]], environment)
        # A server that a block starts keeps what it inherits: a pipe would never end.
        script = f"exec >{self.backup}/said 2>&1\n{BLOCKS[name]}"
        return as_server(["bash", "-euo", "pipefail", "-c", script], environment).stdout

    def product(self, *words: str) -> str:
        """Run a command of the product."""
        return self._as_product(["python", "-m", "app", *words], self.environment())

    def _as_product(self, command: list[str], environment: Mapping[str, str]) -> str:
        path = f"{Path(sys.executable).parent}:{PROGRAMS}:{os.environ['PATH']}"
        done = subprocess.run(
            command, cwd=ROOT, env={**environment, "PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, statement: str) -> str:
        return self.cluster.psql(statement, "centre_recognition")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that another account can pass through; pytest closes its own to others."""
    with TemporaryDirectory(prefix="runbooks-", dir="/var/tmp") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def backup(place: Path) -> Path:
    open_folder(place / "backup" / "wal")
    return open_folder(place / "backup")


@pytest.fixture
def site(place: Path, backup: Path) -> Iterator[Site]:
    """A machine with two published documents."""
    made = Site(place, backup)
    try:
        made.cluster.create()
        made.product("migrate")
        _publish(made, "The first agreement")
        _publish(made, "The second agreement")
        yield made
    finally:
        made.cluster.stop("immediate")


def _publish(site: Site, title: str) -> None:
    file = site.data_dir / "agreement.pdf"
    file.write_bytes(sample_policy(PolicyKey.COMPLAINTS).content)
    site.product("documents", "publish", "centre_agreement", str(file), "--title", title)


_TITLES = "SELECT string_agg(title, ', ' ORDER BY version) FROM documents"


def test_a_destructive_statement_is_undone_to_the_second_before(site: Site) -> None:
    """The third document is in the archived log only, and the store has lost its files."""
    site.run("archive")
    site.run("base-backup")
    _publish(site, "The third agreement")
    site.run("copy-documents")
    until = site.rows("SELECT clock_timestamp()")
    time.sleep(1.2)
    site.rows("TRUNCATE documents CASCADE")
    shutil.rmtree(site.data_dir / "documents")
    assert site.rows(_TITLES) == ""
    site.run("restore-to", UNTIL=until)
    site.run("restore-documents")
    site.run("verify")
    assert site.rows(_TITLES) == "The first agreement, The second agreement, The third agreement"
    # Positive control: a changed byte is found.
    victim = max(
        (site.data_dir / "documents").rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0
    )
    victim.write_bytes(b"x" + victim.read_bytes()[1:])
    with pytest.raises(AssertionError):
        site.run("verify")


_REDACT = """
WITH person AS (
    INSERT INTO people (id, version, first_name, last_name, email, email_key, words, created_at)
    VALUES (gen_random_uuid(), 1, 'Lee', 'Grant', 'lee@example.com', 'lee@example.com', '{}', now()) RETURNING id
), marked AS (UPDATE documents SET redacted_at = now() WHERE title = 'The first agreement' RETURNING *)
INSERT INTO file_redactions (id, file_kind, file_id, title, sha256, storage_key, redact_file_name, by_centre, status,
    reason, explanation, requested_by, requested_by_name, requested_at, settled_at)
SELECT gen_random_uuid(), 'document', marked.id, title, sha256, storage_key, false, false, 'done', 'other',
    'It is wrong.', person.id, 'Lee Grant', now(), now() FROM marked, person RETURNING storage_key
"""


def test_what_is_redacted_leaves_the_backup_of_the_documents(site: Site) -> None:
    site.run("copy-documents")
    (key, *_) = site.rows(_REDACT).split()
    copies = site.backup / "documents"
    kept = {path for path in copies.rglob("*") if path.is_file()}
    site.run("remove-redacted")
    assert {path for path in copies.rglob("*") if path.is_file()} == kept - {copies / key}
    assert (site.backup / "redacted").read_text(encoding="utf-8") == f"{key}\n"
    (site.data_dir / "documents" / key).unlink()
    site.run("verify")


def test_everything_moves_to_another_machine(site: Site, place: Path, backup: Path) -> None:
    site.run("dump")
    site.run("copy-documents")
    (place / "new").mkdir()
    new = Site(place / "new", backup)
    try:
        new.cluster.create()
        new.run("load")
        new.run("roles", API_PASSWORD="a password", WORKER_PASSWORD="another")
        new.product("migrate")
        assert new.rows("SELECT has_table_privilege('centre_recognition_api', 'centres', 'SELECT')") == "t"
        new.run("restore-documents")
        new.run("verify")
        assert new.rows(_TITLES) == site.rows(_TITLES) != ""
    finally:
        new.cluster.stop("immediate")


def test_a_standby_takes_over(site: Site, place: Path, backup: Path) -> None:
    """`python -m faults --only failover` does the same under load."""
    (place / "standby").mkdir()
    other = Site(place / "standby", backup)
    try:
        primary = f"host=127.0.0.1 port={site.cluster.port} user=postgres"
        other.run("standby", PRIMARY=primary)
        assert site.cluster.follows()
        site.cluster.kill()
        other.run("promote")
        assert other.rows(_TITLES) == "The first agreement, The second agreement"
        assert other.rows("SELECT pg_is_in_recovery()") == "f"
    finally:
        other.cluster.stop("immediate")


async def _who(url: str) -> tuple[str, int]:
    """Whom the server takes it for, and how many rows it sees without a context."""
    connection = await asyncpg.connect(url)
    try:
        seen = await connection.fetchval("SELECT count(*) FROM events")
        return str(await connection.fetchval("SELECT current_user")), int(seen)
    finally:
        await connection.close()


def test_the_databases_password_is_rotated_between_two_roles(site: Site) -> None:
    """The other role acts as the first: policies bind it, and it needs no rights of its own."""
    for _ in range(2):
        site.run("roles", API_PASSWORD="a password for a test", WORKER_PASSWORD="another")
    site.product("migrate")
    site.run("second-role", NEW_PASSWORD="a password for a test")
    url = site.cluster.url.replace("//centre_recognition@", "//api_b@")
    assert asyncio.run(_who(url)) == ("centre_recognition_api", 0)
    site.run("old-role", NEXT_PASSWORD="another password for a test")
    assert len(site.run("secret-key").strip()) >= 32


def test_every_block_is_run() -> None:
    """Each name stands in a call of this module."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert len(BLOCKS) >= 12
    assert [name for name in BLOCKS if f'run("{name}"' not in source] == []
    fenced = _TEXT[_TEXT.index("## Backup and restore") : _TEXT.index("## Upgrade")].count("```bash")
    assert fenced == len(BLOCKS)
