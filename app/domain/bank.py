"""Bank statements and their lines: vocabulary, what identifies a line, and the numbers that a line quotes."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.domain.json_values import JsonObject

ACCOUNT_PATTERN: Final = "^[a-z0-9][a-z0-9-]{0,39}$"
"""Short enough for `bank:<account>` to name an external system."""

_ACCOUNT: Final = re.compile("[a-z0-9][a-z0-9-]{0,39}")
_CURRENCY: Final = re.compile("[A-Z]{3}")


def account_name(text: str) -> str | None:
    """The name, if it can name an account."""
    return text if _ACCOUNT.fullmatch(text) else None


def currency_code(text: str) -> str | None:
    """The code, if it is spelt like one."""
    return text if _CURRENCY.fullmatch(text) else None


class BankLineStatus(StrEnum):
    """Where a bank line stands."""

    UNMATCHED = "unmatched"
    SUGGESTED = "suggested"
    PART_CONFIRMED = "part_confirmed"
    CONFIRMED = "confirmed"
    IGNORED = "ignored"
    WITHDRAWN = "withdrawn"


OPEN_STATUSES: Final = (BankLineStatus.UNMATCHED, BankLineStatus.SUGGESTED, BankLineStatus.PART_CONFIRMED)
"""Lines of which a part still waits for somebody."""


class StatementFormat(StrEnum):
    """The format of an uploaded statement, told from its content."""

    CSV = "csv"
    OFX = "ofx"
    MT940 = "mt940"


class DateOrder(StrEnum):
    """How the dates of a CSV statement are written."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


class DecimalMark(StrEnum):
    """What stands before the pence."""

    POINT = "point"
    COMMA = "comma"


MOST_LINES: Final = 20_000
"""Lines of one statement: years of a busy account, and still a moment's work."""

FAULTS_SHOWN: Final = 100
"""Faults of one file that an answer lists; it counts the others."""


class MatchReason(StrEnum):
    """Why a match is suggested. New reasons may be added."""

    REFERENCE = "reference"
    AMOUNT = "amount"
    PAYER = "payer"
    RECORDED = "recorded"


@dataclass(frozen=True)
class CsvColumns:
    """How to read a CSV statement. A column is the name in its heading, or its number counted from 1."""

    date: str
    amount: str | None = None
    """One column of signed amounts; else two, for money in and money out."""
    paid_in: str | None = None
    paid_out: str | None = None
    description: str | None = None
    reference: str | None = None
    payer: str | None = None
    bank_id: str | None = None
    date_order: DateOrder = DateOrder.DAY_FIRST
    decimal_mark: DecimalMark = DecimalMark.POINT

    @classmethod
    def from_json(cls, stored: JsonObject) -> "CsvColumns":
        """Read what `asdict` made, and JSON kept."""
        choices = {"date_order": DateOrder(stored["date_order"]), "decimal_mark": DecimalMark(stored["decimal_mark"])}
        return cls(**stored | choices)

    @property
    def named(self) -> dict[str, str]:
        """The columns that are used, by what they hold."""
        held = ("date", "amount", "paid_in", "paid_out", "description", "reference", "payer", "bank_id")
        return {name: column for name in held if (column := getattr(self, name)) is not None}


@dataclass(frozen=True)
class StatementLine:
    """A line as its file has it. The amount is negative for money out."""

    number: int
    booked_on: date
    pence: int
    description: str | None
    reference: str | None
    payer: str | None
    bank_id: str | None

    @property
    def text(self) -> str:
        """Everything that the bank wrote."""
        return " ".join(filter(None, (self.reference, self.description, self.payer)))


def with_keys(lines: Iterable[StatementLine]) -> Iterator[tuple[str, StatementLine]]:
    """Give each line its key, by which the account has it once, in whichever statements it stands.

    The bank's own id if there is one, else a digest of date, amount and texts, and the line's place among its equals of
    that day: two equal payments on one day are two, and both stand again in every statement that has the day.
    """
    equals: Counter[str] = Counter()
    for line in lines:
        if line.bank_id is not None and line.bank_id.strip("0"):
            # With date and amount: some banks use an id again, and no line may be taken for another.
            yield f"id:{line.bank_id}:{line.booked_on.isoformat()}:{line.pence}", line
            continue
        texts = (line.description, line.reference, line.payer)
        content = "\x1f".join((line.booked_on.isoformat(), str(line.pence), *(text or "" for text in texts)))
        equals[content] += 1
        digest = hashlib.sha256(f"{content}\x1f{equals[content]}".encode()).hexdigest()
        yield f"sha256:{digest[:40]}", line


# Letters, a year and a number, as in INV-2026-000045. Whatever stands between them is optional, and so are leading
# zeros; a letter or digit more, and it is another number.
_OURS: Final = re.compile(r"(?<![0-9A-Z])([A-Z]{2,3})[\W_]{0,3}(20[0-9]{2})[\W_]{0,3}0{0,8}([1-9][0-9]{0,8})(?![0-9])")
_QUOTED: Final = re.compile(r"(?<![0-9A-Z])[0-9A-Z][0-9A-Z/._-]{1,38}(?![0-9A-Z])")
_MOST_NUMBERS: Final = 20
_DIGITS_THAT_TELL: Final = 3


def numbers_in(text: str) -> list[str]:
    """The invoice numbers that a text may quote: ours as we write them, others exactly as they stand, in capitals.

    Numbers are never compared by likeness: INV-2026-0000451 is not INV-2026-000045. One or two digits alone are no
    number, because every date has them. Where a text has too many, those with more digits are kept.
    """
    text = text.upper()
    found = {f"{series}-{year}-{number.zfill(6)}": None for series, year, number in _OURS.findall(text)}
    digits = {
        word: sum(sign.isdigit() for sign in word) for word in (each.strip("/._-") for each in _QUOTED.findall(text))
    }
    found |= {word: None for word, count in digits.items() if count >= _DIGITS_THAT_TELL}
    found |= {word: None for word, count in digits.items() if count and any(sign.isalpha() for sign in word)}
    return list(found)[:_MOST_NUMBERS]
