"""The words and the attachment that the letters about an unpaid invoice share (R18).

They go to the finance contact, who cannot log in, so they say all that is needed to pay.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Final
from uuid import UUID

from app.database import Work
from app.domain.invoices import InvoiceStatus
from app.domain.letter_topics import LetterTopic
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.invoices.account import SAMPLE_ROWS, Account, Fee, Rows, moved_between, read_account, read_fee
from app.letters.letter import CentreWords, Draft
from app.letters.readers import Reader, Readers, contacts_for, each_once, greet, readers_at
from app.models import Application, Invoice
from app.pdf.issued.invoices import invoice_pdf
from app.queries.invoice_addresses import invoice_addresses_of
from app.queries.letters import with_application
from app.queries.rows import find_row
from app.settings import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidWords(CentreWords):
    """What the templates print. Amounts are whole pence. `replaced_due_pence` is due on the replaced invoice still."""

    centre_name: str
    invoice_number: str
    replaced_number: str | None
    replaced_due_pence: int
    moved_in: bool
    paid: bool
    balance: Rows
    amount_due_pence: int
    fee: Fee
    currency: str
    due_on: date
    payment_reference: str
    purchase_order_number: str | None
    bank: Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderWords(UnpaidWords):
    """What the templates of reminders print besides. `days` are those until the due date, or since it."""

    days: int


@dataclass(frozen=True)
class _Addressee:
    """The contact as the invoice names them, or an inbox, which has no name."""

    name: str
    email: str


SAMPLE: Final = UnpaidWords(
    recipient_name=samples.FINANCE_CONTACT,
    centre_name=samples.CENTRE,
    invoice_number=samples.INVOICE,
    replaced_number="INV-2026-000012",
    replaced_due_pence=0,
    moved_in=True,
    paid=True,
    balance=SAMPLE_ROWS,
    amount_due_pence=25_000,
    fee=Fee.DUE,
    currency="GBP",
    due_on=samples.DAY,
    payment_reference=samples.INVOICE,
    purchase_order_number=samples.PURCHASE_ORDER,
    bank=samples.BANK,
)


REMINDER: Final = ReminderWords(**{each.name: getattr(SAMPLE, each.name) for each in fields(SAMPLE)}, days=7)


async def load_unpaid(work: Work, invoice_id: UUID) -> Draft | None:
    """The draft with the invoice attached, or None once nothing is due.

    One that was paid by what moved to it from the invoice that it replaces is sent all the same; so is one that waited
    for its number, because receipts and credit notes name it.
    """
    invoice, application = await with_application(work.session, Invoice, invoice_id)
    account = await read_account(work, invoice)
    standing = account.standing
    sent_anyhow = invoice.awaits_number or (invoice.replaces_id is not None and standing.status is InvoiceStatus.PAID)
    if standing.due == 0 and not sent_anyhow:
        return None
    name, to = await finance_readers(work, invoice)
    words = await _words(work, invoice, application, name, account)
    return Draft(words, to, enclosures=(await invoice_pdf(work, invoice),))


async def load_reminder(work: Work, invoice_id: UUID, *, overdue: bool) -> Draft | None:
    """The draft of a reminder, with a copy of the invoice as it stands today.

    None once nothing is due, and when the due date has passed since a reminder of it was queued.
    """
    invoice, application = await with_application(work.session, Invoice, invoice_id)
    account = await read_account(work, invoice)
    standing = account.standing
    days = (london_date(work.now) - invoice.due_on).days
    if standing.due == 0 or (days > 0) is not overdue:
        return None
    name, to = await finance_readers(work, invoice)
    words = await _words(work, invoice, application, name, account)
    plain = {each.name: getattr(words, each.name) for each in fields(words)}
    reminding = ReminderWords(**plain, days=abs(days))
    return Draft(reminding, to, enclosures=(await invoice_pdf(work, invoice, copy=True),))


async def _words(work: Work, invoice: Invoice, application: Application, name: str, account: Account) -> UnpaidWords:
    replaced = await find_row(work.session, Invoice, invoice.replaces_id)
    standing = account.standing
    return UnpaidWords(
        recipient_name=name,
        centre_name=invoice.customer["name"],
        invoice_number=invoice.printed_number,
        replaced_number=replaced.known_number if replaced is not None else None,
        replaced_due_pence=(await read_account(work, replaced)).standing.due if replaced is not None else 0,
        moved_in=any(pence > 0 for pence in moved_between(account.entries).values()),
        paid=standing.received > 0,
        balance=account.rows,
        amount_due_pence=standing.due,
        fee=await read_fee(work, invoice, application, standing),
        currency=invoice.currency,
        due_on=invoice.due_on,
        payment_reference=invoice.printed_reference,
        purchase_order_number=invoice.purchase_order_number,
        bank=Bank.model_validate(invoice.bank),
    )


async def finance_readers(work: Work, invoice: Invoice) -> Readers:
    """Those who pay; the super users too, of a centre where nobody does."""
    found = await payers(work, invoice)
    if any(reader.name for reader in found):
        return greet(found)
    return greet(each_once([*await readers_at(work, invoice.centre_id, LetterTopic.INVOICES), *found]))


async def everybody_concerned(work: Work, invoice: Invoice) -> Readers:
    """The centre's super users, and those who pay."""
    of_centre = await readers_at(work, invoice.centre_id, LetterTopic.INVOICES)
    return greet(each_once([*of_centre, *await payers(work, invoice)]))


async def payers(work: Work, invoice: Invoice) -> list[Reader]:
    """The finance contact of the day of issue, who has the invoice, the contacts who hear of invoices today, and the
    centre's further addresses for invoices."""
    contact = invoice.customer.get("contact")
    issued_to = [_Addressee(contact["name"], contact["email"])] if contact is not None else []
    contacts = await contacts_for(work, invoice.centre_id, LetterTopic.INVOICES)
    inboxes = [_Addressee("", row.email) for row in await invoice_addresses_of(work.session, invoice.centre_id)]
    return each_once([*issued_to, *contacts, *inboxes])
