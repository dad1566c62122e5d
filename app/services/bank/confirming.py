"""Confirm what a bank line is: payments to record, or entries that are recorded already."""

from uuid import UUID

from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.bank import OPEN_STATUSES, BankLineStatus
from app.domain.events import EventType
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
from app.models import BankLine, BankLineMatch
from app.queries import bank_lines as queries
from app.queries.applications import lock_application
from app.queries.bank_lines import PaidInvoice
from app.queries.locked_invoices import InvoiceKey
from app.schemas import bank_lines as schemas
from app.schemas.payments import MoneyInput, PaymentCreate
from app.services import payments
from app.services.bank import views
from app.services.bank.suggestions import DAYS_APART, KINDS_IN, KINDS_OUT

_PAYER_CHARACTERS = 140


async def confirm(work: Work, found: BankLine, body: schemas.BankLineConfirmation) -> schemas.BankLine:
    """Record a payment for each allocation, as `recordPayment` does, and note the entries that were there.

    Raises `InvalidInput`, and `Conflict` for a line that is settled, for money that went out, for an entry that another
    line stands for, and for a payment that looks like one that is recorded.
    """
    if not body.allocations and not body.recorded_entry_ids:
        raise fault("/allocations", InputFaultCode.REQUIRED, "Say what the line pays, or which entry it is.")
    invoices = await _lock_invoices(work, body)
    line = await queries.lock_bank_line(work.session, found.id)
    require_open(line)
    if body.allocations and line.amount_pence < 0:
        raise MoneyWentOut
    before = line.matched_pence
    await _match_recorded(work, line, body)
    await _pay(work, line, invoices, body)
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
        before={"matched_pence": before},
        after={"matched_pence": line.matched_pence, "status": line.status.value, "amount_pence": line.amount_pence},
    )
    return await views.show(work, line)


def require_open(line: BankLine) -> None:
    """Raise `Conflict` for a line that is settled or withdrawn."""
    if line.status is BankLineStatus.WITHDRAWN:
        raise StatementWithdrawn
    if line.status not in OPEN_STATUSES:
        raise BankLineSettled


async def _lock_invoices(work: Work, body: schemas.BankLineConfirmation) -> dict[UUID, PaidInvoice]:
    """Lock the applications first, in one order, as everybody locks them before anything else."""
    asked = [each.invoice_id for each in body.allocations]
    if len(set(asked)) < len(asked):
        raise fault("/allocations", InputFaultCode.DUPLICATE_ITEMS, "Name each invoice once.")
    invoices = await queries.invoices_to_pay(work.session, asked) if asked else {}
    unknown = [
        in_body(f"/allocations/{place}/invoice_id", InputFaultCode.UNKNOWN_INVOICE, "Choose an invoice that exists.")
        for place, id_ in enumerate(asked)
        if id_ not in invoices
    ]
    if unknown:
        raise InvalidInput(unknown)
    for application_id in sorted({each.application_id for each in invoices.values()}):
        await lock_application(work.session, application_id)
    return invoices


async def _match_recorded(work: Work, line: BankLine, body: schemas.BankLineConfirmation) -> None:
    asked = body.recorded_entry_ids
    if not asked:
        return
    kinds = KINDS_IN if line.amount_pence > 0 else KINDS_OUT
    entries = await queries.list_entries_to_match(work.session, asked, kinds)
    faults: list[InputFault] = []
    for place, id_ in enumerate(asked):
        pointer, entry = f"/recorded_entry_ids/{place}", entries.get(id_)
        if entry is None or entry.currency != line.currency:
            sentence = "Choose a payment for money in, or a refund or reversal for money out, that stands."
            faults.append(in_body(pointer, InputFaultCode.UNKNOWN_ENTRY, sentence))
        elif entry.amount_pence > abs(line.amount_pence) - line.matched_pence:
            faults.append(in_body(pointer, InputFaultCode.MORE_THAN_OPEN, "The entry is more than the line has open."))
        else:
            await _require_free(work, id_)
            _match(work, line, id_, entry.amount_pence, recorded_before=True)
    if faults:
        raise InvalidInput(faults)
    await work.session.flush()


async def _require_free(work: Work, entry_id: UUID) -> None:
    other = await queries.line_of_entry(work.session, entry_id)
    if other is not None:
        raise EntryAlreadyMatched(other)


async def _pay(
    work: Work, line: BankLine, invoices: dict[UUID, PaidInvoice], body: schemas.BankLineConfirmation
) -> None:
    made = await queries.count_matches(work.session, line)
    limits.require_room(made + len(body.allocations) - 1, limits.BANK_MATCHES, "entries of this bank line")
    for place, (each, pence) in enumerate(_shares(line, body)):
        invoice = invoices[each.invoice_id]
        if not each.separate_payment:
            first, last = line.booked_on - DAYS_APART, line.booked_on + DAYS_APART
            twin = await queries.find_twin(work.session, line, invoice.id, pence, first, last)
            if twin is not None:
                raise PaymentLooksRecorded(twin, invoice.id)
        made += 1
        payment = _payment(line, pence, made)
        try:
            entry = await payments.record_payment(work, InvoiceKey(invoice.id, invoice.centre_id), payment)
        except InvalidInput as invalid:
            pointer = f"/allocations/{place}/invoice_id"
            raise InvalidInput([in_body(pointer, each.code, each.detail) for each in invalid.errors]) from invalid
        _match(work, line, entry.id, pence, recorded_before=False)


def _shares(line: BankLine, body: schemas.BankLineConfirmation) -> list[tuple[schemas.BankAllocation, int]]:
    """Each allocation with its amount. Raises `InvalidInput` for more than is open."""
    rest, shares = abs(line.amount_pence) - line.matched_pence, []
    faults: list[InputFault] = []
    for place, each in enumerate(body.allocations):
        pointer = f"/allocations/{place}/amount"
        if each.amount is None and len(body.allocations) > 1:
            faults.append(in_body(pointer, InputFaultCode.REQUIRED, "Say how much of the line is for this invoice."))
            continue
        if each.amount is not None and each.amount.currency != line.currency:
            sentence = f"The line is in {line.currency}; give the amount in it."
            faults.append(in_body(f"{pointer}/currency", InputFaultCode.WRONG_CURRENCY, sentence))
        pence = rest if each.amount is None else each.amount.amount
        if pence > rest or not pence:
            faults.append(in_body(pointer, InputFaultCode.MORE_THAN_OPEN, "The amount is more than the line has open."))
        rest -= pence
        shares.append((each, pence))
    if faults:
        raise InvalidInput(faults)
    return shares


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
