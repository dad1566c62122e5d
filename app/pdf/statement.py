"""The statement of account of a centre (R18)."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from app.domain.formats import money, plain_date
from app.domain.statements import AccountStatement
from app.pdf.parts import InvoiceParty
from app.pdf.typesetting import typeset
from app.settings import AwardingOrganisation

_TEMPLATE = Path(__file__).parent / "templates" / "statement.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidInvoice:
    """An invoice on which something was due at the end of the period."""

    number: str
    issued_on: date
    due_on: date
    overdue: bool
    due_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedAccount:
    """The centre's account in one currency."""

    currency: str
    statement: AccountStatement
    unpaid: tuple[UnpaidInvoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementDocument:
    """The statement's data. `first` is None for a statement from the beginning."""

    reference: str
    made_on: date
    first: date | None
    last: date
    supplier: InvoiceParty
    customer: InvoiceParty
    accounts: tuple[PrintedAccount, ...]
    sample: bool


def render_statement(document: StatementDocument, organisation: AwardingOrganisation) -> bytes:
    """Render a PDF that is both PDF/UA-1 and PDF/A-3a. It says that it is not a VAT invoice."""
    last = plain_date(document.last)
    return typeset(
        _TEMPLATE,
        {
            "reference": document.reference,
            "made_on": plain_date(document.made_on),
            "first": plain_date(document.first) if document.first else None,
            "last": last,
            "supplier": asdict(document.supplier),
            "customer": asdict(document.customer),
            "accounts": [_account(account) for account in document.accounts],
            "sample": document.sample,
        },
        title=f"Statement of account {document.reference} to {last}",
        made_on=document.made_on,
        organisation=organisation,
        standards=("ua-1", "a-3a"),
    )


def _account(account: PrintedAccount) -> dict[str, object]:
    currency, stated = account.currency, account.statement
    return {
        "currency": currency,
        "opening": _balance(stated.opening_pence, currency),
        "lines": [
            {
                "on": plain_date(line.movement.on),
                "description": line.movement.description,
                "debit": money(line.movement.debit_pence, currency) if line.movement.debit_pence else "",
                "credit": money(line.movement.credit_pence, currency) if line.movement.credit_pence else "",
                "balance": _balance(line.balance_pence, currency),
            }
            for line in stated.lines
        ],
        "closing": _balance(stated.closing_pence, currency),
        "outcome": "owed" if stated.closing_pence > 0 else "credit" if stated.closing_pence else "nothing",
        "amount": money(abs(stated.closing_pence), currency),
        "unpaid": [
            {
                "number": invoice.number,
                "issued_on": plain_date(invoice.issued_on),
                "due_on": plain_date(invoice.due_on),
                "overdue": invoice.overdue,
                "due": money(invoice.due_pence, currency),
            }
            for invoice in account.unpaid
        ],
    }


def _balance(pence: int, currency: str) -> str:
    """Write a credit balance as accountants do, with CR behind it."""
    return money(pence, currency) if pence >= 0 else f"{money(-pence, currency)} CR"
