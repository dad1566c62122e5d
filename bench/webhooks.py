"""Deliver events to webhook endpoints by one worker, with one endpoint hanging, and print how long it takes.

    python -m bench.webhooks
    python -m bench.webhooks --events 1000 --endpoints 5 --seconds 60 --hanging 5   # the control: it must fail

Ends with 1 unless every event arrives once and in order at every endpoint that does not hang, within the seconds.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from uuid_utils.compat import uuid7

from app import outbox
from app.clock import system_clock
from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.domain.events import EventType
from app.integrations.postgres import create_database, start_embedded
from app.models import WebhookEndpoint
from app.schemas.base import example_of
from app.schemas.event_data import EVENT_DATA
from app.services.webhooks import secrets
from app.settings import Settings, settings_of
from bench.measure import cpu_seconds, postmaster
from bench.stage import SECRET, Server, free_port, migrate

_OBJECTS, _A_TRANSACTION = 200, 10
_TYPE = EventType.PAYMENT_RECORDED


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.webhooks", description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--endpoints", type=int, default=5)
    parser.add_argument("--hanging", type=int, default=1, help="so many of the endpoints hang")
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    postgres = start_embedded(folder / "postgres")
    command = [sys.executable, "-m", "bench.webhook_receivers", str(max(chosen.endpoints - chosen.hanging, 0))]
    receivers = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert receivers.stdout is not None
        told, *ports = json.loads(receivers.stdout.readline())
        ports += [ports[-1]] * (chosen.endpoints - len(ports))
        return asyncio.run(_run(folder, postgres.url, chosen, told, ports))
    finally:
        receivers.terminate()
        receivers.wait()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(folder: Path, server_url: str, chosen: argparse.Namespace, told: int, ports: list[int]) -> int:
    url = await create_database(server_url, "bench")
    await asyncio.to_thread(migrate, url)
    place = {"DATABASE_URL": url.replace("postgresql+asyncpg://", "postgresql://"), "SECRET_KEY": SECRET}
    place |= {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR", "WEBHOOKS__LOOPBACK": "true"}
    database = Database(url)
    await _register(database, ports)
    port = free_port()
    worker = Server(
        [sys.executable, "-m", "app", "worker"], port, "/livez", place | {"WORKER_PORT": str(port)}, folder / "log"
    )
    server = postmaster(folder / "postgres")
    try:
        cpu, began = (cpu_seconds(worker.pid), cpu_seconds(server)), time.monotonic()
        await _happen(database, settings_of(place), chosen.events)
        healthy = chosen.endpoints - chosen.hanging
        arrived = await _wait(told, healthy, chosen.events, chosen.seconds)
        took = time.monotonic() - began
        spent = cpu_seconds(worker.pid) - cpu[0], cpu_seconds(server) - cpu[1]
    finally:
        worker.stop()
        await database.close()
    done = all(one == {"arrived": chosen.events, "repeated": 0, "disordered": 0} for one in arrived) and bool(arrived)
    print(
        f"{chosen.events:,} events to {chosen.endpoints} endpoints, {chosen.hanging} of them hanging: {took:.1f} s, "
        f"with {spent[0]:.1f} s of CPU in the worker and {spent[1]:.1f} s in the database. {arrived}"
    )
    return 0 if done and took < chosen.seconds else 1


async def _register(database: Database, ports: list[int]) -> None:
    async with database.transaction() as session:
        for number, port in enumerate(ports):
            row = WebhookEndpoint(
                id=uuid7(),
                description=f"Receiver {number}",
                url=f"http://127.0.0.1:{port}/",
                event_types=[_TYPE.value],
                owner_email="owner@example.org",
                created_at=system_clock(),
                position=0,
            )
            secrets.make(row, SECRET)
            session.add(row)


async def _happen(database: Database, settings: Settings, events: int) -> None:
    """Record the events as the product does, some in each transaction."""
    objects: list[UUID] = [uuid7() for _ in range(_OBJECTS)]
    public = example_of(EVENT_DATA[_TYPE])
    for first in range(0, events, _A_TRANSACTION):
        async with database.transaction() as session:
            work = Work(session, SYSTEM, system_clock(), settings)
            for number in range(first, min(first + _A_TRANSACTION, events)):
                about = ("invoice", objects[number % _OBJECTS])
                await outbox.record(work, _TYPE, about, summary="Payment recorded", public=public)


async def _wait(told: int, healthy: int, events: int, seconds: float) -> list[dict[str, int]]:
    """Ask the receivers until all has arrived, or the time is over."""
    end = time.monotonic() + seconds
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", told)
        arrived: list[dict[str, int]] = json.loads(await reader.read())[:healthy]
        writer.close()
        if time.monotonic() > end or (arrived and all(one["arrived"] >= events for one in arrived)):
            return arrived
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
