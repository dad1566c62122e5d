"""The deployment of the compose file runs: one application goes through the proxy from first to last."""

import asyncio
import os
import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import httpx
import pytest

from app.demo.client import DemoFailed
from app.demo.play import play_at
from app.demo.screen import Screen
from app.demo.server import Server
from app.integrations.postgres.binaries import program
from app.settings import Settings
from tests.deploy.dockerfile import ROOT
from tests.deploy.topology import Topology
from tests.integrations.file_samples import pdf

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")


@pytest.fixture
def topology() -> Iterator[Topology]:
    # The database's and the proxy's accounts must reach it.
    with TemporaryDirectory(dir="/var/tmp") as name, ExitStack() as stack:
        Path(name).chmod(0o755)
        yield Topology(Path(name), stack)


def test_an_application_goes_through_the_whole_deployment(
    topology: Topology, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    topology.start_parts()
    _prepare(topology)
    topology.start("api-1", "api-2", "worker")
    for name in ("api-1", "api-2", "worker"):
        topology.await_port(name)
    topology.start_proxy()

    done = topology.run("worker", "doctor")
    assert done.returncode == 0, done.stdout + done.stderr

    # The demonstration calls the command line, which reads these.
    for name in [name for name in os.environ if name not in ("PATH", "HOME")]:
        monkeypatch.delenv(name)
    for name, value in topology.settings("worker").items():
        monkeypatch.setenv(name, value)
    trust = ssl.create_default_context(cafile=str(topology.certificate))
    with httpx.Client(base_url=topology.url, verify=trust, timeout=60, trust_env=False) as http:
        try:
            play_at(Settings(data_dir=topology.folder), Server(topology.url, None), http, Screen(9))
        except DemoFailed as error:
            logs = "\n".join(topology.log(name)[-3000:] for name in ("api-1", "api-2", "worker", "store"))
            pytest.fail(f"{error}\n{error.problem}\n{logs}")
    assert "is a recognised" in " ".join(path.name.replace("-", " ") for path in topology.mail.iterdir())
    _look_around(topology)
    assert topology.stop("api-1", "api-2", "worker") == {"api-1": 0, "api-2": 0, "worker": 0}
    capsys.readouterr()


def _prepare(topology: Topology) -> None:
    """What an operator does once: `migrate`, and publish what centres agree to."""
    for _ in range(2):
        topology.run_script("roles")
    migrated = topology.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    for kind in ("centre_agreement", "customer_code_of_conduct", "being_a_centre_guide", "invigilation_guidance"):
        file = topology.folder / f"{kind}.pdf"
        file.write_bytes(pdf())
        published = topology.run("worker", "documents", "publish", kind, str(file))
        assert published.returncode == 0, published.stderr


def _look_around(topology: Topology) -> None:
    token = (topology.folder / "secrets" / "metrics_token").read_text(encoding="utf-8")
    for name in ("api-1", "api-2", "worker"):
        url = f"http://127.0.0.1:{topology.ports[name]}/metrics"
        assert httpx.get(url, trust_env=False).status_code in (401, 404)
        shown = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, trust_env=False).text
        assert "centre_recognition_build_info" in shown
        if name != "worker":
            served = re.findall(r'http_requests_total\{[^}]*status="20[01]"[^}]*\} (\d+)', shown)
            assert sum(map(int, served)) > 20, "both processes served"
    # Documents are in the S3 store and nowhere else, and the WAL is archived.
    assert len([path for path in (topology.folder / "documents").rglob("*") if path.is_file()]) > 10
    assert not (topology.folder / "data").exists()
    asyncio.run(_switch_wal(topology))
    until = time.monotonic() + 60
    while not any((topology.database / "archive").iterdir()):
        assert time.monotonic() < until
        time.sleep(0.2)
    _back_up(topology)
    # nginx logs the callers, and the API the same request ids.
    ids = re.findall(r'"request_id":"([0-9a-f]{32})"', topology.log("proxy"))
    assert len(ids) > 100
    assert ids[0] in topology.log("api-1") + topology.log("api-2")


def _back_up(topology: Topology) -> None:
    """A verified base backup, and no other after a second one but those that are kept."""
    password = (topology.folder / "secrets" / "database_password").read_text(encoding="utf-8")
    place = {"PGHOST": "127.0.0.1", "PGPORT": str(topology.ports["database"]), "PGUSER": "centre"}
    place |= {"PGPASSWORD": password, "BACKUPS": str(topology.folder / "base"), "LC_ALL": "C"}
    place["PATH"] = f"{program('pg_basebackup').parent}:{os.environ['PATH']}"
    script = (ROOT / "deploy" / "base-backup.sh").read_text(encoding="utf-8")
    done = subprocess.run(["sh", "-s"], input=script, env=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (Path(done.stdout.strip()) / "PG_VERSION").exists()


async def _switch_wal(topology: Topology) -> None:
    password = (topology.folder / "secrets" / "database_password").read_text(encoding="utf-8")
    port = topology.ports["database"]
    connection = await asyncpg.connect(host="127.0.0.1", port=port, user="centre", password=password, database="centre")
    await connection.execute("SELECT pg_switch_wal()")
    await connection.close()
