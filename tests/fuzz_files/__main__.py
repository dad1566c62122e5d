"""The long run: `python -m tests.fuzz_files --minutes 60 --seed 1`. Fails for any finding."""

import argparse
import itertools
import logging
import sys
import time
from pathlib import Path

from tests.fuzz_files.campaign import Documents, campaign, save
from tests.fuzz_files.seeds import SEEDS


def main() -> int:
    """Run, and tell how many documents got which verdict."""
    parser = argparse.ArgumentParser(prog="make fuzz-files", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz-files"), help="where findings are kept")
    arguments = parser.parse_args()
    logging.disable()
    end = time.monotonic() + 60 * arguments.minutes
    documents = Documents(SEEDS, arguments.seed)
    report = campaign(documents, itertools.count(), lambda _: time.monotonic() > end)
    print(
        f"{sum(report.files.values()):,} documents, each twice, of {len(SEEDS)} in the corpora, seed {arguments.seed}"
    )
    print("kinds:", dict(report.files))
    print("verdicts:", dict(report.verdicts.most_common()))
    print(f"slowest: {report.slowest[0]:.2f} s of CPU, document {report.slowest[1]}")
    for what, number, seen in report.findings:
        print(f"FOUND {what}, document {number}: {seen[-700:]}")
    save(arguments.folder, documents, report)
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
