"""Seed, start the product and the bare handler, run them in turns, and print what a request costs.

    python -m bench --applications 20000 --rounds 5

CPU is that of the server's process tree. Product and bare handler take turns within one run, so that a busy machine
slows both; read the ratio, not the milliseconds.
"""

import argparse
import asyncio
import shutil
import statistics
import tempfile
from pathlib import Path

import asyncpg

from app.integrations.postgres import create_database, start_embedded
from bench.load import send_all
from bench.measure import cpu_seconds
from bench.operations import LANES, Operation, prepare
from bench.stage import Server, Stage, bare, copy_all, declare_real, make_templates, product


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--applications", type=int, default=20_000, help="rows in the inbox")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=160, help="requests a round, over eight connections")
    parser.add_argument("--only", default="", help="measure only operations whose name contains this")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    server = start_embedded(folder / "postgres")
    try:
        asyncio.run(_run(folder, server.url, chosen))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _run(folder: Path, server_url: str, chosen: argparse.Namespace) -> None:
    url = await create_database(server_url, "bench")
    plain = url.replace("postgresql+asyncpg://", "postgresql://")
    await asyncio.to_thread(_migrate, url)
    stage = Stage(plain, make_templates(folder, plain))
    once = chosen.requests * (chosen.rounds + 1) * 2
    connection = await asyncpg.connect(plain)
    try:
        await declare_real(connection)
        rest = max(chosen.applications - 3 * once, LANES)
        counts = {
            "draft": once,
            "ready_to_submit": once,
            "awaiting_payment": once,
            "in_review": rest // 2,
            "accepted": rest // 2,
        }
        await copy_all(connection, stage, counts)
        operations = await prepare(connection, stage, once=once)
    finally:
        await connection.close()
    servers = [product(folder, plain), bare(folder, plain)]
    try:
        print(f"{'operation':26} {'product ms':>11} {'bare ms':>9} {'ratio':>7} {'target':>7}")
        for operation in operations:
            if chosen.only in operation.name:
                await _measure(operation, servers, chosen)
    finally:
        for each in servers:
            each.stop()


async def _measure(operation: Operation, servers: list[Server], chosen: argparse.Namespace) -> None:
    each = max(1, chosen.requests // LANES // operation.once)
    lanes = [[operation.product(n) for n in range(LANES)], [operation.bare(n) for n in range(LANES)]]
    costs: list[list[float]] = [[], []]
    for number in range(chosen.rounds + 1):
        for side, server in enumerate(servers):
            begun = cpu_seconds(server.pid)
            await send_all(server.port, lanes[side], each)
            if number:
                costs[side].append((cpu_seconds(server.pid) - begun) * 1000 / (each * LANES))
    ours, theirs = (statistics.median(found) for found in costs)
    target = f"{operation.target:g}" if operation.target else "-"
    print(f"{operation.name:26} {ours:11.2f} {theirs:9.2f} {ours / theirs:7.1f} {target:>7}", flush=True)


def _migrate(url: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(Path(__file__).parents[1] / "alembic.ini")
    config.attributes["database_url"] = url
    command.upgrade(config, "head")


if __name__ == "__main__":
    main()
