"""The long run: `python -m tests.fuzz.long`, every operation, every phase, three seeds, and at least 20,000 cases.

Each seed has a server and a landscape, two at a time. Fails for any finding that `openapi/schemathesis/exceptions.py`
does not name, and where no walk came to a submitted application.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from app.integrations.postgres import start_embedded
from openapi.schemathesis.exceptions import EXCEPTIONS
from tests.conformance.plugin import current
from tests.fuzz.campaign import PHASES, campaign, configuration
from tests.fuzz.stage import served

SEEDS = (1, 2, 3)
LEAST_CASES = 20_000
EXAMPLES = 12
SCENARIOS = 25
# From the sandbox's ready application to its submission. Other walks belong to the stateful phase.
JOURNEY = ("createSandboxApplication", "getApplication", "getReadiness", "submitApplication", "getSubmission")


def run_seed(seed: int, examples: int, scenarios: int, server_url: str, folder: Path) -> dict[str, Any]:
    """One seed's campaigns, as what can be printed as JSON."""
    document = current().document
    with served(server_url, folder / f"seed_{seed}") as stage:
        every = campaign(document, stage, configuration(seed, examples, PHASES, scenarios, 20))
        walks = campaign(
            document, stage, configuration(seed, 1, ["stateful"], scenarios, 20), only=JOURNEY, every_link=True
        )
    return {
        "seed": seed,
        "cases": dict(every.cases + walks.cases),
        "seconds": round(every.seconds + walks.seconds),
        "failures": every.failures | walks.failures,
        "submitted": len(every.walks) + len(walks.walks),
        "used": sorted(EXCEPTIONS.index(row) for row in every.used | walks.used),
    }


def _in_a_process(seed: int, examples: int, scenarios: int, server_url: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.fuzz.long", "--one", str(seed), server_url, str(folder)]
    command += ["--examples", str(examples), "--scenarios", str(scenarios)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _told(one: dict[str, Any]) -> dict[str, Any]:
    """Print a seed's results as soon as they are available."""
    phases = ", ".join(f"{phase} {count:,}" for phase, count in one["cases"].items())
    total = sum(one["cases"].values())
    print(f"seed {one['seed']}: {total:,} cases in {one['seconds']} s ({phases}); submitted {one['submitted']} times")
    print("".join(f"\n{what}\n{how}\n" for what, how in one["failures"].items()), flush=True)
    return one


def _conclusion(found: list[dict[str, Any]], least: int) -> list[str]:
    """Faults of the run as a whole."""
    wrong = [f"{len(one['failures'])} findings of seed {one['seed']}." for one in found if one["failures"]]
    total = sum(sum(one["cases"].values()) for one in found)
    if total < least:
        wrong.append(f"{total} cases are fewer than {least}.")
    if not all(one["submitted"] for one in found):
        wrong.append("A seed's walks did not come to a submitted application.")
    return wrong


def _unused(found: list[dict[str, Any]]) -> list[str]:
    """The exceptions that no seed needed. Some are rare, so a person decides whether one can be removed."""
    numbers = set(range(len(EXCEPTIONS))) - {number for one in found for number in one["used"]}
    return [f"Not needed this time: {EXCEPTIONS[number]}" for number in sorted(numbers)]


def main() -> int:
    """Run the seeds, print what they did, and answer the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.long", description=__doc__)
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)), help="numbers with commas between")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="for each operation in the fuzzing phase")
    parser.add_argument("--scenarios", type=int, default=SCENARIOS, help="walks of the stateful phase")
    parser.add_argument("--one", nargs=3, metavar=("SEED", "DATABASE", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        seed, server_url, folder = given.one
        print(json.dumps(run_seed(int(seed), given.examples, given.scenarios, server_url, Path(folder))))
        return 0
    seeds = [int(seed) for seed in given.seeds.split(",")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = start_embedded(folder / "postgres", fast_for_tests=True)
        try:
            with ThreadPoolExecutor(2) as pool:
                futures = [
                    pool.submit(_in_a_process, seed, given.examples, given.scenarios, server.url, folder)
                    for seed in seeds
                ]
                found = [_told(one.result()) for one in as_completed(futures)]
        finally:
            server.stop()
    cases: Counter[str] = Counter()
    for one in found:
        cases.update(one["cases"])
    print(f"all: {cases.total():,} cases ({', '.join(f'{phase} {count:,}' for phase, count in cases.items())})")
    wrong = _conclusion(found, LEAST_CASES if len(seeds) >= len(SEEDS) else 0)
    print("\n".join(_unused(found)))
    print("\n".join(wrong) or "No finding.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
