"""Lines of a CSV statement, with its heading and delimiter found by the columns that are asked for."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from app.domain.bank import MOST_LINES, CsvColumns, StatementLine
from app.domain.characters import as_typed
from app.domain.refusals.input_faults import InputFaultCode
from app.integrations.statements.cells import parse_date, parse_pence, plain_text
from app.integrations.statements.faults import Faults
from app.integrations.statements.limits import EARLIEST, LONGEST, MOST_PENCE, too_many_lines

_DELIMITERS: Final = ",;\t|"
_LONGEST_CELL: Final = 2_000
_LONGEST_LINE: Final = re.compile(r"[^\r\n]{20001}")
_HEAD_LINES: Final = 30
_MOST_PREAMBLE_CHARACTERS: Final = 100_000

csv.field_size_limit(_LONGEST_CELL)


@dataclass(frozen=True)
class CsvContent:
    """What was read: the lines that move money, and the number of those that move none."""

    lines: list[StatementLine]
    without_amount: int


@dataclass(frozen=True)
class _Layout:
    """Where the columns stand. `width` counts the cells of a line; `skip` the records before the first line."""

    delimiter: str
    at: Mapping[str, int]
    width: int
    skip: int

    def title(self, name: str) -> str:
        """The column, as a fault names it."""
        return f"column {self.at[name] + 1} ({name}_column)"


def read_csv(text: str, columns: CsvColumns, currency: str, today: date, faults: Faults) -> CsvContent:
    """Read every line. Raises `Unreadable` where nothing can be read, and adds everything else to the faults."""
    if _LONGEST_LINE.search(text):
        raise faults.stop(InputFaultCode.STATEMENT_LINE, "A line has more than 20,000 characters.")
    reader = _Reader(_layout(text, columns, faults), columns, currency, today, faults)
    lines: list[StatementLine] = []
    without_amount, read = 0, 0
    for number, cells in _records(text, reader.layout.delimiter, faults):
        read += 1
        if read <= reader.layout.skip or not any(cell.strip() for cell in cells):
            continue
        if len(lines) + without_amount == MOST_LINES:
            raise too_many_lines(faults)
        found = reader.read(number, cells)
        if found is not None:
            lines.append(found)
        else:
            without_amount += 1
    return CsvContent(lines, without_amount)


def _records(text: str, delimiter: str, faults: Faults) -> Iterator[tuple[int, Sequence[str]]]:
    """The records, each with the number of the line where it begins. Raises `Unreadable`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise faults.stop(
                InputFaultCode.STATEMENT_LINE,
                f"Line {number:,} has a cell of more than {_LONGEST_CELL:,} characters, or a quotation mark that is "
                "not closed or stands inside a cell. What follows was not read.",
            ) from error
        yield number, cells


def _layout(text: str, columns: CsvColumns, faults: Faults) -> _Layout:
    heads = {delimiter: _head(text, delimiter) for delimiter in _DELIMITERS}
    by_name = {name: column for name, column in columns.named.items() if not _is_number(column)}
    find: Callable[[str, list[list[str]]], _Layout | None]
    if by_name:
        find = lambda delimiter, head: _with_heading(delimiter, head, columns, faults)  # noqa: E731
    else:
        find = lambda delimiter, head: _by_number(delimiter, head, columns)  # noqa: E731
    found = [layout for delimiter, head in heads.items() if (layout := find(delimiter, head)) is not None]
    if not found:
        asked = ", ".join(f"{name}_column" for name in columns.named)
        raise faults.stop(
            InputFaultCode.STATEMENT_COLUMN,
            f"None of the first {_HEAD_LINES} lines has all of the columns that {asked} name, whether separated "
            "by commas, semicolons, tabs or bars. Check their names and numbers.",
        )
    return max(found, key=lambda layout: layout.width)


def _head(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text[:_MOST_PREAMBLE_CHARACTERS], newline=""), delimiter=delimiter)
    head: list[list[str]] = []
    try:
        head.extend(islice(reader, _HEAD_LINES))
    except csv.Error:
        # What is wrong with the line is said when all of it is read.
        return head
    return head


def _is_number(column: str) -> bool:
    return column.isascii() and column.isdigit() and len(column) <= 3


def _key(name: str) -> str:
    return " ".join(as_typed(name).split()).casefold()


def _with_heading(delimiter: str, head: list[list[str]], columns: CsvColumns, faults: Faults) -> _Layout | None:
    for skip, cells in enumerate(head, start=1):
        keys = [_key(cell) for cell in cells]
        at: dict[str, int] = {}
        for name, column in columns.named.items():
            if _is_number(column):
                at[name] = int(column) - 1
            elif (key := _key(column)) in keys:
                if keys.count(key) > 1:
                    raise faults.stop(
                        InputFaultCode.STATEMENT_COLUMN,
                        f"The heading has the name of {name}_column more than once. Give the column's number instead.",
                    )
                at[name] = keys.index(key)
        if len(at) == len(columns.named) and min(at.values()) >= 0 and max(at.values()) < len(cells):
            return _Layout(delimiter, at, len(cells), skip)
    return None


def _by_number(delimiter: str, head: list[list[str]], columns: CsvColumns) -> _Layout | None:
    """Without a name there may be no heading. The first line is one if it has no digit where the date
    and the amounts stand."""
    at = {name: int(column) - 1 for name, column in columns.named.items()}
    filled = [cells for cells in head if any(cell.strip() for cell in cells)]
    if not filled or min(at.values()) < 0 or max(at.values()) >= len(filled[0]):
        return None
    telling = [filled[0][at[name]] for name in ("date", "amount", "paid_in", "paid_out") if name in at]
    heading = not any(sign.isdigit() for cell in telling for sign in cell)
    skip = head.index(filled[0]) + 1 if heading else 0
    return _Layout(delimiter, at, len(filled[0]), skip)


@dataclass(frozen=True)
class _Reader:
    layout: _Layout
    columns: CsvColumns
    currency: str
    today: date
    faults: Faults

    def read(self, number: int, cells: Sequence[str]) -> StatementLine | None:
        """The line; None for one without an amount, such as the balance brought forward, and for one with a fault."""
        extra = [cell for cell in cells[self.layout.width :] if cell.strip()]
        if extra or len(cells) <= max(self.layout.at.values()):
            self.faults.add(
                InputFaultCode.STATEMENT_LINE,
                f"Line {number:,} has {len(cells):,} cells where the first has {self.layout.width:,}. Put text that "
                "holds a separator in quotation marks.",
            )
            return None
        before = self.faults.count
        booked_on = self._date(number, cells)
        pence = self._pence(number, cells)
        texts = {name: self._text(number, cells, name) for name in LONGEST}
        if self.faults.count > before or booked_on is None or not pence:
            return None
        return StatementLine(number, booked_on, pence, **texts)

    def _date(self, number: int, cells: Sequence[str]) -> date | None:
        found = parse_date(cells[self.layout.at["date"]], self.columns.date_order)
        if found is not None and EARLIEST <= found <= self.today:
            return found
        order = self.columns.date_order.value
        wrong = "is no date" if found is None else "is before 2000 or in the future"
        self._add(InputFaultCode.STATEMENT_DATE, number, "date", f"{wrong} if read with date_order={order}")
        return None

    def _pence(self, number: int, cells: Sequence[str]) -> int:
        """The signed amount; 0 for none."""
        if self.columns.amount is not None:
            return self._amount(number, cells, "amount") or 0
        paid_in, paid_out = self._amount(number, cells, "paid_in") or 0, self._amount(number, cells, "paid_out") or 0
        if paid_in < 0 or (paid_in and paid_out):
            self._add(InputFaultCode.STATEMENT_AMOUNT, number, "paid_in", "is negative, or the line also pays out")
        return paid_in or -abs(paid_out)

    def _amount(self, number: int, cells: Sequence[str], name: str) -> int | None:
        if name not in self.layout.at or not (cell := cells[self.layout.at[name]]).strip():
            return None
        pence = parse_pence(cell, self.columns.decimal_mark, self.currency)
        if pence is None or abs(pence) > MOST_PENCE:
            mark = self.columns.decimal_mark.value
            wrong = f"is no amount with up to two decimals after a {mark}, up to a hundred million"
            self._add(InputFaultCode.STATEMENT_AMOUNT, number, name, wrong)
            return None
        return pence

    def _text(self, number: int, cells: Sequence[str], name: str) -> str | None:
        if name not in self.layout.at:
            return None
        text = plain_text(cells[self.layout.at[name]])
        if text is not None and len(text) > LONGEST[name]:
            self._add(InputFaultCode.STATEMENT_LINE, number, name, f"has more than {LONGEST[name]:,} characters")
        return text

    def _add(self, code: InputFaultCode, number: int, name: str, wrong: str) -> None:
        self.faults.add(code, f"Line {number:,}, {self.layout.title(name)}, {wrong}.")
