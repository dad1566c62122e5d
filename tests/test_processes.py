"""`serve --workers`: several processes of the real product on one socket, killed, replaced and ended under load."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from app.cli.processes import share
from app.http.listening import listen
from app.settings import Settings
from tests.http.knocking import Knocking
from tests.http.test_ending import PASSED_ON

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows passes no sockets on")
ROOT = Path(__file__).resolve().parents[1]
SOON = 60


class Served:
    """`serve --workers 2` on the test's database."""

    def __init__(
        self, settings: Settings, output: Path, *command: str, keep: list[int], workers: int, **given: str
    ) -> None:
        assert settings.database_url is not None
        assert settings.secret_key is not None
        self.output = output
        environment = os.environ | {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "DATA_DIR": str(settings.data_dir),
            "SECRET_KEY": settings.secret_key.get_secret_value(),
            "RATE_LIMIT_SCALE": "1000000",
            "PORT": "0",
            "LOG_LEVEL": "WARNING",
            "DATABASE_POOL_SIZE": "5",
            "DRAIN_SECONDS": "1",
            **given,
        }
        words = (*command, "-m", "app", "serve", "--workers", str(workers))
        with output.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=environment, stdout=out, stderr=out, pass_fds=keep
            )
        self.wait(lambda: "Serving on" in self.said)
        many = f" with {workers} processes" if workers > 1 else ""
        found = re.search(rf"Serving on (http://[\d.]+:(\d+)){many}\.\n", self.said)
        assert found is not None
        self.address, self.port = found[1], int(found[2])

    @property
    def said(self) -> str:
        """Its output so far."""
        return self.output.read_text()

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        last = time.monotonic() + SOON
        while not until():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < last, self.said
            time.sleep(0.05)

    @property
    def children(self) -> list[psutil.Process]:
        """The processes that serve."""
        found: list[psutil.Process] = psutil.Process(self.process.pid).children()
        return found


@contextmanager
def serving(
    settings: Settings, output: Path, *command: str, keep: list[int] | None = None, workers: int = 2, **given: str
) -> Iterator[Served]:
    served = Served(settings, output, *command, keep=keep or [], workers=workers, **given)
    try:
        yield served
    finally:
        children = served.children if served.process.poll() is None else []
        served.process.kill()
        served.process.wait()
        # They end when they find that the supervisor has.
        psutil.wait_procs(children, SOON)
        assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)


def values(text: str, name: str) -> dict[str, float]:
    """The samples of a metric, by their labels."""
    found = re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


async def scrape(client: httpx.AsyncClient) -> str:
    """A scrape on a connection of its own, so that any of the processes may answer."""
    answer = await client.get("/metrics", headers={"Connection": "close"})
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
async def served(settings: Settings, tmp_path: Path) -> AsyncIterator[Served]:
    with serving(settings, tmp_path / "output") as one:
        yield one


def test_parts_add_up_to_the_whole() -> None:
    assert [share(10, number, 4) for number in range(4)] == [3, 3, 2, 2]
    assert sum(share(7, number, 5) for number in range(5)) == 7


async def refused(settings: Settings, **given: str) -> str:
    """What the command says that cannot start."""
    assert settings.database_url is not None
    environment = os.environ | {
        "PORT": "0",
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        **given,
    }
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "serve", "--workers", "2"),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(done.communicate(), SOON)
    assert done.returncode == 1
    return said.decode()


async def test_each_process_needs_a_connection(settings: Settings) -> None:
    said = await refused(settings, DATABASE_POOL_SIZE="1")
    assert said.startswith("error: DATABASE_POOL_SIZE: 2 processes share 1 connections.")


async def test_what_no_process_can_do_is_said_once_and_ends_the_command(settings: Settings) -> None:
    said = await refused(settings, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert said.count("error: The database cannot be used") == 1
    assert "Traceback" not in said


async def test_any_process_shows_the_metrics_of_all_and_no_counter_goes_back(served: Served) -> None:
    """They share connections and places; each has its own series, and what is the same for all is there once."""
    seen: dict[str, float] = {}
    text = ""
    async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
        for _ in range(12):
            await client.get("/v1/process", headers={"Connection": "close"})
            text = await scrape(client)
            counted = values(text, "centre_recognition_http_requests_total") | values(text, "process_cpu_seconds_total")
            for labels, value in counted.items():
                assert value >= seen.get(labels, 0), labels
            seen = counted
    assert {labels for labels in seen if "operation" not in labels} == {'process="0"', 'process="1"'}
    assert len(values(text, "centre_recognition_database_up")) == 1
    series = [line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    # Prometheus keeps one of two samples of the same series, and drops the other.
    assert [one for one in set(series) if series.count(one) > 1] == []
    limits = values(text, "centre_recognition_database_connections_limit")
    assert sorted(limits.values()) == [2, 3]
    assert text.count("# TYPE centre_recognition_http_requests_total counter") == 1
    inspections = values(text, "centre_recognition_places_limit")
    assert {value for labels, value in inspections.items() if "inspections" in labels} == {1}


async def test_a_process_that_dies_is_started_again_and_others_go_on(served: Served) -> None:
    before = {child.pid for child in served.children}
    knocking = Knocking("127.0.0.1", served.port)
    knocking.begin(new=4, kept=0)
    await knocking.answered(20)
    os.kill(min(before), signal.SIGKILL)
    await asyncio.to_thread(served.wait, lambda: len({child.pid for child in served.children} - before) == 1)
    await knocking.answered(100)
    met = await knocking.end()
    # What it had accepted is lost with it, and nothing else.
    assert met["dropped"] <= 4
    assert met["refused"] == 0
    assert served.said.count("process_ended") == 1


async def test_all_are_replaced_one_by_one_and_nobody_notices(served: Served) -> None:
    """On SIGHUP: for a new release, or new settings."""
    before = {child.pid for child in served.children}
    knocking = Knocking("127.0.0.1", served.port)
    knocking.begin(new=6, kept=6)
    await knocking.answered(20)
    served.process.send_signal(signal.SIGHUP)
    await asyncio.to_thread(
        served.wait, lambda: len(served.children) == 2 and not before & {child.pid for child in served.children}
    )
    await knocking.answered(100)
    met = await knocking.end()
    assert knocking.drops == []
    assert met["refused"] == 0


async def test_log_rotation_ends_no_process(served: Served, settings: Settings, tmp_path: Path) -> None:
    """One that serves alone ignores SIGHUP, and so does each of several, which the signal may find as well."""
    before = served.children
    with serving(settings, tmp_path / "alone", workers=1) as alone:
        for process in (*before, psutil.Process(alone.process.pid)):
            process.send_signal(signal.SIGHUP)
        async with httpx.AsyncClient(base_url=alone.address, timeout=30) as client:
            assert (await client.get("/readyz")).status_code == 200
        alone.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(alone.process.wait, SOON) == 0
    assert served.children == before
    assert "process_ended" not in served.said


async def test_sigterm_ends_all_and_drops_nobody(served: Served) -> None:
    children = served.children
    knocking = Knocking("127.0.0.1", served.port)
    knocking.begin(new=8, kept=8, until_refused=True)
    await knocking.answered(200)
    served.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.3)
    async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
        ready = await client.get("/readyz")
    assert [reason["code"] for reason in ready.json()["reasons"]] == ["stopping"]
    met = await knocking.all_refused()
    assert await asyncio.to_thread(served.process.wait, SOON) == 0
    assert not any(child.is_running() for child in children)
    assert knocking.drops == []
    assert met["last"] > 20
    assert "Traceback" not in served.said


async def test_a_restart_on_systemds_socket_refuses_nobody(settings: Settings, tmp_path: Path) -> None:
    """systemd sends SIGTERM to the supervisor alone, waits, and starts the next one on the same socket."""
    with listen("127.0.0.1", 0) as held:
        knocking = Knocking(*held.getsockname())
        passed = ("-c", PASSED_ON, str(held.fileno()), sys.executable)
        keep = [held.fileno()]
        with serving(settings, tmp_path / "first", *passed, keep=keep, DRAIN_SECONDS="0") as first:
            knocking.begin(new=4, kept=4)
            await knocking.answered(50)
            first.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(first.process.wait, SOON) == 0
        with serving(settings, tmp_path / "second", *passed, keep=keep):
            await knocking.answered(100)
            met = await knocking.end()
    assert knocking.drops == []
    assert met["refused"] == 0
