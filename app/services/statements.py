"""State the account of a centre: every invoice and every entry of a ledger, with the balance after each (R18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.database import Work
from app.domain import limits
from app.domain.formats import plain_date
from app.domain.invoices import EntryKind
from app.domain.ledger import ledger
from app.domain.refusals.input import Place, fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.statements import AccountStatement, Movement, StatementLineKind, account_statement, effect
from app.domain.working_days import london_date
from app.models import Centre, Invoice, InvoiceEntry
from app.pdf.issued.invoices import customer_of, supplier_of
from app.pdf.issued.keeping import PDF
from app.pdf.parts import InvoiceParty
from app.pdf.statement import PrintedAccount, StatementDocument, UnpaidInvoice, render_statement
from app.places import RENDERING
from app.queries.invoices import list_entries
from app.queries.statements import invoices_of_centre
from app.schemas import statements as schemas
from app.schemas.shared import Money


@dataclass(frozen=True)
class _Account:
    """The invoices in one currency, and their statement."""

    currency: str
    statement: AccountStatement
    unpaid: tuple[tuple[Invoice, int], ...]


@dataclass(frozen=True)
class _Period:
    first: date | None
    last: date


async def show_as(
    work: Work, centre: Centre, query: schemas.StatementQuery, media_type: str
) -> schemas.Statement | bytes:
    """State the period, as JSON or as a PDF that is rendered while no connection is held. Raises `InvalidInput`."""
    period = _period(work, query)
    invoices = await invoices_of_centre(work.session, centre.id)
    entries = await list_entries(work.session, [invoice.id for invoice in invoices])
    accounts = _accounts(invoices, entries, period)
    if sum(len(account.statement.lines) for account in accounts) > limits.STATEMENT_LINES:
        sentence = f"The period has more than {limits.STATEMENT_LINES:,} lines: choose a later first day."
        raise fault("/from", InputFaultCode.LASTS_TOO_LONG, sentence, place=Place.QUERY)
    numbers = {invoice.id: invoice.number for invoice in invoices}
    if media_type != PDF:
        return _to_schema(centre, period, accounts, numbers)
    document, organisation = _document(work, centre, period, invoices, accounts), work.settings.organisation
    async with work.aside():
        return await RENDERING.run(lambda: render_statement(document, organisation))


def _period(work: Work, query: schemas.StatementQuery) -> _Period:
    today = london_date(work.now)
    last = query.to or today
    if last > today:
        sentence = "Enter a last day that is not in the future."
        raise fault("/to", InputFaultCode.IN_THE_FUTURE, sentence, place=Place.QUERY)
    if query.from_ is not None and query.from_ > last:
        sentence = f"Enter a first day that is not after the last one, {plain_date(last)}."
        raise fault("/from", InputFaultCode.ENDS_BEFORE_START, sentence, place=Place.QUERY)
    return _Period(query.from_, last)


def _accounts(invoices: Sequence[Invoice], entries: Sequence[InvoiceEntry], period: _Period) -> list[_Account]:
    called = {invoice.id: invoice.called for invoice in invoices}
    ledgers: dict[UUID, list[InvoiceEntry]] = {invoice.id: [] for invoice in invoices}
    for entry in entries:
        ledgers[entry.invoice_id].append(entry)
    accounts = []
    for currency in dict.fromkeys(invoice.currency for invoice in invoices if invoice.issued_on <= period.last):
        of_it = [invoice for invoice in invoices if invoice.currency == currency]
        # Of one moment, such as that of a replacement, each invoice comes with its entries, the older first.
        moved = [
            (at, place, movement)
            for place, invoice in enumerate(of_it)
            for at, movement in [
                (invoice.issued_at, _issued(invoice, called)),
                *((entry.recorded_at, _entered(entry, called)) for entry in ledgers[invoice.id]),
            ]
        ]
        moved.sort(key=lambda each: each[:2])
        statement = account_statement([movement for *_, movement in moved], period.first, period.last)
        due = ((invoice, _due(invoice, ledgers[invoice.id], period.last)) for invoice in of_it)
        accounts.append(_Account(currency, statement, tuple((invoice, pence) for invoice, pence in due if pence)))
    return accounts


def _due(invoice: Invoice, entries: Sequence[InvoiceEntry], last: date) -> int:
    """What was due at the end of the last day."""
    if invoice.issued_on > last:
        return 0
    until = [(entry.kind, entry.amount_pence) for entry in entries if london_date(entry.recorded_at) <= last]
    return ledger(invoice.total_pence, until).due


def _issued(invoice: Invoice, called: Mapping[UUID, str]) -> Movement:
    description = invoice.called[0].upper() + invoice.called[1:]
    if not invoice.awaiting_number:
        description += f", due on {plain_date(invoice.due_on)}"
    if invoice.replaces_id is not None:
        description += f", which replaces {called[invoice.replaces_id]}"
    return Movement(invoice.issued_on, StatementLineKind.INVOICE, invoice.id, None, invoice.total_pence, description)


def _entered(entry: InvoiceEntry, called: Mapping[UUID, str]) -> Movement:
    return Movement(
        london_date(entry.recorded_at),
        StatementLineKind(entry.kind.value),
        entry.invoice_id,
        entry.id,
        effect(entry.kind, entry.amount_pence),
        _description(entry, called),
    )


def _description(entry: InvoiceEntry, called: Mapping[UUID, str]) -> str:
    on = called[entry.invoice_id]
    other = called[entry.counterpart_invoice_id] if entry.counterpart_invoice_id is not None else ""
    by = f" by {entry.method.value.replace('_', ' ')}" if entry.method is not None else ""
    match entry.kind:
        case EntryKind.PAYMENT:
            return f"Payment on {on}{_day(', received on', entry.received_on)}{by}"
        case EntryKind.REVERSAL:
            return f"Payment on {on} reversed"
        case EntryKind.CREDIT:
            if entry.awaiting_number:
                return f"Credit note that has no number yet on {on}"
            return f"Credit note {entry.ledger_number or entry.credit_note_number} on {on}"
        case EntryKind.REFUND:
            return f"Refund on {on}{_day(', paid on', entry.refunded_on)}{by}"
        case EntryKind.WAIVER:
            return f"Waived on {on}"
        case EntryKind.ALLOCATION_OUT:
            return f"Moved from {on} to {other}"
        case EntryKind.ALLOCATION_IN:
            return f"Moved to {on} from {other}"


def _day(words: str, day: date | None) -> str:
    return f"{words} {plain_date(day)}" if day is not None else ""


def _to_schema(
    centre: Centre, period: _Period, accounts: Sequence[_Account], numbers: Mapping[UUID, str]
) -> schemas.Statement:
    return schemas.Statement.model_validate(
        {
            "centre_id": centre.id,
            "centre_reference": centre.reference,
            "centre_name": centre.name,
            "from": period.first,
            "to": period.last,
            "accounts": [_shown(account, period, numbers) for account in accounts],
        }
    )


def _shown(account: _Account, period: _Period, numbers: Mapping[UUID, str]) -> dict[str, object]:
    def money(pence: int) -> Money:
        return Money(amount=pence, currency=account.currency)

    def balance(pence: int) -> dict[str, Money]:
        return {"due": money(max(0, pence)), "credit_balance": money(max(0, -pence))}

    return {
        "currency": account.currency,
        "opening": balance(account.statement.opening_pence),
        "lines": [
            {
                "on": line.movement.on,
                "kind": line.movement.kind,
                "invoice_id": line.movement.invoice_id,
                "invoice_number": numbers[line.movement.invoice_id],
                "entry_id": line.movement.entry_id,
                "description": line.movement.description,
                "debit": money(line.movement.debit_pence),
                "credit": money(line.movement.credit_pence),
                "balance": balance(line.balance_pence),
            }
            for line in account.statement.lines
        ],
        "closing": balance(account.statement.closing_pence),
        "unpaid": [
            {
                "invoice_id": invoice.id,
                "number": invoice.number,
                "issued_on": invoice.issued_on,
                "due_on": invoice.due_on,
                "overdue": invoice.due_on < period.last and not invoice.awaiting_number,
                "due": money(pence),
            }
            for invoice, pence in account.unpaid
        ],
    }


def _document(
    work: Work, centre: Centre, period: _Period, invoices: Sequence[Invoice], accounts: Sequence[_Account]
) -> StatementDocument:
    return StatementDocument(
        reference=centre.reference,
        made_on=london_date(work.now),
        first=period.first,
        last=period.last,
        supplier=supplier_of(invoices[-1]) if invoices else _supplier_today(work),
        customer=customer_of(invoices[-1].customer if invoices else _customer_today(centre)),
        accounts=tuple(
            PrintedAccount(
                currency=account.currency,
                statement=account.statement,
                unpaid=tuple(
                    UnpaidInvoice(
                        number=invoice.known_number or "No number yet",
                        issued_on=invoice.issued_on,
                        due_on=invoice.due_on,
                        overdue=invoice.due_on < period.last and not invoice.awaiting_number,
                        due_pence=pence,
                    )
                    for invoice, pence in account.unpaid
                ),
            )
            for account in accounts
        ),
        sample=any(invoice.sample for invoice in invoices),
    )


def _supplier_today(work: Work) -> InvoiceParty:
    organisation, supplier = work.settings.organisation, work.settings.supplier
    return InvoiceParty(
        name=supplier.legal_name or organisation.name,
        address_lines=supplier.address_lines or organisation.address_lines,
        contact_name=None,
        company_number=supplier.company_number,
        vat_number=supplier.vat_number,
    )


def _customer_today(centre: Centre) -> dict[str, object]:
    address = {**centre.address, "country": centre.address_country.value}
    return {
        "name": centre.name,
        "legal_name": None,
        "address": address,
        "contact": None,
        "company_number": None,
        "vat_number": None,
    }
