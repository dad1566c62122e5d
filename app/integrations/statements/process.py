"""The server's side: Python is started for each statement, which is seldom, and its answer is not parsed here."""

import json
import subprocess
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.bank import CsvColumns, StatementFormat
from app.domain.refusals.input_faults import InputFaultCode
from app.integrations.inspection.processes.program import command, environment
from app.integrations.statements.faults import Faults
from app.integrations.statements.program import TOO_COMPLEX, asking

_WALL_CLOCK_SECONDS: Final = 60


class StatementTooComplex(Exception):
    """The process was ended by a limit on its memory or time."""


class ReaderFault(Exception):
    """The process failed. The file is not to blame."""


class ReaderStopped(Exception):
    """The machine was too busy for an answer."""


class StatementRefused(Exception):
    """The statement has faults, and nothing of it is taken."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True)
class ReadStatement:
    """A sound statement. Each of `batches` is a JSON array of lines, for the database."""

    format: StatementFormat
    currency: str
    bank_account: str | None
    first_on: date
    last_on: date
    lines: int
    without_amount: int
    batches: list[str]


def read_statement(descriptor: int, columns: CsvColumns | None, currency: str, today: date) -> ReadStatement:
    """Read the open file. Blocks. Raises `StatementRefused`, `StatementTooComplex`, `ReaderStopped` and
    `ReaderFault`."""
    try:
        done = subprocess.run(
            command("program", "once", asking(columns, currency, today), package=__package__),
            env=environment(),
            stdin=descriptor,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WALL_CLOCK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReaderStopped from error
    if done.returncode < 0 or done.returncode == TOO_COMPLEX:
        raise StatementTooComplex
    if done.returncode:
        raise ReaderFault(f"the program that reads a statement ended with {done.returncode}")
    head, *batches = done.stdout.decode("ascii").splitlines()
    said = json.loads(head)
    if "faults" in said:
        shown = [(InputFaultCode(code), detail) for code, detail in said["faults"]]
        raise StatementRefused(Faults(shown, said["fault_count"]))
    return ReadStatement(
        StatementFormat(said["format"]),
        said["currency"],
        said["bank_account"],
        date.fromisoformat(said["first_on"]),
        date.fromisoformat(said["last_on"]),
        said["lines"],
        said["without_amount"],
        batches,
    )
