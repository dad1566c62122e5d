"""Bank statements: what is read of them, and what is refused with line and column."""

from datetime import date

import pytest

from app.domain.bank import MOST_LINES, CsvColumns, DateOrder, DecimalMark, StatementFormat
from app.domain.refusals.input_faults import InputFaultCode
from app.integrations.statements.cells import parse_date, parse_pence, plain_text
from app.integrations.statements.reading import Content, read, records_of
from tests.integrations.statement_samples import MT940, OFX, csv_of

TODAY = date(2026, 6, 1)
COLUMNS = CsvColumns(date="Date", amount="Amount", description="Description")


def _read(data: bytes, columns: CsvColumns | None = COLUMNS) -> Content:
    return read(data, columns, "GBP", TODAY)


def _faults(data: bytes, columns: CsvColumns | None = COLUMNS) -> list[tuple[InputFaultCode, str]]:
    found = _read(data, columns)
    assert found.faults.count == len(found.faults.shown)
    return found.faults.shown


@pytest.mark.parametrize(
    ("cell", "pence"),
    [
        ("12.34", 1234),
        ("1,234.50", 123450),
        ("£1,234", 123400),
        ("-5", -500),
        ("£-5.5", -550),
        ("-£5.50", -550),
        ("5.50-", -550),
        ("(5.50)", -550),
        ("5.50 DR", -550),
        ("5.50CR", 550),
        ("+5.50", 550),
        (".50", 50),
        ("GBP 5.00", 500),
        ("\u2212\u00a05.00", -500),
        ("12,34", None),
        ("1,23,456", None),
        ("1.234", None),
        ("12.", None),
        ("=1+1", None),
        ("1e3", None),
        ("NaN", None),
        ("\u0663", None),
        ("--5", None),
        ("5.00 EUR", None),
        ("9" * 30, None),
        ("", None),
        (".", None),
    ],
)
def test_an_amount_is_read_exactly_or_not_at_all(cell: str, pence: int | None) -> None:
    assert parse_pence(cell, DecimalMark.POINT, "GBP") == pence


@pytest.mark.parametrize(
    ("cell", "pence"), [("1.234,50", 123450), ("1234,5", 123450), ("12.34", None), ("12,345", None)]
)
def test_a_decimal_comma_is_read_only_where_it_is_said(cell: str, pence: int | None) -> None:
    assert parse_pence(cell, DecimalMark.COMMA, "EUR") == pence


@pytest.mark.parametrize(
    ("cell", "order", "found"),
    [
        ("01/05/2026", DateOrder.DAY_FIRST, date(2026, 5, 1)),
        ("01/05/2026", DateOrder.MONTH_FIRST, date(2026, 1, 5)),
        ("2026-05-01T10:00:00Z", DateOrder.YEAR_FIRST, date(2026, 5, 1)),
        ("1 May 26", DateOrder.DAY_FIRST, date(2026, 5, 1)),
        ("01-September-2025", DateOrder.DAY_FIRST, date(2025, 9, 1)),
        ("20260501", DateOrder.YEAR_FIRST, date(2026, 5, 1)),
        ("31/02/2026", DateOrder.DAY_FIRST, None),
        ("13/13/2026", DateOrder.DAY_FIRST, None),
        ("2026-05-01", DateOrder.DAY_FIRST, None),
        ("1/5/206", DateOrder.DAY_FIRST, None),
        ("yesterday", DateOrder.DAY_FIRST, None),
        ("\u0660\u0661/05/2026", DateOrder.DAY_FIRST, None),
    ],
)
def test_a_date_is_read_in_the_order_that_is_said(cell: str, order: DateOrder, found: date | None) -> None:
    assert parse_date(cell, order) == found


def test_text_keeps_formulas_and_loses_what_shows_nothing() -> None:
    assert plain_text(" =HYPERLINK(\u202e1)\t\x07\n x\u200b ") == "=HYPERLINK(1) x"
    assert plain_text(" \t ") is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found(delimiter: str, encoding: str) -> None:
    text = "Account,12345678\n\nDate,Description,Amount\n29/05/2026,Café Lernzentrum,500.00\n".replace(",", delimiter)
    found = _read(text.encode(encoding))
    assert found.faults.count == 0
    (line,) = found.lines
    assert (line.number, line.booked_on, line.pence) == (4, date(2026, 5, 29), 50_000)
    assert line.description == "Café Lernzentrum"


def test_columns_can_be_numbers_and_two_for_the_amount() -> None:
    columns = CsvColumns(date="1", paid_in="3", paid_out="4", description="2")
    found = _read(b"Date,Text,In,Out\n29/05/2026,fee,500.00,\n30/05/2026,charge,,5.00\n30/05/2026,forward,,\n", columns)
    assert [line.pence for line in found.lines] == [50_000, -500]
    assert found.without_amount == 1
    plain = _read(b"29/05/2026,fee,500.00,\n30/05/2026,charge,,5.00\n", columns)
    assert [line.pence for line in plain.lines] == [50_000, -500], "without a heading, no line is taken for one"
    both = _faults(b"29/05/2026,fee,500.00,5.00\n", columns)
    assert [code for code, _ in both] == [InputFaultCode.STATEMENT_AMOUNT]


def test_every_fault_is_named_with_line_and_column() -> None:
    data = csv_of("29/05/2026,fee,500.00", "31/02/2026,fee,12,00", "02/06/2026,fee,1.234", "29/05/2026,fee")
    assert _faults(data) == [
        (
            InputFaultCode.STATEMENT_LINE,
            "Line 3 has 4 cells where the first has 3. Put text that holds a separator in quotation marks.",
        ),
        (
            InputFaultCode.STATEMENT_DATE,
            "Line 4, column 1 (date_column), is before 2000 or in the future if read with date_order=day_first.",
        ),
        (
            InputFaultCode.STATEMENT_AMOUNT,
            "Line 4, column 3 (amount_column), is no amount with up to two decimals after a point, up to a hundred "
            "million.",
        ),
        (
            InputFaultCode.STATEMENT_LINE,
            "Line 5 has 2 cells where the first has 3. Put text that holds a separator in quotation marks.",
        ),
    ]


def test_the_first_hundred_faults_are_listed_and_all_counted() -> None:
    found = _read(csv_of(*["nonsense,fee,500.00"] * 250))
    assert (len(found.faults.shown), found.faults.count) == (100, 250)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"Date,Description,Amount\n29/05/2026,caf\xe9 caf\xc3\xa9,1.00\n", "statement_unreadable", "Line 2 has bytes"),
        (b"Date,Description,Amount\n29/05/2026,\x81,1.00\n", "statement_unreadable", "Line 2 has bytes"),
        (b"\xff\xfeD\x00a", "statement_unreadable", "Line 1 has bytes"),
        (csv_of("29/05/2026,a\0b,1.00"), "statement_unreadable", "Line 2 has a NUL"),
        (csv_of('29/05/2026,"never closed,1.00'), "statement_line", "Line 2 has a cell"),
        (csv_of(f"29/05/2026,{'x' * 3_000},1.00"), "statement_line", "Line 2 has a cell"),
        (csv_of(f"29/05/2026,{'x' * 1_500},1.00"), "statement_line", "Line 2, column 2"),
        (csv_of("x" * 30_000), "statement_line", "A line has more than 20,000"),
        (csv_of("29/05/2026,a,1.00", heading="Day,Text,Sum"), "statement_column", "None of the first 30"),
        (csv_of("29/05/2026,a,1.00,2", heading="Date,Description,Amount,Amount"), "statement_column", "more than once"),
        (csv_of("29/05/2026,a,0.00"), "statement_empty", "No line"),
        (b"PK\x03\x04 not a statement \x00", "statement_unreadable", "NUL"),
        (csv_of(*["29/05/2026,a,1.00"] * (MOST_LINES + 1)), "statement_too_long", "20,000 lines"),
        (b"29/05/2026,a,1.00\n" * 1_000_000, "statement_too_long", "20,000 lines"),
    ],
)
def test_a_hostile_or_broken_csv_is_refused(data: bytes, code: str, words: str) -> None:
    ((found, detail),) = _faults(data)
    assert found.value == code
    assert words in detail


def test_a_csv_needs_its_columns() -> None:
    ((code, detail),) = _faults(csv_of("29/05/2026,a,1.00"), None)
    assert code is InputFaultCode.STATEMENT_UNREADABLE
    assert "date_column" in detail


def test_ofx_and_mt940_are_read() -> None:
    ofx = _read(OFX, None)
    assert (ofx.format, ofx.currency, ofx.bank_account) == (StatementFormat.OFX, "GBP", "12345678")
    assert [(line.pence, line.payer, line.description, line.bank_id) for line in ofx.lines] == [
        (50_000, "TRENT VALLEY", "INV-2026-000001", "A1"),
        (-550, "BANK CHARGE", None, "A2"),
    ]
    mt940 = _read(MT940, None)
    assert mt940.format is StatementFormat.MT940
    assert [(line.pence, line.bank_id) for line in mt940.lines] == [(50_000, None)]


@pytest.mark.parametrize(
    "data",
    [
        OFX.replace(b"500.00", b"5x0.00"),
        OFX.replace(b"<DTPOSTED>20260529", b"<DTPOSTED>", 1),
        OFX.replace(b"</OFX>", b""),
        OFX[:-200],
        OFX[: OFX.index(b"<STMTTRN><TRNTYPE>DEBIT")],
        OFX.replace(b"CURDEF>GBP", b"CURDEF>"),
        MT940.replace(b"600,00", b"601,00"),
        MT940.replace(b":61:2605290529C500,00NTRFNONREF\n", b""),
        OFX.replace(b"20260529", b"20260629"),
        OFX.replace(b"500.00", b"500.001"),
    ],
)
def test_a_bank_file_with_anything_unclear_is_refused(data: bytes) -> None:
    found = _read(data, None)
    assert found.faults.count
    assert not any("5x0" in detail for _, detail in found.faults.shown), "the input is never repeated"


def test_a_truncated_ofx_is_called_so() -> None:
    ((_, detail),) = _faults(OFX[: OFX.index(b"<STMTTRN><TRNTYPE>DEBIT")], None)
    assert detail == "The file ends before its </OFX>. Download the statement again."


def test_a_line_has_one_key_in_every_statement() -> None:
    two = csv_of("29/05/2026,fee,500.00", "29/05/2026,fee,500.00", "28/05/2026,fee,500.00")
    keys = [record["key"] for record in records_of(_read(two))]
    assert len(set(keys)) == 3, "two equal lines of one day are two"
    longer = csv_of("27/05/2026,other,1.00", "28/05/2026,fee,500.00", *["29/05/2026,fee,500.00"] * 3)
    again = [record["key"] for record in records_of(_read(longer))]
    assert set(keys) < set(again), "and they stand again in a statement that overlaps"
    second = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260529<TRNAMT>-5,50<FITID>A2<NAME>BANK CHARGE</STMTTRN>"
    twice = OFX.replace(second.encode(), 2 * second.encode())
    assert len(_read(twice, None).lines) == 3
    assert len(records_of(_read(twice, None))) == 2, "an id is the bank's own, so this is the same line twice"
    reused = OFX.replace(b"<FITID>A2", b"<FITID>A1")
    assert len(records_of(_read(reused, None))) == 2, "an id that the bank uses again hides no line"
    zeros = OFX.replace(b"<FITID>A2", b"<FITID>000").replace(b"<FITID>A1", b"<FITID>000")
    assert {record["key"][:6] for record in records_of(_read(zeros, None))} == {"sha256"}


def test_a_column_that_is_no_id_drops_no_line_silently() -> None:
    """A customer's reference, taken for the bank's id, would make two payments of one day one."""
    columns = CsvColumns(date="Date", amount="Amount", bank_id="Description")
    data = csv_of("29/05/2026,C-1,500.00", "29/05/2026,C-2,500.00", "29/05/2026,C-1,500.00", "30/05/2026,C-1,500.00")
    ((code, detail),) = _faults(data, columns)
    assert code is InputFaultCode.STATEMENT_ID_REPEATED
    assert detail.startswith("Line 4 has the id, date and amount of 2. If they are two payments, id_column names no id")


def test_a_bank_file_that_gives_one_id_to_two_payments_is_refused() -> None:
    data = OFX.replace(b"<FITID>A2", b"<FITID>A1").replace(b"-5,50", b"500.00")
    ((code, detail),) = _faults(data, None)
    assert code is InputFaultCode.STATEMENT_ID_REPEATED
    assert detail.startswith("Transaction 2 has the id, date and amount of 1, and other texts.")
