"""Confirm what a bank line is: payments to record, or entries that are recorded already."""

from collections.abc import Iterator
from uuid import UUID

from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.bank import OPEN_STATUSES, BankLineStatus
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.domain.payments import PaymentMethod
from app.domain.refusals.bank import (
    BankLineSettled,
    EntryAlreadyMatched,
    MoneyWentOut,
    PaymentLooksRecorded,
    StatementWithdrawn,
)
from app.domain.refusals.input import InputFault, InvalidInput, fault, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.models import BankLine, BankLineMatch, Invoice, InvoiceEntry
from app.queries import bank_lines as queries
from app.queries.applications import lock_application
from app.queries.locked_invoices import InvoiceKey
from app.schemas import bank_lines as schemas
from app.schemas.payments import MoneyInput, PaymentCreate
from app.services import payments
from app.services.bank import views
from app.services.bank.suggestions import DAYS_APART, KINDS_IN, KINDS_OUT

_Shares = list[tuple[schemas.BankAllocation, int]]
_PAYER_CHARACTERS = 140


async def confirm(work: Work, found: BankLine, body: schemas.BankLineConfirmation) -> schemas.BankLine:
    """Record a payment for each allocation, as `recordPayment` does, and note the entries that were there.

    Raises `InvalidInput`, and `Conflict` for a line that is settled, for money that went out, for an entry that another
    line stands for, and for a payment that looks like one that is recorded.
    """
    if not body.allocations and not body.recorded_entry_ids:
        raise fault("/allocations", InputFaultCode.REQUIRED, "Say what the line pays, or which entry it is.")
    _require_each_once(body)
    invoices = await _lock_invoices(work, body)
    line = await queries.lock_bank_line(work.session, found.id)
    if len(invoices) == len(body.allocations):
        _require_fit(line, body)
    entries = await _entries(work, line, body)
    noted = sum(entry.amount_pence for entry in entries.values())
    shares = _shares(line, noted, body)
    faults = [*_entry_faults(line, entries, body), *_share_faults(work, line, invoices, shares, noted)]
    if faults:
        raise InvalidInput(faults)
    before = audited(line)
    await _match_recorded(work, line, entries)
    await _pay(work, line, invoices, shares)
    rest = abs(line.amount_pence) - line.matched_pence
    line.status = BankLineStatus.PART_CONFIRMED if rest else BankLineStatus.CONFIRMED
    line.settled_by_name, line.settled_at = work.actor.name, work.now
    await work.session.flush()
    await outbox.record(
        work,
        EventType.BANK_LINE_CONFIRMED,
        ("bank_line", line.id),
        summary=f"Line of account {line.account} confirmed",
        centre_sees=False,
        before=before,
        after=audited(line),
    )
    return await views.show(work, line)


def audited(line: BankLine) -> JsonObject:
    """What the audit keeps of a line before and after it is settled."""
    return {"status": line.status.value, "amount_pence": line.amount_pence, "matched_pence": line.matched_pence}


def require_open(line: BankLine) -> None:
    """Raise `Conflict` for a line that is settled or withdrawn."""
    if line.status is BankLineStatus.WITHDRAWN:
        raise StatementWithdrawn
    if line.status not in OPEN_STATUSES:
        raise BankLineSettled


def _require_fit(line: BankLine, body: schemas.BankLineConfirmation) -> None:
    require_open(line)
    if body.allocations and line.amount_pence < 0:
        raise MoneyWentOut


def _require_each_once(body: schemas.BankLineConfirmation) -> None:
    asked = [each.invoice_id for each in body.allocations]
    if len(set(asked)) < len(asked):
        raise fault("/allocations", InputFaultCode.DUPLICATE_ITEMS, "Name each invoice once.")


async def _lock_invoices(work: Work, body: schemas.BankLineConfirmation) -> dict[UUID, Invoice]:
    """Lock the applications first, in one order, as everybody locks them before anything else."""
    asked = [each.invoice_id for each in body.allocations]
    invoices = await queries.invoices_to_pay(work.session, asked) if asked else {}
    for application_id in sorted({each.application_id for each in invoices.values()}):
        await lock_application(work.session, application_id)
    return invoices


async def _entries(work: Work, line: BankLine, body: schemas.BankLineConfirmation) -> dict[UUID, InvoiceEntry]:
    """The entries that are said to be recorded already; an id that names none is missing."""
    if not body.recorded_entry_ids:
        return {}
    kinds = KINDS_IN if line.amount_pence > 0 else KINDS_OUT
    found = await queries.list_entries_to_match(work.session, body.recorded_entry_ids, kinds)
    return {id_: found[id_] for id_ in body.recorded_entry_ids if id_ in found}


def _entry_faults(
    line: BankLine, entries: dict[UUID, InvoiceEntry], body: schemas.BankLineConfirmation
) -> Iterator[InputFault]:
    rest = abs(line.amount_pence) - line.matched_pence
    for place, id_ in enumerate(body.recorded_entry_ids):
        pointer, entry = f"/recorded_entry_ids/{place}", entries.get(id_)
        if entry is None or entry.currency != line.currency:
            sentence = "Choose a payment for money in, or a refund or reversal for money out, that stands."
            yield in_body(pointer, InputFaultCode.UNKNOWN_ENTRY, sentence)
        elif entry.amount_pence > rest:
            yield in_body(pointer, InputFaultCode.MORE_THAN_OPEN, "The entry is more than the line has open.")
        else:
            rest -= entry.amount_pence


async def _match_recorded(work: Work, line: BankLine, entries: dict[UUID, InvoiceEntry]) -> None:
    for entry in entries.values():
        other = await queries.line_of_entry(work.session, entry.id)
        if other is not None:
            raise EntryAlreadyMatched(other)
        _match(work, line, entry.id, entry.amount_pence, recorded_before=True)
    await work.session.flush()


def _shares(line: BankLine, noted: int, body: schemas.BankLineConfirmation) -> _Shares:
    """Each allocation with its amount: without one, all that is open."""
    rest = abs(line.amount_pence) - line.matched_pence - noted
    return [(each, rest if each.amount is None else each.amount.amount) for each in body.allocations]


def _share_faults(
    work: Work, line: BankLine, invoices: dict[UUID, Invoice], shares: _Shares, noted: int
) -> Iterator[InputFault]:
    rest = abs(line.amount_pence) - line.matched_pence - noted
    for place, (each, pence) in enumerate(shares):
        pointer, invoice = f"/allocations/{place}", invoices.get(each.invoice_id)
        if invoice is None:
            yield in_body(f"{pointer}/invoice_id", InputFaultCode.UNKNOWN_INVOICE, "Choose an invoice that exists.")
        else:
            # The line's own currency and day: it cannot pay this invoice.
            for wrong in payments.faults_of(work, invoice, _payment(line, pence, 1)):
                yield in_body(f"{pointer}/invoice_id", wrong.code, wrong.detail)
        if each.amount is None and len(shares) > 1:
            sentence = "Say how much of the line is for this invoice."
            yield in_body(f"{pointer}/amount", InputFaultCode.REQUIRED, sentence)
            continue
        if each.amount is not None and each.amount.currency != line.currency:
            sentence = f"The line is in {line.currency}; give the amount in it."
            yield in_body(f"{pointer}/amount/currency", InputFaultCode.WRONG_CURRENCY, sentence)
        if not 0 < pence <= rest:
            yield in_body(
                f"{pointer}/amount", InputFaultCode.MORE_THAN_OPEN, "The amount is more than the line has open."
            )
        else:
            rest -= pence


async def _pay(work: Work, line: BankLine, invoices: dict[UUID, Invoice], shares: _Shares) -> None:
    made = await queries.count_matches(work.session, line)
    limits.require_room(made + len(shares) - 1, limits.BANK_MATCHES, "entries of this bank line")
    for each, pence in shares:
        invoice = invoices[each.invoice_id]
        if not each.separate_payment:
            first, last = line.booked_on - DAYS_APART, line.booked_on + DAYS_APART
            twin = await queries.find_twin(work.session, line, invoice.id, pence, first, last)
            if twin is not None:
                raise PaymentLooksRecorded(twin, invoice.id)
        made += 1
        payment = _payment(line, pence, made)
        entry = await payments.record_payment(work, InvoiceKey(invoice.id, invoice.centre_id), payment)
        _match(work, line, entry.id, pence, recorded_before=False)


def _payment(line: BankLine, pence: int, ordinal: int) -> PaymentCreate:
    """The payment, whose external id is the line's: the line can be recorded once, and so can each of its parts."""
    quoted = line.reference or line.description or line.payer
    # Not validated again: the texts were cleaned when the statement was read.
    return PaymentCreate.model_construct(
        amount=MoneyInput(amount=pence, currency=line.currency),
        method=PaymentMethod.BANK_TRANSFER,
        received_on=line.booked_on,
        payer_reference=quoted[:_PAYER_CHARACTERS].strip() if quoted else None,
        external_system=f"bank:{line.account}",
        external_payment_id=line.key if ordinal == 1 else f"{line.key}#{ordinal}",
        note=None,
    )


def _match(work: Work, line: BankLine, entry_id: UUID, pence: int, *, recorded_before: bool) -> None:
    line.matched_pence += pence
    work.session.add(
        BankLineMatch(
            id=uuid7(),
            line_id=line.id,
            entry_id=entry_id,
            amount_pence=pence,
            recorded_before=recorded_before,
            matched_by_name=work.actor.name,
            matched_at=work.now,
        )
    )
