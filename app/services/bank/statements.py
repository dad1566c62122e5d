"""Upload and read bank statements."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, cast

import structlog
from sqlalchemy import CursorResult, text
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.bank import BankLineStatus, CsvColumns, StatementFormat
from app.domain.events import EventType
from app.domain.refusals.bank import StatementAlreadyUploaded
from app.domain.refusals.input import InputFault, InvalidInput, fault, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.requests import Overloaded, TooLarge
from app.domain.working_days import london_date
from app.integrations.statements.cells import plain_text
from app.integrations.statements.faults import Faults
from app.integrations.statements.process import (
    ReaderStopped,
    ReadStatement,
    StatementRefused,
    StatementTooComplex,
    read_statement,
)
from app.integrations.statements.program import RECORDS_AT_ONCE
from app.integrations.storage import Spool, receive_file
from app.models import BankStatement
from app.places import INSPECTIONS
from app.queries import bank_statements as queries
from app.queries.locking import Turn, take_turn
from app.schemas import bank_statements as schemas
from app.services.bank.judging import judge_statement
from app.services.uploads import Upload

log = structlog.get_logger(__name__)

_KEEP = text(
    "INSERT INTO bank_lines (id, statement_id, account, key, number, booked_on, amount_pence, currency, description, "
    "reference, payer, bank_id, numbers, status) "
    "SELECT line_id, :statement_id, :account, key, number, booked_on, pence, :currency, description, reference, payer, "
    f"bank_id, numbers, '{BankLineStatus.UNMATCHED.value}' "
    "FROM ROWS FROM (jsonb_to_recordset(CAST(:batch AS jsonb)) AS (key text, number bigint, booked_on date, "
    "pence bigint, description text, reference text, payer text, bank_id text, numbers text[]), "
    "unnest(CAST(:ids AS uuid[]))) "
    "AS line(key, number, booked_on, pence, description, reference, payer, bank_id, numbers, line_id) "
    "WHERE key IS NOT NULL "
    f"ON CONFLICT (account, key) WHERE status <> '{BankLineStatus.WITHDRAWN.value}' DO NOTHING"
)


async def upload(
    work: Work, account: str, currency: str | None, columns: Mapping[str, str | None], file: Upload
) -> schemas.BankStatement:
    """Read the file while no connection is held, then keep its lines, each once per account.

    Raises `InvalidInput` with what is wrong in the file, and then nothing of it is kept; `TooLarge`, `Overloaded`,
    `StorageFull`, `Unavailable`, and `Conflict` for a file that was uploaded before.
    """
    as_columns = await _columns(work, account, {name: value for name, value in columns.items() if value is not None})
    async with work.aside():
        content = await receive_file(file.file)
        found = await _read(work, content, as_columns, currency or work.settings.fee.currency)
        sha256 = content.sha256()
    # One upload at a time from here on: two that hold the same lines in another order would wait for each other.
    await take_turn(work.session, Turn.BANK_STATEMENTS)
    known = await queries.find_same_file(work.session, sha256)
    if known is not None:
        raise StatementAlreadyUploaded(known)
    await _require_same_account(work, account, found)
    row = BankStatement(
        id=uuid7(),
        account=account,
        currency=found.currency,
        format=found.format,
        file_name=_file_name(file.file_name, found),
        size_bytes=content.size,
        sha256=sha256,
        bank_account=found.bank_account,
        mapping=asdict(as_columns) if as_columns is not None and found.format is StatementFormat.CSV else None,
        first_on=found.first_on,
        last_on=found.last_on,
        lines=found.lines,
        new_lines=0,
        lines_without_amount=found.without_amount,
        uploaded_by=work.actor.id,
        uploaded_by_name=work.actor.name,
        uploaded_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    row.new_lines = await _keep(work, row, found)
    await work.session.flush()
    await judge_statement(work, row.id)
    await _record(work, row)
    return to_schema(row)


async def _columns(work: Work, account: str, sent: Mapping[str, Any]) -> CsvColumns | None:
    """How to read a CSV: as the fields of `CsvColumns` say that were sent, else as the account's last one."""
    if not sent:
        last = await queries.find_last_of_account(work.session, account, mapped=True)
        return CsvColumns.from_json(last.mapping) if last is not None and last.mapping is not None else None
    faults = []
    if "date" not in sent:
        faults.append(in_body("/date_column", InputFaultCode.REQUIRED, "Say which column holds the date."))
    if ("amount" in sent) == ("paid_in" in sent or "paid_out" in sent):
        sentence = "Give either amount_column, or paid_in_column and paid_out_column."
        faults.append(in_body("/amount_column", InputFaultCode.BOTH_OR_NEITHER, sentence))
    if faults:
        raise InvalidInput(faults)
    return CsvColumns(**sent)


async def _read(work: Work, content: Spool, columns: CsvColumns | None, currency: str) -> ReadStatement:
    if content.size > work.settings.upload_limit_bytes:
        limit = work.settings.upload_limit_bytes // (1024 * 1024)
        raise TooLarge(f"The file is larger than {limit} MB. Upload it in parts, by whole days.")
    if not content.size:
        raise fault("/file", InputFaultCode.FILE_EMPTY, "The file is empty.")
    descriptor, today = content.fileno(), london_date(work.now)
    try:
        return await INSPECTIONS.run(partial(read_statement, descriptor, columns, currency, today))
    except StatementRefused as refused:
        raise InvalidInput(list(_in_file(refused.faults))) from refused
    except StatementTooComplex as error:
        sentence = "Reading the file takes more time or memory than a statement should. Download it again."
        raise fault("/file", InputFaultCode.STATEMENT_UNREADABLE, sentence) from error
    except ReaderStopped as stopped:
        log.warning("statement_unread")
        raise Overloaded from stopped


def _in_file(faults: Faults) -> Iterator[InputFault]:
    for code, detail in faults.shown:
        yield in_body("/file", code, detail)
    more = faults.count - len(faults.shown)
    if more:
        yield in_body("/file", InputFaultCode.MORE_FAULTS, f"There are {more:,} faults more, {faults.count:,} in all.")


async def _require_same_account(work: Work, account: str, found: ReadStatement) -> None:
    last = await queries.find_last_of_account(work.session, account)
    if last is not None and last.currency != found.currency:
        sentence = f"The account is kept in {last.currency}, and the statement is not."
        raise fault("/account", InputFaultCode.STATEMENT_ACCOUNT, sentence)
    number = found.bank_account
    if number is not None and await queries.disagrees_about_account(work.session, account, number):
        sentence = "Earlier statements of this name are of another account, or this account has another name."
        raise fault("/account", InputFaultCode.STATEMENT_ACCOUNT, sentence)


def _file_name(given: str | None, found: ReadStatement) -> str:
    return (plain_text(re.split(r"[/\\]", given or "")[-1]) or f"statement.{found.format.value}")[:200]


async def _keep(work: Work, row: BankStatement, found: ReadStatement) -> int:
    """Keep the lines that the account does not have yet; returns how many."""
    kept = 0
    for batch in found.batches:
        values = {"statement_id": row.id, "account": row.account, "currency": row.currency, "batch": batch}
        ids = [uuid7() for _ in range(RECORDS_AT_ONCE)]
        done = await work.session.execute(_KEEP, values | {"ids": ids})
        kept += cast(CursorResult[Any], done).rowcount
    return kept


async def _record(work: Work, row: BankStatement) -> None:
    await outbox.record(
        work,
        EventType.BANK_STATEMENT_UPLOADED,
        ("bank_statement", row.id),
        summary=f"Statement of account {row.account} uploaded: {row.new_lines:,} new lines of {row.lines:,}",
        centre_sees=False,
        after={
            "account": row.account,
            "format": row.format.value,
            "sha256": row.sha256,
            "first_on": row.first_on.isoformat(),
            "last_on": row.last_on.isoformat(),
            "lines": row.lines,
            "new_lines": row.new_lines,
        },
    )


async def list_all(work: Work, query: schemas.BankStatementQuery) -> schemas.BankStatementPage:
    """List a page of statements."""
    rows, cursor = await queries.list_bank_statements(work, query)
    return schemas.BankStatementPage(items=[to_schema(row) for row in rows], next_cursor=cursor)


def to_schema(row: BankStatement) -> schemas.BankStatement:
    """Show a statement."""
    return schemas.BankStatement(
        id=row.id,
        account=row.account,
        currency=row.currency,
        format=row.format,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        bank_account=row.bank_account,
        columns=schemas.BankColumns.model_validate(row.mapping) if row.mapping is not None else None,
        first_on=row.first_on,
        last_on=row.last_on,
        lines=row.lines,
        new_lines=row.new_lines,
        known_lines=row.lines - row.new_lines,
        lines_without_amount=row.lines_without_amount,
        uploaded_by_name=row.uploaded_by_name,
        uploaded_at=row.uploaded_at,
        withdrawal=row.withdrawal,
        withdrawn_by_name=row.withdrawn_by_name,
        withdrawn_at=row.withdrawn_at,
    )


async def show(work: Work, row: BankStatement) -> schemas.BankStatement:
    """Show one statement."""
    return to_schema(row)
