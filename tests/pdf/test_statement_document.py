"""The statement of account: each movement with the balance after it (R18)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from app.domain.statements import Movement, StatementLineKind, account_statement
from app.pdf.statement import PrintedAccount, StatementDocument, UnpaidInvoice, render_statement
from app.settings import AwardingOrganisation
from tests.pdf.pdf_reading import is_tagged_in_british_english, metadata_of, read, words
from tests.pdf.test_invoice_document import INVOICE

ORGANISATION = AwardingOrganisation()
FIRST, LAST = date(2026, 10, 3), date(2026, 11, 28)


def _moved(day: date, kind: StatementLineKind, pence: int, description: str) -> Movement:
    return Movement(day, kind, UUID(int=1), None, pence, description)


MOVEMENTS = (
    _moved(date(2026, 10, 1), StatementLineKind.INVOICE, 60_000, "Invoice INV-2026-000012"),
    _moved(date(2026, 10, 3), StatementLineKind.PAYMENT, -20_000, "Payment for invoice INV-2026-000012"),
    _moved(date(2026, 10, 9), StatementLineKind.CREDIT, -60_000, "Credit note CN-2026-000001"),
    _moved(date(2026, 11, 28), StatementLineKind.REFUND, 20_000, "Refund"),
    _moved(date(2026, 11, 29), StatementLineKind.INVOICE, 1, "Invoice INV-2026-000099"),
)


def _account(first: date | None, last: date, currency: str = "GBP") -> PrintedAccount:
    return PrintedAccount(currency=currency, statement=account_statement(MOVEMENTS, first, last), unpaid=())


STATEMENT = StatementDocument(
    reference="CEN-2026-000007",
    made_on=date(2026, 11, 30),
    first=FIRST,
    last=LAST,
    supplier=INVOICE.supplier,
    customer=INVOICE.customer,
    accounts=(_account(FIRST, LAST),),
    sample=False,
)


def test_it_begins_and_ends_with_a_balance_and_shows_it_after_each_line() -> None:
    text = words(render_statement(STATEMENT, ORGANISATION))
    for expected in (
        "Statement of account CEN-2026-000007",
        "Period from 3 October 2026",
        "Period to 28 November 2026",
        "3 October 2026 Opening balance £600.00",
        "3 October 2026 Payment for invoice INV-2026-000012 £200.00 £400.00",
        "9 October 2026 Credit note CN-2026-000001 £600.00 £200.00 CR",
        "28 November 2026 Refund £200.00 £0.00",
        "28 November 2026 Closing balance £0.00",
        "On 28 November 2026 nothing was owed.",
        "This statement is not a VAT invoice.",
    ):
        assert expected in text
    assert "INV-2026-000099" not in text
    assert "Unpaid invoices" not in text


def test_it_says_who_owes_whom() -> None:
    credit = replace(STATEMENT, accounts=(_account(None, date(2026, 10, 31)),), first=None, last=date(2026, 10, 31))
    text = words(render_statement(credit, ORGANISATION))
    assert "On 31 October 2026 you had a credit balance of £200.00." in text
    assert "Period from the first invoice" in text
    owed = replace(STATEMENT, accounts=(_account(FIRST, FIRST),), last=FIRST)
    assert "On 3 October 2026 you owed £400.00." in words(render_statement(owed, ORGANISATION))


def test_unpaid_invoices_are_listed() -> None:
    unpaid = UnpaidInvoice(
        number="INV-2026-000045",
        issued_on=date(2026, 10, 10),
        due_on=date(2026, 11, 9),
        overdue=True,
        due_pence=40_000,
    )
    account = replace(STATEMENT.accounts[0], unpaid=(unpaid, replace(unpaid, number="INV-2026-000046", overdue=False)))
    text = words(render_statement(replace(STATEMENT, accounts=(account,)), ORGANISATION))
    assert "INV-2026-000045 10 October 2026 9 November 2026 overdue £400.00" in text
    assert "INV-2026-000046 10 October 2026 9 November 2026 not yet due £400.00" in text


def test_each_currency_has_an_account_and_a_centre_without_invoices_has_none() -> None:
    two = replace(STATEMENT, accounts=(_account(FIRST, LAST), _account(FIRST, FIRST, "EUR")))
    text = words(render_statement(two, ORGANISATION))
    assert "Account in GBP" in text
    assert "Account in EUR" in text
    assert "you owed €400.00" in text
    none = words(render_statement(replace(STATEMENT, accounts=()), ORGANISATION))
    assert "No invoice was issued by 28 November 2026. Nothing is owed." in none


def test_a_long_one_repeats_the_head_of_its_table() -> None:
    many = account_statement(MOVEMENTS[:1] * 120, None, LAST)
    account = replace(STATEMENT.accounts[0], statement=many)
    rendered = render_statement(replace(STATEMENT, accounts=(account,), sample=True), ORGANISATION)
    pages = read(rendered).pages
    assert len(pages) > 2
    assert all("Description" in page.extract_text() for page in pages[:-1])
    assert "Closing balance £72,000.00" in words(rendered)


def test_it_is_accessible_archivable_and_reproducible() -> None:
    rendered = render_statement(STATEMENT, ORGANISATION)
    assert rendered == render_statement(STATEMENT, ORGANISATION)
    assert is_tagged_in_british_english(rendered)
    assert b"pdfaid:part" in metadata_of(rendered)
