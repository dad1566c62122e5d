"""Where the time of an operation goes: `python -m bench.profile "GET application"`.

The real server, sampled while eight connections ask (see `bench.sampled`). "Itself" is the share of samples in which
the item's own code ran, or C code that it called; "with all below" includes everything that it called.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.integrations.postgres import start_embedded
from bench.load import send_all
from bench.operations import LANES, prepare
from bench.stage import product, seeded

ROOT = Path(__file__).parents[1]
Stack = list[tuple[str, str]]


def main() -> None:
    """Print the profile of the operation whose name contains the argument."""
    parser = argparse.ArgumentParser(
        prog="bench.profile", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("operation", help='the beginning of a name in the table, such as "GET application"')
    parser.add_argument("--requests", type=int, default=8000)
    parser.add_argument("--least", type=float, default=1.0, help="leave out items below this percentage")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="profile-"))
    postgres = start_embedded(folder / "postgres")
    try:
        stacks = asyncio.run(_sample(folder, postgres.url, chosen.operation, chosen.requests))
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    for title, shares in (
        ("By package, itself", by_package(stacks)),
        ("By function of the product, itself", by_function(stacks, below=False)),
        ("By function of the product, with all below", by_function(stacks, below=True)),
    ):
        print(f"\n{title}")
        for name, share in shares:
            if share >= chosen.least:
                print(f"{share:6.1f} %  {name}")


async def _sample(folder: Path, server_url: str, name: str, requests: int) -> list[tuple[Stack, int]]:
    each, file = requests // LANES, folder / "stacks.json"
    async with seeded(folder, server_url, 200, requests + LANES) as (url, connection, stage):
        operations = await prepare(connection, stage, once=requests + LANES)
    operation = next((found for found in operations if found.name.startswith(name)), None)
    if operation is None:
        raise SystemExit(f"There is no operation {name!r}: {', '.join(found.name for found in operations)}")
    server = product(folder, url, command=[sys.executable, "-m", "bench.sampled", str(file)])
    try:
        lanes = [operation.lane(n, True) for n in range(LANES)]
        await send_all(server.port, lanes, max(each // 10, 1))
        os.kill(server.pid, signal.SIGUSR2)
        await send_all(server.port, lanes, each * 9 // 10)
    finally:
        server.stop()
    stacks: list[tuple[Stack, int]] = json.loads(file.read_text(encoding="utf-8"))
    # What waits for requests runs in the event loop alone.
    return [(stack, count) for stack, count in stacks if any(_item(file) for file, _ in stack)]


def by_package(stacks: list[tuple[Stack, int]]) -> Iterator[tuple[str, float]]:
    """Each package's or module's share, by the innermost function."""
    return _shares((_item(stack[0][0]) or "Python's own library", count) for stack, count in stacks)


def by_function(stacks: list[tuple[Stack, int]], *, below: bool) -> Iterator[tuple[str, float]]:
    """The share of each function of the product: of its own code, or with all below it."""
    found = []
    for stack, count in stacks:
        ours = [f"{_item(file)}: {name}" for file, name in stack if _item(file).startswith("app/")]
        found += [(name, count) for name in dict.fromkeys(ours if below else ours[:1])]
    return _shares(found, of=sum(count for _, count in stacks))


def _shares(found: Iterable[tuple[str, int]], of: int = 0) -> Iterator[tuple[str, float]]:
    totals: Counter[str] = Counter()
    for name, count in found:
        totals[name] += count
    whole = of or sum(totals.values())
    return ((name, 100 * count / whole) for name, count in totals.most_common())


def _item(file: str) -> str:
    """A module of the product, or the name of another package; empty for Python's own library."""
    path = Path(file)
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT / "app") else ""


if __name__ == "__main__":
    main()
