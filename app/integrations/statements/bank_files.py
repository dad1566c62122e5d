"""OFX and MT940, read by `bankfile`. It reads on over what it cannot read, and warns: a warning refuses the file."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import bankfile
from bankfile.detect import detect

from app.domain.bank import MOST_LINES, StatementFormat, StatementLine
from app.domain.refusals.input_faults import InputFaultCode
from app.integrations.statements.cells import plain_text
from app.integrations.statements.faults import Faults
from app.integrations.statements.limits import EARLIEST, LONGEST, MOST_PENCE, too_many_lines

_OFX_END: Final = re.compile(rb"</OFX>\s*\Z", re.IGNORECASE)
_TRANSACTION: Final = re.compile(rb"<STMTTRN>|^:61:", re.IGNORECASE | re.MULTILINE)
_NO_REFERENCE: Final = frozenset({"NONREF", "NOTPROVIDED"})
_TAG: Final = re.compile("[A-Z0-9]{1,20}")
_CURRENCY: Final = re.compile("[A-Z]{3}")


@dataclass(frozen=True)
class BankFileContent:
    """What was read. `bank_account` is the account as the file names it."""

    format: StatementFormat
    currency: str
    bank_account: str | None
    lines: list[StatementLine]
    without_amount: int


def is_bank_file(data: bytes) -> bool:
    """True for OFX and MT940, whatever the file is called."""
    try:
        detect(data)
    except bankfile.UnknownFormatError:
        return False
    return True


def read_bank_file(data: bytes, today: date, faults: Faults) -> BankFileContent:
    """Read every line. Raises `Unreadable` where nothing can be read, and adds everything else to the faults."""
    # Before it is parsed: that takes a hundred times the file's memory, and a minute for a million lines.
    if sum(1 for _ in _TRANSACTION.finditer(data)) > MOST_LINES:
        raise too_many_lines(faults)
    found = bankfile.parse_bytes(data)
    if found.source.format == "OFX" and not _OFX_END.search(data):
        raise faults.stop(
            InputFaultCode.STATEMENT_UNREADABLE, "The file ends before its </OFX>. Download the statement again."
        )
    wrong = Counter((each.rule, each.field) for each in found.warnings if each.rule != "encoding")
    for (rule, field), count in wrong.items():
        times = f" ({count:,} times)" if count > 1 else ""
        tag = field if field is not None and _TAG.fullmatch(field) else "The file"
        faults.add(InputFaultCode.STATEMENT_UNREADABLE, f"{tag}: {_WRONG[rule]}{times}.")
    if len(found.transactions) > MOST_LINES:
        raise too_many_lines(faults)
    currencies = {found.currency, *(each.currency for each in found.transactions)} - {None}
    if len(currencies) != 1 or not _CURRENCY.fullmatch(currency := str(*currencies)):
        raise faults.stop(InputFaultCode.STATEMENT_ACCOUNT, "The file names no currency, or more than one.")
    lines = [_line(number, each, today, faults) for number, each in enumerate(found.transactions, start=1)]
    moving = [line for line in lines if line is not None]
    account = plain_text(found.account or "")
    return BankFileContent(
        StatementFormat(found.source.format.lower()),
        currency,
        account[:100] if account else None,
        moving,
        len(lines) - len(moving),
    )


_WRONG: Final = {
    "header": "the header cannot be read",
    "amount": "an amount cannot be read for certain",
    "date": "a date cannot be read for certain",
    "tag": "something is missing, repeated or not known, or the balances do not agree with the lines",
}


def _line(number: int, found: bankfile.Transaction, today: date, faults: Faults) -> StatementLine | None:
    before = faults.count
    if not EARLIEST <= found.date <= today:
        faults.add(InputFaultCode.STATEMENT_DATE, f"Transaction {number:,}: the date is before 2000 or in the future.")
    pence = found.amount * 100
    if pence != pence.to_integral_value() or abs(pence) > MOST_PENCE:
        faults.add(
            InputFaultCode.STATEMENT_AMOUNT,
            f"Transaction {number:,}: the amount has more than two decimals, or is above a hundred million.",
        )
    ofx = "FITID" in found.raw
    references = [found.reference, found.check_number, None if ofx else found.bank_reference]
    texts = {
        "description": found.purpose,
        "reference": " ".join(each for each in references if each and each.strip().upper() not in _NO_REFERENCE),
        "payer": found.counterparty_name,
        # An MT940's reference need not be one line's alone.
        "bank_id": found.bank_reference if ofx else None,
    }
    plain = {name: plain_text(text or "") for name, text in texts.items()}
    for name, text in plain.items():
        if text is not None and len(text) > LONGEST[name]:
            faults.add(
                InputFaultCode.STATEMENT_LINE,
                f"Transaction {number:,}: the {name} has more than {LONGEST[name]:,} characters.",
            )
    if faults.count > before or pence == Decimal(0):
        return None
    return StatementLine(number, found.date, int(pence), **plain)
