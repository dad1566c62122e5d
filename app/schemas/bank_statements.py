"""Bank statements that finance staff upload."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from app.domain.bank import ACCOUNT_PATTERN, DateOrder, DecimalMark, StatementFormat, account_name, currency_code
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.answered import Bytes, Count, Currency, FileName, FullName, Name, Note, Ordinal, Sha256, promised
from app.schemas.base import Answer, Page, Request
from app.schemas.ids import BankStatementId
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, described
from app.schemas.text import one_line, several_lines, stored_as

ACCOUNT_EXAMPLE = "main"
AccountName = Annotated[
    str,
    one_line(1, 40, pattern=ACCOUNT_PATTERN),
    AfterValidator(
        stored_as(
            account_name,
            InputFaultCode.WRONG_FORMAT,
            "Enter a name of small letters, digits and hyphens, such as current-account.",
        )
    ),
]
ColumnName = Annotated[str, one_line(1, 100)]
CurrencyCode = Annotated[
    str,
    one_line(3, 3, pattern="^[A-Z]{3}$"),
    AfterValidator(
        stored_as(currency_code, InputFaultCode.WRONG_FORMAT, "Enter the three letters of ISO 4217, such as GBP.")
    ),
]
Account = Annotated[
    str,
    promised(pattern=ACCOUNT_PATTERN),
    Field(description="Your name for the bank account.", examples=[ACCOUNT_EXAMPLE]),
]


class BankColumns(Answer):
    """How the columns of a CSV were read: each by the name in its heading, or by its number counted from 1."""

    date: Name = described("The day on which the line was booked.", "Date")
    amount: Name | None = described("One column of signed amounts, or null.", None)
    paid_in: Name | None = described("Money in, where there is a column for each direction; or null.", "Paid in")
    paid_out: Name | None = described("Money out, where there is a column for each direction; or null.", "Paid out")
    description: Name | None = described("What the bank wrote, or null.", "Description")
    reference: Name | None = described("The payer's reference, or null.", None)
    payer: Name | None = described("The payer's name, or null.", None)
    bank_id: Name | None = described("The bank's own id of a line, or null.", None)
    date_order: DateOrder = described("How dates are written.", "day_first")
    decimal_mark: DecimalMark = described("The decimal mark of its amounts.", "point")


class BankStatement(Answer):
    """An uploaded statement. Its lines are listed by `listBankLines`; the file itself is not kept."""

    id: BankStatementId
    account: Account
    currency: Currency = described("The currency of every line.", example.FEE["currency"])
    format: StatementFormat = described("The format of the file, told from its content.", "csv")
    file_name: FileName = described("The name of the file.", "november.csv")
    size_bytes: Bytes = described("The size of the file.", 5120)
    sha256: Sha256 = described(
        "The hash of the file.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    bank_account: Name | None = described("The account as the file names it. Null for a CSV, which does not.", None)
    columns: BankColumns | None = Field(
        description="How the columns of a CSV were read. The account's next CSV is read in the same way unless you "
        "send other columns. Null for other formats."
    )
    first_on: date = described("The first day that has a line.", "2026-11-02")
    last_on: date = described("The last day that has a line.", "2026-11-27")
    lines: Ordinal = described("The lines that move money.", 42)
    new_lines: Count = described("Those that no earlier statement of the account had at the upload.", 40)
    known_lines: Count = described("Those that an earlier statement had; they are not kept twice.", 2)
    lines_without_amount: Count = described("Other lines, such as a balance brought forward. They are not kept.", 1)
    uploaded_by_name: FullName = described("Who uploaded it.", example.FINANCE)
    uploaded_at: Moment = described("When it was uploaded.", example.PAYMENT_RECORDED_AT)
    withdrawal: Note | None = described("Why it was withdrawn, or null.", None)
    withdrawn_by_name: FullName | None = described("Who withdrew it, or null.", None)
    withdrawn_at: Moment | None = described("When it was withdrawn, or null.", None)


class BankStatementWithdrawal(Request):
    """Take back a statement that was uploaded by mistake."""

    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="Why. Only finance staff and finance systems read it.",
        examples=["It is of the savings account."],
    )


class BankStatementPage(Page[BankStatement]):
    """Bank statements, the last upload first."""


class BankStatementQuery(ListQuery):
    """Filters for the list of bank statements."""

    account: Annotated[
        AccountName | None, Field(description="Return only this account's statements.", examples=[ACCOUNT_EXAMPLE])
    ] = None
