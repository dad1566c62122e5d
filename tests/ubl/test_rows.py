"""What a document says is read off the row, and does not depend on what happened after its day of issue."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.domain.fees import as_stored
from app.domain.invoices import EntryKind
from app.models import Invoice, InvoiceEntry
from app.ubl.rows import invoice_document, prepaid_at_issue
from tests.ubl.documents import INVOICE

NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)
ROW = Invoice(
    number="INV-2026-000045",
    currency="GBP",
    issued_on=date(2026, 12, 7),
    due_on=date(2027, 1, 6),
    issued_at=NOON,
    terms="30 days",
    supplier={
        "name": "Exampleton Awards Ltd",
        "address_lines": ["1 High Street", "Exampleton", "EX1 1EX"],
        "company_number": None,
        "vat_number": "GB 980 7806 84",
        "email": "enquiries@example.com",
        "telephone": "01632 960100",
    },
    customer={
        "name": "Riverside College",
        "legal_name": None,
        "address": {
            "line_1": "12 River Street",
            "line_2": None,
            "town": "Derby",
            "county": None,
            "postcode": "DE1 2AB",
            "country": "other",
        },
        "company_number": None,
        "vat_number": None,
        "contact": None,
    },
    bank={
        "account_name": "Exampleton",
        "sort_code": "12-34-56",
        "account_number": "12345678",
        "iban": "GB33 BUKB 2020 1555 5555 55",
        "bic": None,
    },
    buyer_reference="CRA-2026-000123",
    payment_reference="INV-2026-000045",
    lines=[as_stored(line) for line in INVOICE.lines],
)


def _entry(kind: EntryKind, pence: int, after: timedelta) -> InvoiceEntry:
    return InvoiceEntry(id=UUID(int=pence), kind=kind, amount_pence=pence, recorded_at=NOON + after)


def test_money_that_came_with_the_invoice_is_prepaid_and_later_money_is_not() -> None:
    entries = [
        _entry(EntryKind.ALLOCATION_IN, 1, timedelta(0)),
        _entry(EntryKind.ALLOCATION_IN, 20, timedelta(seconds=1)),
        _entry(EntryKind.PAYMENT, 300, timedelta(0)),
        _entry(EntryKind.ALLOCATION_OUT, 4_000, timedelta(0)),
    ]
    assert prepaid_at_issue(ROW, entries) == 1


def test_a_row_of_an_earlier_release_is_read_as_far_as_it_goes() -> None:
    document = invoice_document(ROW, 0, None)
    assert document.tax_point == ROW.issued_on
    assert document.supplier.address is not None
    assert document.supplier.address.postcode == "EX1 1EX"
    assert (document.supplier.vat_number, document.supplier.electronic_address) == ("GB980780684", None)
    assert document.customer.address is None, "nothing is known of the country"
    assert document.customer.legal_name == "Riverside College"
    assert document.account is not None
    assert (document.account.id, document.account.branch) == ("GB33BUKB20201555555555", None)
