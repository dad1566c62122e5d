"""The process that reads one statement: confined before it sees the file, and gone when it has answered."""

import json
import logging
import sys
from dataclasses import asdict
from datetime import date
from typing import BinaryIO, TypedDict

from app.domain.bank import CsvColumns
from app.domain.json_values import JsonObject
from app.integrations.inspection.processes.bounds import allow_cpu, bound
from app.integrations.inspection.processes.confinement import confine, load_encodings
from app.integrations.statements.reading import read, records_of

CPU_SECONDS = 20
RECORDS_AT_ONCE = 1_000
TOO_COMPLEX = 3
"""How the process ends where the file would take more memory than it may use."""


class Question(TypedDict):
    """What the server asks about a file."""

    columns: JsonObject | None
    currency: str
    today: str


def asking(columns: CsvColumns | None, currency: str, today: date) -> str:
    """The question that goes with a file."""
    question: Question = {
        "columns": asdict(columns) if columns is not None else None,
        "currency": currency,
        "today": today.isoformat(),
    }
    return json.dumps(question)


def once() -> None:
    """Read the statement on standard input. Write to standard output what it is, or its faults, and then its lines:
    a JSON value on each line."""
    logging.disable()
    load_encodings()
    bound()
    allow_cpu(CPU_SECONDS)
    confine()
    try:
        answer(sys.stdin.buffer, json.loads(sys.argv[1]), sys.stdout.buffer)
    except (MemoryError, RecursionError):
        sys.exit(TOO_COMPLEX)
    sys.stdout.flush()


def answer(source: BinaryIO, question: Question, target: BinaryIO) -> None:
    """Read the statement, as the question of `asking` says."""
    given = question["columns"]
    columns = CsvColumns.from_json(given) if given is not None else None
    source.seek(0)
    content = read(source.read(), columns, question["currency"], date.fromisoformat(question["today"]))
    faults = content.faults
    if faults.count:
        _write(target, {"faults": faults.shown, "fault_count": faults.count})
        return
    assert content.format is not None
    records = records_of(content)
    booked = [line.booked_on.isoformat() for line in content.lines]
    _write(
        target,
        {
            "format": content.format.value,
            "currency": content.currency,
            "bank_account": content.bank_account,
            "first_on": min(booked),
            "last_on": max(booked),
            "lines": len(records),
            "without_amount": content.without_amount,
        },
    )
    for at in range(0, len(records), RECORDS_AT_ONCE):
        _write(target, records[at : at + RECORDS_AT_ONCE])


def _write(target: BinaryIO, value: object) -> None:
    target.write(json.dumps(value).encode() + b"\n")
