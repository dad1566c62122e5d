"""CSV that a spreadsheet opens without running any of it (RFC 4180; OWASP, CSV injection)."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Final

MARK: Final = "\ufeff"
"""First in a file: without it, Excel takes UTF-8 for the code page of the machine."""

# A cell that begins so is a formula, also in full-width forms and after spaces that a spreadsheet trims.
_FORMULA: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_AT_THE_START: Final = re.compile(rf"(?=\s*[{_FORMULA}]|[\t\r\n])")
# Where a semicolon separates cells, as in much of Europe, our quotes do not hold them together: what follows one, a tab
# or a line break would be a cell, too.
_AFTER_A_SPLIT: Final = re.compile(rf"([;\t\r\n](?:[^\S\t\r\n]|\")*)(?=[{_FORMULA}])")
_AS_TEXT: Final = "'"


def safe_cell(value: str) -> str:
    """The value so that no spreadsheet takes it for a formula: an apostrophe stands before whatever could be one."""
    safe = _AFTER_A_SPLIT.sub(rf"\1{_AS_TEXT}", value)
    return _AS_TEXT + safe if _AT_THE_START.match(value) else safe


def csv_lines(rows: Iterable[Iterable[str | None]]) -> str:
    """The rows as CSV, every cell in quotes and safe; None is an empty cell."""
    lines = StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) if cell is not None else "" for cell in row] for row in rows)
    return lines.getvalue()
