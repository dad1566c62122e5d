"""Documents to write: one that is valid for Peppol, and any that the product could issue."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from app.domain.countries import Country
from app.domain.electronic_addresses import AddressScheme
from app.domain.fees import FeeLine, credited_lines, fee_line, totals, with_vat
from app.domain.postal import PostalAddress
from app.domain.vat import NOT_REGISTERED, VatCategory, VatTreatment
from app.ubl.document import Account, Address, Document, Kind, Party, Person, Reference

STANDARD = VatTreatment(VatCategory.STANDARD, Decimal(20), None)
EXEMPT = VatTreatment(VatCategory.EXEMPT, Decimal(0), "VAT Act 1994, Schedule 9, Group 6")
OUTSIDE = VatTreatment(VatCategory.OUTSIDE, Decimal(0), NOT_REGISTERED)
ISSUED_ON = date(2026, 12, 7)

INVOICE = Document(
    kind=Kind.INVOICE,
    number="INV-2026-000045",
    issued_on=ISSUED_ON,
    due_on=date(2027, 1, 6),
    tax_point=ISSUED_ON,
    note=None,
    currency="GBP",
    buyer_reference="PO-7788",
    order_number="PO-7788",
    reference=None,
    supplier=Party(
        name="Exampleton Awards",
        legal_name="Exampleton Awards Ltd",
        address=PostalAddress("1 High Street", None, "Exampleton", None, "EX1 1EX", "GB"),
        company_number="01234567",
        vat_number="GB980780684",
        electronic_address=Address(scheme=AddressScheme.UK_VAT, id="GB980780684"),
        contact=Person(name=None, telephone="01632 960100", email="enquiries@example.com"),
    ),
    customer=Party(
        name="Riverside College",
        legal_name="Riverside College Limited",
        address=PostalAddress("12 River Street", "Lace Market", "Derby", "Derbyshire", "DE1 2AB", "GB"),
        company_number="07654321",
        vat_number="GB123456727",
        electronic_address=Address(scheme=AddressScheme.GLN, id="5012345678900"),
        contact=Person(name="Pat Jones", telephone="+441332341822", email="pat@riverside.example.com"),
    ),
    account=Account(name="Exampleton Awards Ltd", id="12345678", branch="12-34-56"),
    payment_reference="INV-2026-000045",
    terms="Payment is due within 30 days of the date of issue.",
    lines=with_vat([fee_line("Centre recognition fee", 75_005, STANDARD)]),
    prepaid_pence=0,
)


def credit_note(invoice: Document, pence: int, earlier: tuple[int, ...] = (), reason: str = "Agreed.") -> Document:
    """A credit note on an invoice, as the rows describe it."""
    return replace(
        invoice,
        kind=Kind.CREDIT_NOTE,
        number="CN-2026-000003",
        issued_on=invoice.issued_on + timedelta(days=9),
        due_on=None,
        note=reason,
        reference=Reference(number=invoice.number, issued_on=invoice.issued_on),
        account=None,
        payment_reference=None,
        terms=f"This credit note is set against invoice {invoice.number}.",
        lines=credited_lines(invoice.lines, earlier, pence),
        prepaid_pence=0,
    )


def not_registered(document: Document) -> Document:
    """The same from a supplier who is not registered for VAT."""
    lines = [fee_line(line.description, line.net_pence, OUTSIDE, line.quantity) for line in document.lines]
    return replace(document, supplier=replace(document.supplier, vat_number=None), lines=with_vat(lines))


_ODD_NAMES = [
    "Riverside College",
    "مركز التدريب المهني",
    "מרכז הכשרה",
    "学院 ﷽ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    '<b>&amp;]]> "Ltd"</b>',
    "A\x00B\x0bC\ufffe",
    "  W" * 120,
    "\u202eevitaN\u202c Ltd",
    "O'Néill & Søn \u0301",
]
_NAMES = st.sampled_from(_ODD_NAMES) | st.text(min_size=1, max_size=40)
_REFERENCES = st.text("ABC-/0123456789 é", min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
_MAYBE = st.none() | _NAMES
_COUNTRIES = st.sampled_from(sorted({country.iso_code for country in Country if country.iso_code}))
_ADDRESSES = st.none() | st.sampled_from(
    [
        Address(scheme=AddressScheme.UK_VAT, id="GB980780684"),
        Address(scheme=AddressScheme.GLN, id="5012345678900"),
        Address(scheme=AddressScheme.DUNS, id="150483782"),
        Address(scheme=AddressScheme.LEI, id="529900T8BM49AURSDO55"),
        Address(scheme=AddressScheme.EMAIL, id="accounts@example.com"),
    ]
)


def _parties(
    countries: st.SearchStrategy[str],
    vat_numbers: st.SearchStrategy[str | None],
    company: st.SearchStrategy[str | None],
) -> st.SearchStrategy[Party]:
    return st.builds(
        Party,
        name=_NAMES,
        legal_name=_NAMES,
        address=st.builds(PostalAddress, _MAYBE, _MAYBE, _MAYBE, _MAYBE, st.none() | st.just("EX1 1EX"), countries),
        company_number=company,
        vat_number=vat_numbers,
        electronic_address=_ADDRESSES,
        contact=st.none()
        | st.builds(Person, name=_MAYBE, telephone=st.just("+441332341822"), email=st.just("pat@example.com")),
    )


def _treatments(registered: bool) -> st.SearchStrategy[VatTreatment]:
    if not registered:
        return st.just(OUTSIDE)
    rates = st.sampled_from(["20", "5", "17.5", "12.34"])
    return st.one_of(
        st.builds(lambda rate: VatTreatment(VatCategory.STANDARD, Decimal(rate), None), rates),
        st.just(VatTreatment(VatCategory.ZERO, Decimal(0), None)),
        st.sampled_from(["Group 6", "Another reason"]).map(
            lambda reason: VatTreatment(VatCategory.EXEMPT, Decimal(0), reason)
        ),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """An invoice, or a credit note on one, from a supplier who is registered for VAT or not."""
    registered = draw(st.booleans())
    line = st.builds(fee_line, _NAMES, st.integers(0, 10**7), _treatments(registered), st.integers(1, 7))
    lines: list[FeeLine] = with_vat(draw(st.lists(line, min_size=1, max_size=5)))
    total = totals(lines).total_pence
    order = draw(st.none() | _REFERENCES)
    replaced = draw(st.booleans())
    invoice = replace(
        INVOICE,
        supplier=draw(_parties(st.just("GB"), st.just("GB980780684" if registered else None), st.just("01234567"))),
        customer=draw(
            _parties(
                _COUNTRIES, st.sampled_from([None, "GB123456727", "FR40303265045"]), st.none() | st.just("SC123456")
            )
        ),
        order_number=order,
        buyer_reference=order or "CRA-2026-000123",
        account=draw(st.sampled_from([INVOICE.account, Account(name="X", id="GB33BUKB20201555555555", branch=None)])),
        reference=Reference(number="INV-2026-000044", issued_on=ISSUED_ON) if replaced else None,
        prepaid_pence=draw(st.integers(0, total + 5_000)) if replaced else 0,
        lines=lines,
    )
    if total == 0 or draw(st.booleans()):
        return invoice
    earlier = draw(st.integers(0, total - 1))
    pence = draw(st.integers(1, total - earlier))
    return credit_note(invoice, pence, (earlier,) if earlier else (), draw(_NAMES))
