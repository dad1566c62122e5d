"""Bank statements that finance staff and finance systems upload."""

from typing import Annotated

from fastapi import File, Form, Query
from pydantic import Field

from app.domain.bank import DateOrder, DecimalMark
from app.domain.permissions import Permission
from app.domain.refusals.bank import StatementAlreadyUploaded, StatementMatched, StatementRepeated, StatementWithdrawn
from app.http.access import require
from app.http.body import FilePart
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import BankStatement
from app.queries.bank_statements import find_bank_statement
from app.schemas import bank_statements as schemas
from app.schemas.bank_statements import AccountName, ColumnName, CurrencyCode
from app.services.bank import statements, withdrawing
from app.services.rate_limits import Limit
from app.services.uploads import Upload

routes = router("/v1/bank-statements", "Bank")
StatementDep = Annotated[BankStatement, Target]


def _column(holds: str, example: str) -> object:
    return Form(
        description=f"The column of {holds}: its name in the heading, or its number counted from 1.",
        examples=[example],
    )


@routes.post(
    "",
    operation_id="uploadBankStatement",
    status_code=201,
    summary="Upload a bank statement",
    dependencies=[
        require(
            Permission.MANAGE_BANK_LINES,
            location="/v1/bank-statements/{id}",
            limits=(Limit("upload_bank_statement", 60, 3600),),
        )
    ],
)
@refuses(StatementAlreadyUploaded)
async def upload_bank_statement(
    work: WorkDep,
    file: Annotated[
        FilePart,
        File(description="The statement: CSV, OFX or MT940, up to 25 MB and 20,000 lines. Export whole days."),
    ],
    account: Annotated[
        AccountName,
        Form(description="Your name for the account. A line is kept once per account.", examples=["main"]),
    ],
    currency: Annotated[
        CurrencyCode | None,
        Form(description="The currency of a CSV. Without it, that of the fee.", examples=["GBP"]),
    ] = None,
    date_column: Annotated[ColumnName | None, _column("the date", "Date")] = None,
    amount_column: Annotated[ColumnName | None, _column("signed amounts", "Amount")] = None,
    paid_in_column: Annotated[ColumnName | None, _column("money in", "Paid in")] = None,
    paid_out_column: Annotated[ColumnName | None, _column("money out", "Paid out")] = None,
    description_column: Annotated[ColumnName | None, _column("the bank's text", "Description")] = None,
    reference_column: Annotated[ColumnName | None, _column("the payer's reference", "Reference")] = None,
    payer_column: Annotated[ColumnName | None, _column("the payer's name", "Name")] = None,
    id_column: Annotated[ColumnName | None, _column("the bank's own id of a line", "Transaction ID")] = None,
    date_order: Annotated[
        Annotated[DateOrder, Field(examples=["day_first"])] | None,
        Form(description="How dates are written. Without it, the day first."),
    ] = None,
    decimal_mark: Annotated[
        Annotated[DecimalMark, Field(examples=["point"])] | None,
        Form(description="What stands before the pence. Without it, a point."),
    ] = None,
) -> schemas.BankStatement:
    """Keeps every line that the account does not have yet, however often and in whichever statements it is uploaded.
    Two equal lines of one day are two.

    A CSV needs `date_column`, and `amount_column` or both of `paid_in_column` and `paid_out_column`; without any column
    it is read as the account's last CSV was. Its delimiter and encoding are found. A file with a fault is refused as a
    whole: `errors` names line and column of up to 100 faults.
    """
    columns = {
        "date": date_column,
        "amount": amount_column,
        "paid_in": paid_in_column,
        "paid_out": paid_out_column,
        "description": description_column,
        "reference": reference_column,
        "payer": payer_column,
        "bank_id": id_column,
        "date_order": date_order,
        "decimal_mark": decimal_mark,
    }
    upload = Upload(file.file, file.filename, file.content_type)
    return await statements.upload(work, account, currency, columns, upload)


@routes.get(
    "",
    operation_id="listBankStatements",
    summary="List bank statements",
    dependencies=[require(Permission.MANAGE_BANK_LINES)],
)
async def list_bank_statements(
    work: WorkDep, query: Annotated[schemas.BankStatementQuery, Query()]
) -> schemas.BankStatementPage:
    """Returns what was uploaded, the last first."""
    return await statements.list_all(work, query)


@routes.get(
    "/{statement_id}",
    operation_id="getBankStatement",
    summary="Read a bank statement",
    dependencies=[require(Permission.MANAGE_BANK_LINES, find_bank_statement)],
)
async def get_bank_statement(work: WorkDep, row: StatementDep) -> schemas.BankStatement:
    """Returns what was uploaded, and how many of its lines were new."""
    return await statements.show(work, row)


@routes.post(
    "/{statement_id}/withdrawal",
    operation_id="withdrawBankStatement",
    summary="Withdraw a bank statement",
    dependencies=[require(Permission.MANAGE_BANK_LINES, find_bank_statement)],
)
@refuses(StatementWithdrawn, StatementMatched, StatementRepeated)
async def withdraw_bank_statement(
    work: WorkDep, row: StatementDep, body: schemas.BankStatementWithdrawal
) -> schemas.BankStatement:
    """Takes back a statement that was uploaded by mistake, such as under another account's name. The lines that it
    brought leave all suggestions and totals, and stay on record as `withdrawn`. The file can be uploaded again."""
    return await withdrawing.withdraw(work, row, body)
