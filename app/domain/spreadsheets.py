"""CSV that a spreadsheet opens without running any of it (RFC 4180; OWASP, CSV injection)."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

MARK: Final = "\ufeff"
"""First in a file: without it, Excel takes UTF-8 for the code page of the machine."""

# A cell that begins so is a formula, also in full-width forms and after spaces that a spreadsheet trims.
_FORMULA: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_AS_TEXT: Final = "'"


def safe_cell(value: str) -> str:
    """The value so that no spreadsheet takes it for a formula: one that could be begins with an apostrophe."""
    bare = value.lstrip()
    # What remains of a cell that was split at a tab or a line break would be a cell, too.
    return _AS_TEXT + value if bare.startswith(_FORMULA) or value[:1] in ("\t", "\r", "\n") else value


def csv_lines(rows: Iterable[Iterable[str | None]]) -> str:
    """The rows as CSV, every cell in quotes and safe; None is an empty cell."""
    lines = StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) if cell is not None else "" for cell in row] for row in rows)
    return lines.getvalue()
