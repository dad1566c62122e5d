"""Statements of real size in the process that reads them: an answer in bounded memory and time, whatever the format."""

import sys
import tempfile
from datetime import date

import pytest

from app.domain.bank import MOST_LINES, CsvColumns
from app.integrations.statements import process
from app.integrations.statements.process import ReadStatement, StatementRefused, StatementTooComplex, read_statement
from tests.integrations.statement_samples import MT940, OFX, csv_of

_COLUMNS = CsvColumns(date="Date", amount="Amount", description="Description")
_OFX_LINE = b"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260529<TRNAMT>500.00<FITID>B%d<NAME>X</STMTTRN>\n"
_MT940_LINE = b":61:2605290529C1,00NTRFNONREF\n:86:FEE\n"


def _read(data: bytes) -> ReadStatement:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return read_statement(file.fileno(), _COLUMNS, "GBP", date(2026, 6, 1))


def _ofx(lines: int) -> bytes:
    more = b"".join(_OFX_LINE % number for number in range(lines))
    return OFX.replace(b"<LEDGERBAL><BALAMT>100.00<DTASOF>20260601</LEDGERBAL>", b"").replace(
        b"</BANKTRANLIST>", more + b"</BANKTRANLIST>"
    )


@pytest.mark.parametrize(
    "data",
    [
        _ofx(MOST_LINES - 1),
        _ofx(270_000),
        MT940.replace(b":62F", _MT940_LINE * 600_000 + b":62F"),
        csv_of() + b"29/05/2026,fee,1.00\n" * 1_000_000,
    ],
    ids=["OFX one line too long", "OFX of 25 MB", "MT940 of 25 MB", "CSV of a million lines"],
)
def test_a_statement_that_is_far_too_long_is_refused_with_the_limit(data: bytes) -> None:
    with pytest.raises(StatementRefused) as refused:
        _read(data)
    ((code, detail),) = refused.value.faults.shown
    assert code.value == "statement_too_long"
    assert "20,000 lines" in detail


@pytest.mark.parametrize(
    "data", [_ofx(MOST_LINES - 2), csv_of(*["29/05/2026,fee,1.00"] * MOST_LINES)], ids=["OFX", "CSV"]
)
def test_a_statement_as_long_as_may_be_is_read(data: bytes) -> None:
    assert _read(data).lines == MOST_LINES


def test_what_takes_more_memory_than_there_is_is_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused for good: to try again would end in the same way."""
    code = """
from app.integrations.statements import program
def answer(*_: object) -> None:
    raise MemoryError
program.answer = answer
program.sys.argv = ["", "null"]
program.once()
"""
    monkeypatch.setattr(process, "command", lambda *_, **__: [sys.executable, "-c", code])
    with pytest.raises(StatementTooComplex):
        _read(OFX)
