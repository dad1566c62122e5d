"""Inspect mutated documents in children with the limits of a worker, each twice, and compare."""

import io
import json
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from app.integrations.inspection import FileRefused
from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.processes.bounds import bound
from app.integrations.inspection.processes.messages import CPU_SECONDS, told
from tests.fuzz_files.mutators import kind_of, mutated

LIMIT_BYTES = 25 * 1024 * 1024
BATCH = 100

_CALLED = {b"PK\x03\x04": "ZIP", b"\xd0\xcf\x11\xe0": "compound", b"{\\rtf": "RTF", b"%PDF-": "PDF"}


_Judged = tuple[str, float]
"""The verdict, and the CPU seconds that it took."""


@dataclass
class Report:
    """What a campaign found; a finding is a kind, the number of its document, and what was seen."""

    files: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[str, int, str]] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)


class Documents:
    """The documents of a campaign, by number."""

    def __init__(self, seeds: Sequence[bytes], seed: int) -> None:
        self._seed = seed
        self._by_kind: dict[bytes, list[bytes]] = {}
        for content in seeds:
            if len(content) < 1_000_000:
                self._by_kind.setdefault(kind_of(content), []).append(content)
        self._kinds = sorted(self._by_kind)

    def make(self, number: int) -> bytes:
        """The document of this number. The kinds take turns."""
        random = Random(f"{self._seed}:{number}")
        same = self._by_kind[self._kinds[number % len(self._kinds)]]
        return mutated(random.choice(same), random.choice(same), random)

    def kind(self, number: int) -> str:
        """What the document was before it was changed."""
        return _CALLED[self._kinds[number % len(self._kinds)]]


def campaign(documents: Documents, numbers: Iterator[int], until: Callable[[int], bool]) -> Report:
    """Inspect until `until` says so of the number of documents."""
    report = Report()
    while not until(sum(report.files.values())):
        batch = [next(numbers) for _ in range(BATCH)]
        first, second = (dict(_inspected(documents, batch)) for _ in range(2))
        for number in batch:
            _compare(report, documents, number, first[number], second[number])
    return report


def _compare(
    report: Report, documents: Documents, number: int, first: tuple[str, float], second: tuple[str, float]
) -> None:
    report.files[kind_of(documents.make(number)).decode("latin-1")] += 1
    verdict, seconds = first
    report.verdicts[verdict.partition(":")[0]] += 1
    report.slowest = max(report.slowest, (seconds, number))
    if verdict.startswith(("fault", "died")):
        report.findings.append((verdict.partition(":")[0], number, verdict))
    elif verdict != second[0]:
        report.findings.append(("changed", number, f"{verdict}\n{second[0]}"))


def _inspected(documents: Documents, batch: list[int]) -> Iterator[tuple[int, _Judged]]:
    """The verdict and the CPU seconds of each document. A child that dies is followed by another for the rest."""
    waiting = list(batch)
    while waiting:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            _child(documents, waiting, writing)
        os.close(writing)
        with os.fdopen(reading) as lines:
            done = [json.loads(line) for line in lines]
        _, status = os.waitpid(child, 0)
        for number, verdict, seconds in done:
            yield number, (verdict, seconds)
        waiting = waiting[len(done) :]
        if waiting:
            yield waiting.pop(0), (_of_death(status), float(CPU_SECONDS))


def _of_death(status: int) -> str:
    ended = os.waitstatus_to_exitcode(status)
    if ended in {-signal.SIGXCPU, -signal.SIGKILL}:
        # The limit held, and the server tells that the file is too complex.
        return "limit: CPU"
    return f"died: {ended}"


def _child(documents: Documents, waiting: list[int], writing: int) -> None:
    """Never returns."""
    try:
        bound()
        for number in waiting:
            content = documents.make(number)
            began = time.process_time()
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (int(began) + 1 + CPU_SECONDS, hard))
            verdict = judged(content)
            line = json.dumps([number, verdict, time.process_time() - began])
            os.write(writing, line.encode() + b"\n")
    finally:
        os._exit(0)


def judged(content: bytes) -> str:
    """What the inspector says, in one line that must be the same every time."""
    try:
        found = inspect(io.BytesIO(content), filename=None, limit_bytes=LIMIT_BYTES)
    except FileRefused as refused:
        return f"{refused.code.value}: {refused.reason}"
    except (MemoryError, RecursionError):
        return "limit: memory"
    except Exception:
        return f"fault: {told()}"
    return f"passed: {found.kind} {[notice.to_json() for notice in found.notices]}"


def save(folder: Path, documents: Documents, report: Report) -> None:
    """Keep the documents of the findings, to look at and to make tests of."""
    folder.mkdir(parents=True, exist_ok=True)
    for what, number, _ in report.findings:
        (folder / f"{what}-{number}").write_bytes(documents.make(number))
