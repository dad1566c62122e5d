"""Seed, start the product and its peers, run them in turns, and print what a request costs.

    python -m bench --applications 20000 --rounds 5 --django --json figures.json --markdown table.md

CPU is that of the server's process tree, children included. The sides take turns within one run, so that a busy
machine slows them all: read the ratios, not the milliseconds.
"""

import argparse
import asyncio
import platform
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from app.integrations.postgres import start_embedded
from app.integrations.postgres.embedded import RunningPostgres
from bench.load import send_all
from bench.measure import cpu_seconds, postmaster
from bench.operations import LANES, Lane, Operation, prepare
from bench.report import HEADINGS, Cost, Result, as_json, as_line, as_markdown, of_mix
from bench.stage import Server, bare, django, product, seeded
from bench.statements import Count, StatementLog

COUNTED = 3


@dataclass(frozen=True)
class Sides:
    """The servers by name, and the database that they share."""

    servers: dict[str, Server]
    database: int
    log: StatementLog


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--applications", type=int, default=20_000, help="rows in the inbox")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=160, help="requests a round, over eight connections")
    parser.add_argument("--only", default="", help="measure only operations whose name contains this")
    parser.add_argument("--django", action="store_true", help="measure a Django REST Framework peer too")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--markdown", type=Path, help="write the table to this file")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    postgres = start_embedded(folder / "postgres")
    try:
        results = asyncio.run(_run(folder, postgres, chosen))
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    conditions = {name: getattr(chosen, name) for name in ("applications", "rounds", "requests")}
    conditions |= {"python": platform.python_version(), "connections": LANES}
    mix = of_mix(results)
    if mix:
        print(
            f"\nA mixed request costs {mix['product_ms']:.2f} ms of the product and {mix['database_ms']:.2f} ms of the "
            f"database: {1000 / mix['product_ms']:.0f} a second for one process, "
            f"{1000 / (mix['product_ms'] + mix['database_ms']):.0f} for each core that both share."
        )
    if chosen.json:
        chosen.json.write_text(as_json(results, conditions), encoding="utf-8")
    if chosen.markdown:
        chosen.markdown.write_text(as_markdown(results), encoding="utf-8")


async def _run(folder: Path, postgres: RunningPostgres, chosen: argparse.Namespace) -> list[Result]:
    sides = 3 if chosen.django else 2
    once = (chosen.requests * (chosen.rounds + 1) + LANES * COUNTED) * sides
    async with seeded(folder, postgres.url, chosen.applications, once) as (url, connection, stage):
        operations = await prepare(connection, stage, once=once)
    servers = {"product": product(folder, url), "bare": bare(folder, url)}
    if chosen.django:
        servers["django"] = django(folder, url)
    log = StatementLog(postgres.folder / "postgres.log", url.replace("//centre_recognition@", "//postgres@"))
    print(as_line(HEADINGS), flush=True)
    results = []
    try:
        for operation in operations:
            if chosen.only in operation.name:
                result = await _measure(operation, Sides(servers, postmaster(postgres.folder), log), chosen)
                print(as_line(result.cells()), flush=True)
                results.append(result)
    finally:
        for each in servers.values():
            each.stop()
    return results


async def _measure(operation: Operation, sides: Sides, chosen: argparse.Namespace) -> Result:
    each = max(1, chosen.requests // LANES // operation.once)
    if not operation.django:
        sides = replace(sides, servers={side: server for side, server in sides.servers.items() if side != "django"})
    lanes = {side: [operation.lane(n, side == "product") for n in range(LANES)] for side in sides.servers}
    costs: dict[str, list[tuple[float, float, float]]] = {side: [] for side in sides.servers}
    for number in range(chosen.rounds + 1):
        for side, server in sides.servers.items():
            ours, database, begun = cpu_seconds(server.pid), cpu_seconds(sides.database), time.perf_counter()
            await send_all(server.port, lanes[side], each)
            wall = time.perf_counter() - begun
            spent = (cpu_seconds(server.pid) - ours, cpu_seconds(sides.database) - database, wall)
            # The first round warms caches, and connections that have not met the statements yet.
            costs[side] += [spent] if number else []
    counts = await _count(sides, lanes)
    result = Result(operation.name, operation.target, operation.megabytes)
    for side, rounds in costs.items():
        server, database, wall = (statistics.median(found) / (each * LANES) for found in zip(*rounds, strict=True))
        result.costs[side] = Cost(server * 1000, database * 1000, counts[side], 1 / wall)
    return result


async def _count(sides: Sides, lanes: dict[str, list[Lane]]) -> dict[str, Count]:
    await sides.log.start()
    try:
        counts = {}
        for side, server in sides.servers.items():
            ask = partial(send_all, server.port, lanes[side][:1], 1)
            counts[side] = await sides.log.count(ask, COUNTED)
        return counts
    finally:
        await sides.log.stop()


if __name__ == "__main__":
    main()
