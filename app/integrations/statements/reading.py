"""Read a statement of any format into lines, each with its key and the numbers that it quotes."""

from dataclasses import asdict, dataclass, field
from datetime import date

from app.domain.bank import MOST_LINES, CsvColumns, StatementFormat, StatementLine, numbers_in, with_keys
from app.domain.json_values import JsonObject
from app.domain.refusals.input_faults import InputFaultCode
from app.integrations.statements.bank_files import is_bank_file, read_bank_file
from app.integrations.statements.csv_lines import read_csv
from app.integrations.statements.decoding import decode
from app.integrations.statements.faults import Faults, Unreadable
from app.integrations.statements.limits import too_many_lines


@dataclass(frozen=True)
class Content:
    """What a statement says; nothing of a file with a fault is used."""

    format: StatementFormat | None
    currency: str
    bank_account: str | None
    lines: list[StatementLine]
    without_amount: int
    faults: Faults = field(default_factory=Faults)


def read(data: bytes, columns: CsvColumns | None, currency: str, today: date) -> Content:
    """Read all of it. A `currency` is needed for a CSV alone, and so are the `columns`."""
    faults = Faults()
    try:
        found = _read(data, columns, currency, today, faults)
    except Unreadable:
        return Content(None, currency, None, [], 0, faults)
    _refuse_repeated_ids(found)
    if not found.lines and not faults.count:
        faults.add(
            InputFaultCode.STATEMENT_EMPTY, "No line of the statement moves money. Check the file and its columns."
        )
    return found


def _refuse_repeated_ids(content: Content) -> None:
    """A line with another's id, day and amount would be taken for it, and its money be lost. Only where a bank's own
    file repeats the texts as well, it is the same line: there an id is one by the format's definition."""
    firsts: dict[str, StatementLine] = {}
    for key, line in with_keys(content.lines):
        first = firsts.setdefault(key, line)
        same = content.format is not StatementFormat.CSV and first.text == line.text
        if first is line or same:
            continue
        where = f"{line.number:,} has the id, date and amount of {first.number:,}"
        if content.format is StatementFormat.CSV:
            sentence = (
                f"Line {where}. If they are two payments, id_column names no id of the bank's: leave it out. If they "
                "are one, delete one of the lines."
            )
        else:
            sentence = f"Transaction {where}, and other texts. Upload the statement as a CSV without id_column."
        content.faults.add(InputFaultCode.STATEMENT_ID_REPEATED, sentence)


def _read(data: bytes, columns: CsvColumns | None, currency: str, today: date, faults: Faults) -> Content:
    if is_bank_file(data):
        file = read_bank_file(data, today, faults)
        return Content(file.format, file.currency, file.bank_account, file.lines, file.without_amount, faults)
    # A cell can span lines, but not so many.
    if data.count(b"\n") > 5 * MOST_LINES:
        raise too_many_lines(faults)
    text = decode(data, faults)
    if columns is None:
        raise faults.stop(
            InputFaultCode.STATEMENT_UNREADABLE,
            "The file is neither OFX nor MT940. For a CSV, give date_column, and amount_column or paid_in_column.",
        )
    csv = read_csv(text, columns, currency, today, faults)
    return Content(StatementFormat.CSV, currency, None, csv.lines, csv.without_amount, faults)


def records_of(content: Content) -> list[JsonObject]:
    """The lines as they are stored, each once."""
    found: dict[str, JsonObject] = {}
    for key, line in with_keys(content.lines):
        record = asdict(line) | {"key": key, "numbers": numbers_in(line.text), "booked_on": line.booked_on.isoformat()}
        found.setdefault(key, record)
    return list(found.values())
